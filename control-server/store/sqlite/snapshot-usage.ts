import type { SnapshotRecord } from '../snapshot-record.ts';
import type { Database } from './database.ts';

/** Counts new snapshots, so that retention has nothing to count. */
export function addUsage(
  database: Database,
  stored: readonly Pick<SnapshotRecord, 'breakpointId' | 'sizeBytes'>[],
): void {
  change(database, stored, 1);
}

/** Bytes of all snapshots. The file is larger: it has indexes and free pages too. */
export function totalBytes(database: Database): number {
  const row = database.get<{ number: number }>(`SELECT number FROM meta WHERE name = 'snapshot_bytes'`);
  return row?.number ?? 0;
}

/** Deletes snapshots with their bodies. The only place that does, since it keeps the counts. Returns how many. */
export function deleteSequences(database: Database, sequences: readonly number[]): number {
  const deleted = database.all<{ breakpoint_id: string | null; size_bytes: number }>(
    `DELETE FROM snapshot WHERE sequence IN (SELECT value FROM json_each(:sequences))
     RETURNING breakpoint_id, size_bytes`,
    { sequences: JSON.stringify(sequences) },
  );
  const usage = deleted.map((row) => ({ breakpointId: row.breakpoint_id, sizeBytes: row.size_bytes }));
  change(database, usage, -1);
  return deleted.length;
}

function change(
  database: Database,
  snapshots: readonly Pick<SnapshotRecord, 'breakpointId' | 'sizeBytes'>[],
  sign: 1 | -1,
): void {
  const bytes = snapshots.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  database.run(`UPDATE meta SET number = number + :bytes WHERE name = 'snapshot_bytes'`, {
    bytes: sign * bytes,
  });
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
