import type { Session } from './database.ts';
import { LOCKS } from './locks.ts';
import { DAY_MS } from './snapshot-day.ts';

/** The tables that have a partition for each day, in the order in which they go. */
const TABLES = ['snapshot', 'snapshot_text'] as const;
/** Partitions that exist beforehand: nobody has to be there at midnight. */
const DAYS_AHEAD = 2;
/** What came too early, from a clock that is ahead, moves into its partition; more than this stays where it is. */
const MAX_MOVED = 10_000;
/** Lists are stored apart from bodies already at this size of a row, so that a page of them is few pages of the disk. */
const TOAST_BYTES = 256;

/** Makes the partitions of today and the next days. */
export async function ensurePartitions(session: Session, nowMs: number): Promise<void> {
  const today = Math.floor(nowMs / DAY_MS);
  const days = Array.from({ length: DAYS_AHEAD + 1 }, (_, index) => today + index);
  const existing = await listPartitionDays(session);
  if (days.every((day) => existing.includes(day))) return;
  await session.get(`SELECT pg_advisory_xact_lock(${LOCKS.ingest})`);
  // Asked again: another node may have made them meanwhile.
  const made = await listPartitionDays(session);
  for (const day of days) if (!made.includes(day)) await makePartitions(session, day);
}

/** The days that have a partition, the oldest first. */
export async function listPartitionDays(session: Session): Promise<number[]> {
  const rows = await session.all<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'snapshot'::regclass`,
  );
  return rows
    .flatMap(({ name }) => /^snapshot_day_(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);
}

/**
 * Removes the partitions of a day when nothing in them is pinned or young. Returns how many snapshots went; null when
 * they have to stay.
 */
export async function dropPartitions(
  session: Session,
  day: number,
  cutoffMs: number,
): Promise<number | null> {
  const kept = await session.get(
    `SELECT 1 WHERE EXISTS (SELECT 1 FROM ${partitionOf('snapshot', day)} WHERE pinned = 1)
       OR EXISTS (SELECT 1 FROM ${partitionOf('snapshot', day)} WHERE received_at >= :cutoffMs AND pinned = 0)`,
    { cutoffMs },
  );
  if (kept !== undefined) return null;
  // The snapshots first: that waits for who indexes them, and nobody begins to meanwhile. The lock of the texts is not needed
  // then, and who indexes waits for it with the snapshots still open.
  for (const table of TABLES) await session.run(`DROP TABLE ${partitionOf(table, day)}`);
  const dropped = await session.all<{ snapshots: number }>(
    'DELETE FROM snapshot_usage WHERE day = :day RETURNING snapshots',
    { day },
  );
  return dropped.reduce((sum, { snapshots }) => sum + snapshots, 0);
}

async function makePartitions(session: Session, day: number): Promise<void> {
  const early = await session.get<{ snapshots: number }>(
    'SELECT count(*) AS snapshots FROM (SELECT 1 FROM snapshot_default WHERE day = :day LIMIT :limit) AS found',
    { day, limit: MAX_MOVED + 1 },
  );
  if ((early?.snapshots ?? 0) > MAX_MOVED) return;
  for (const table of TABLES) {
    const partition = partitionOf(table, day);
    await session.run(`CREATE TABLE ${partition} (LIKE ${table} INCLUDING ALL)`);
    await session.run(`ALTER TABLE ${partition} SET (toast_tuple_target = ${TOAST_BYTES})`);
    await session.run(
      `WITH moved AS (DELETE FROM ${table}_default WHERE day = :day RETURNING *)
       INSERT INTO ${partition} SELECT * FROM moved`,
      { day },
    );
    await session.run(
      `ALTER TABLE ${table} ATTACH PARTITION ${partition} FOR VALUES FROM (${day}) TO (${day + 1})`,
    );
  }
}

/** Made of a whole number only. */
function partitionOf(table: (typeof TABLES)[number], day: number): string {
  return `${table}_day_${Math.trunc(day)}`;
}
