import { StoreError } from '../store-error.ts';
import type { SnapshotRecord } from '../snapshot-record.ts';
import type { Database } from './database.ts';
import { readIndexedThrough } from './search-index.ts';
import { removeTexts } from './search-shards.ts';

/** Sums that retention would otherwise have to count. */
type Sum = 'snapshot_bytes' | 'pinned_bytes';

interface Usage {
  readonly breakpointId: string | null;
  readonly sizeBytes: number;
}

/** Counts new snapshots, so that retention has nothing to count. */
export function addUsage(
  database: Database,
  stored: readonly Pick<SnapshotRecord, 'breakpointId' | 'sizeBytes'>[],
): void {
  changeUsage(database, stored, 1);
}

/** Bytes of all snapshots that retention may delete. The file is larger: it has indexes and free pages too. */
export function totalBytes(database: Database): number {
  return readSum(database, 'snapshot_bytes');
}

/** Bytes of those that no retention deletes. */
export function pinnedBytes(database: Database): number {
  return readSum(database, 'pinned_bytes');
}

/** Deletes snapshots with all that belongs to them. The only place that does, since it keeps the counts. Returns how many. */
export function deleteSequences(database: Database, sequences: readonly number[]): number {
  const deleted = database.all<{
    sequence: number;
    breakpoint_id: string | null;
    size_bytes: number;
    flags: string;
    pinned: number;
  }>(
    `DELETE FROM snapshot WHERE sequence IN (SELECT value FROM json_each(:sequences))
     RETURNING sequence, breakpoint_id, size_bytes, flags, pinned`,
    { sequences: JSON.stringify(sequences) },
  );
  const usageOf = (pinned: number): Usage[] =>
    deleted
      .filter((row) => row.pinned === pinned)
      .map((row) => ({ breakpointId: row.breakpoint_id, sizeBytes: row.size_bytes }));
  changeUsage(database, usageOf(0), -1);
  changeSum(database, 'pinned_bytes', -sumOf(usageOf(1)));
  for (const { sequence, flags } of deleted) {
    if (flags === '[]') continue;
    database.run(
      'DELETE FROM snapshot_flag WHERE sequence = :sequence AND flag IN (SELECT value FROM json_each(:flags))',
      { sequence, flags },
    );
  }
  removeTexts(
    database,
    deleted.map(({ sequence }) => sequence),
    readIndexedThrough(database),
  );
  return deleted.length;
}

/**
 * Exempts a snapshot from retention, or no longer: then it counts as any other. False when there is none. Throws
 * `too_many_pinned`.
 */
export function pinSnapshot(
  database: Database,
  id: string,
  isPinned: boolean,
  maxPinnedBytes: number,
): boolean {
  const row = database.get<{ breakpoint_id: string | null; size_bytes: number; pinned: number }>(
    'SELECT breakpoint_id, size_bytes, pinned FROM snapshot WHERE id = :id',
    { id },
  );
  if (row === undefined) return false;
  if (isPinned === (row.pinned === 1)) return true;
  if (isPinned && pinnedBytes(database) + row.size_bytes > maxPinnedBytes) {
    throw new StoreError(
      'too_many_pinned',
      `Pinned snapshots have at most ${maxPinnedBytes} bytes together. Unpin some that are no longer needed, or start the server with a larger limit.`,
    );
  }
  database.run('UPDATE snapshot SET pinned = :pinned WHERE id = :id', { id, pinned: Number(isPinned) });
  const usage = [{ breakpointId: row.breakpoint_id, sizeBytes: row.size_bytes }];
  changeSum(database, 'pinned_bytes', isPinned ? row.size_bytes : -row.size_bytes);
  changeUsage(database, usage, isPinned ? -1 : 1);
  return true;
}

function changeUsage(database: Database, snapshots: readonly Usage[], sign: 1 | -1): void {
  changeSum(database, 'snapshot_bytes', sign * sumOf(snapshots));
  for (const [breakpointId, { length }] of Map.groupBy(snapshots, (snapshot) => snapshot.breakpointId)) {
    if (breakpointId === null) continue;
    database.run(
      `INSERT INTO snapshot_usage (breakpoint_id, snapshots) VALUES (:breakpointId, :added)
       ON CONFLICT DO UPDATE SET snapshots = snapshots + :added`,
      { breakpointId, added: sign * length },
    );
    if (sign === -1) {
      database.run('DELETE FROM snapshot_usage WHERE breakpoint_id = :breakpointId AND snapshots <= 0', {
        breakpointId,
      });
    }
  }
}

function sumOf(snapshots: readonly Usage[]): number {
  return snapshots.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function changeSum(database: Database, name: Sum, bytes: number): void {
  if (bytes === 0) return;
  database.run('UPDATE meta SET number = number + :bytes WHERE name = :name', { name, bytes });
}

function readSum(database: Database, name: Sum): number {
  return (
    database.get<{ number: number }>('SELECT number FROM meta WHERE name = :name', { name })?.number ?? 0
  );
}
