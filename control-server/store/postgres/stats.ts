import type { StoreStats } from '../store-stats.ts';
import type { Session } from './database.ts';

/** What the database knows of itself. Nothing is counted: the bookkeeping of retention has the sums. */
export async function readFigures(
  session: Session,
): Promise<Pick<StoreStats, 'sizeBytes' | 'snapshotBytes' | 'snapshots' | 'unindexedSnapshots'>> {
  const row = await session.get<{ size: number; bytes: number; snapshots: number; unindexed: number | null }>(
    `SELECT pg_database_size(current_database()) AS size,
       (SELECT number FROM meta WHERE name = 'index_skipped') AS unindexed,
       ((SELECT coalesce(sum(bytes), 0) FROM snapshot_usage)
         + (SELECT number FROM meta WHERE name = 'pinned_bytes'))::bigint AS bytes,
       ((SELECT coalesce(sum(snapshots), 0) FROM snapshot_usage)
         + (SELECT count(*) FROM snapshot WHERE pinned = 1))::bigint AS snapshots`,
  );
  return {
    sizeBytes: row?.size ?? null,
    snapshotBytes: row?.bytes ?? 0,
    snapshots: row?.snapshots ?? 0,
    unindexedSnapshots: row?.unindexed ?? 0,
  };
}
