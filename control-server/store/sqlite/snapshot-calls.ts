import type { Retention } from '../retention.ts';
import type { SnapshotCalls } from '../snapshot-calls.ts';
import { read, write } from './call.ts';
import type { Call } from './call.ts';
import type { Database } from './database.ts';
import { sweepSlice } from './retention.ts';
import { indexSlice, readSearchLag } from './search-index.ts';
import { listSnapshotPart } from './snapshot-list.ts';
import { pinSnapshot } from './snapshot-usage.ts';
import * as snapshots from './snapshots.ts';

/** What is stored of captures, found again, and deleted. */
export function createSnapshotCalls(
  database: Database,
  retention: Retention,
): { readonly [Name in keyof SnapshotCalls]: Call<SnapshotCalls[Name]> } {
  return {
    storeSnapshots: write((environment, records, nowIso) =>
      snapshots.storeSnapshots(database, environment, records, nowIso),
    ),
    importSnapshots: write((environment, records, nowIso) =>
      snapshots.importSnapshots(database, environment, records, nowIso),
    ),
    listSnapshotPart: read((request) => listSnapshotPart(database, request)),
    readSnapshotBodies: read((ids) => snapshots.readSnapshotBodies(database, ids)),
    deleteSnapshot: write((id) => snapshots.deleteSnapshot(database, id)),
    pinSnapshot: write((id, isPinned) => pinSnapshot(database, id, isPinned, retention.maxPinnedBytes)),
    sweepSlice: write((nowIso, limits) => sweepSlice(database, { ...retention, ...limits }, nowIso)),
    indexSlice: write(() => indexSlice(database)),
    readSearchLag: read(() => readSearchLag(database)),
  };
}
