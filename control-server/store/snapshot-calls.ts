import type { SearchLag } from '../../src/protocol/api-snapshots.ts';
import type { Retention } from './retention.ts';
import type { SnapshotListRequest } from './snapshot-list-request.ts';
import type { SnapshotRecord, StoredBody } from './snapshot-record.ts';
import type { StoredBatch } from './snapshot-store.ts';
import type { SweepSlice } from './sqlite/retention.ts';
import type { SnapshotListPart } from './sqlite/snapshot-list.ts';

type StoreRecords = (environment: string, records: readonly SnapshotRecord[], nowIso: string) => StoredBatch;

/** What the store's thread can be asked about snapshots: in parts, each of which is short. */
export interface SnapshotCalls {
  readonly storeSnapshots: StoreRecords;
  readonly importSnapshots: StoreRecords;
  readonly listSnapshotPart: (request: SnapshotListRequest) => SnapshotListPart;
  readonly readSnapshotBodies: (ids: readonly string[]) => StoredBody[];
  readonly deleteSnapshot: (id: string) => boolean;
  readonly pinSnapshot: (id: string, isPinned: boolean) => boolean;
  readonly sweepSlice: (nowIso: string, limits: Partial<Retention>) => SweepSlice;
  /** Returns whether nothing is left. */
  readonly indexSlice: () => boolean;
  readonly readSearchLag: () => SearchLag;
}
