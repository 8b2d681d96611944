import type { SnapshotRecord } from '../snapshot-record.ts';
import { StoreError } from '../store-error.ts';
import type { Session } from './database.ts';
import { LOCKS } from './locks.ts';
import { dayOf } from './snapshot-day.ts';

/** Counts new snapshots, so that retention has nothing to count. */
export async function addUsage(
  session: Session,
  stored: readonly Pick<SnapshotRecord, 'id' | 'breakpointId' | 'sizeBytes'>[],
): Promise<void> {
  await changeUsage(
    session,
    stored.map(({ id, breakpointId, sizeBytes }) => ({ day: dayOf(id), breakpointId, sizeBytes })),
    1,
  );
}

/** Bytes of all snapshots that retention may delete. The tables are larger. */
export async function totalBytes(session: Session): Promise<number> {
  const row = await session.get<{ bytes: number }>(
    'SELECT coalesce(sum(bytes), 0)::bigint AS bytes FROM snapshot_usage',
  );
  return row?.bytes ?? 0;
}

/** Deletes snapshots with all that belongs to them, where no partition can go as a whole. Returns how many. */
export async function deleteSequences(session: Session, sequences: readonly number[]): Promise<number> {
  await session.get(`SELECT pg_advisory_xact_lock(${LOCKS.texts})`);
  const deleted = await session.all<{
    day: number;
    breakpoint_id: string | null;
    size_bytes: number;
    pinned: number;
  }>(
    `WITH texts AS (DELETE FROM snapshot_text WHERE sequence = ANY (:sequences::bigint[]))
     DELETE FROM snapshot WHERE sequence = ANY (:sequences::bigint[])
     RETURNING day, breakpoint_id, size_bytes, pinned`,
    { sequences },
  );
  const usageOf = (isPinned: number) =>
    deleted
      .filter(({ pinned }) => pinned === isPinned)
      .map((row) => ({ day: row.day, breakpointId: row.breakpoint_id, sizeBytes: row.size_bytes }));
  await changeUsage(session, usageOf(0), -1);
  await changePinnedBytes(session, -sumOf(usageOf(1)));
  return deleted.length;
}

/** False when there is none. */
export async function deleteSnapshot(session: Session, id: string): Promise<boolean> {
  await session.get(`SELECT pg_advisory_xact_lock(${LOCKS.ingest})`);
  const row = await session.get<{ sequence: number }>(
    'SELECT sequence FROM snapshot WHERE day = :day AND id = :id',
    { day: dayOf(id), id },
  );
  return row !== undefined && (await deleteSequences(session, [row.sequence])) > 0;
}

/**
 * Exempts a snapshot from retention, or no longer: then it counts as any other. False when there is none. Throws
 * `too_many_pinned`.
 */
export async function pinSnapshot(
  session: Session,
  id: string,
  isPinned: boolean,
  maxPinnedBytes: number,
): Promise<boolean> {
  await session.get(`SELECT pg_advisory_xact_lock(${LOCKS.ingest})`);
  const key = { day: dayOf(id), id };
  const row = await session.get<{ breakpoint_id: string | null; size_bytes: number; pinned: number }>(
    'SELECT breakpoint_id, size_bytes, pinned FROM snapshot WHERE day = :day AND id = :id',
    key,
  );
  if (row === undefined) return false;
  if (isPinned === (row.pinned === 1)) return true;
  if (isPinned && (await readPinnedBytes(session)) + row.size_bytes > maxPinnedBytes) {
    throw new StoreError(
      'too_many_pinned',
      `Pinned snapshots have at most ${maxPinnedBytes} bytes together. Unpin some that are no longer needed, or start the server with a larger limit.`,
    );
  }
  await session.run('UPDATE snapshot SET pinned = :pinned WHERE day = :day AND id = :id', {
    ...key,
    pinned: Number(isPinned),
  });
  const usage = [{ day: key.day, breakpointId: row.breakpoint_id, sizeBytes: row.size_bytes }];
  await changePinnedBytes(session, isPinned ? row.size_bytes : -row.size_bytes);
  await changeUsage(session, usage, isPinned ? -1 : 1);
  return true;
}

interface Usage {
  readonly day: number;
  readonly breakpointId: string | null;
  readonly sizeBytes: number;
}

/** Only ever under the lock of the ingest. */
async function changeUsage(session: Session, snapshots: readonly Usage[], sign: 1 | -1): Promise<void> {
  if (snapshots.length === 0) return;
  const sums = [
    ...Map.groupBy(snapshots, ({ day, breakpointId }) => JSON.stringify([breakpointId ?? '', day])).values(),
  ];
  await session.run(
    `INSERT INTO snapshot_usage (breakpoint_id, day, snapshots, bytes)
     SELECT * FROM unnest(:breakpointIds::text[], :days::integer[], :snapshots::bigint[], :bytes::bigint[])
     ON CONFLICT (breakpoint_id, day) DO UPDATE SET
       snapshots = snapshot_usage.snapshots + excluded.snapshots, bytes = snapshot_usage.bytes + excluded.bytes`,
    {
      breakpointIds: sums.map(([one]) => one?.breakpointId ?? ''),
      days: sums.map(([one]) => one?.day ?? 0),
      snapshots: sums.map(({ length }) => sign * length),
      bytes: sums.map((group) => sign * sumOf(group)),
    },
  );
  if (sign === -1) await session.run('DELETE FROM snapshot_usage WHERE snapshots <= 0');
}

function sumOf(snapshots: readonly Usage[]): number {
  return snapshots.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

async function changePinnedBytes(session: Session, bytes: number): Promise<void> {
  if (bytes === 0) return;
  await session.run(`UPDATE meta SET number = number + :bytes WHERE name = 'pinned_bytes'`, { bytes });
}

async function readPinnedBytes(session: Session): Promise<number> {
  const row = await session.get<{ number: number }>(`SELECT number FROM meta WHERE name = 'pinned_bytes'`);
  return row?.number ?? 0;
}
