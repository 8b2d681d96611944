import type { SnapshotListRequest } from './snapshot-list-request.ts';
import type { SnapshotRecord, StoredBody } from './snapshot-record.ts';
import type { SnapshotListPart } from './sqlite/snapshot-list.ts';
import type { SweepSlice } from './sqlite/retention.ts';
import type { StoredBatch } from './snapshot-store.ts';
import type { Store } from './store.ts';

/** A method of the store as its thread runs it: without the promise. */
type Synchronous<Method> = Method extends (...args: infer Args) => Promise<infer Result>
  ? (...args: Args) => Result
  : never;

type Split =
  'readServiceState' | 'storeSnapshots' | 'listSnapshots' | 'readSnapshot' | 'sweep' | 'ping' | 'close';

/**
 * What the store's thread can be asked: the methods of {@link Store}, but for those that are prepared, finished or
 * repeated on the caller's side.
 */
export type StoreCalls = {
  readonly [Name in Exclude<keyof Store, Split>]: Synchronous<Store[Name]>;
} & {
  readonly readServiceState: (
    ...args: Required<Parameters<Store['readServiceState']>>
  ) => Awaited<ReturnType<Store['readServiceState']>>;
  readonly storeSnapshots: (
    environment: string,
    records: readonly SnapshotRecord[],
    nowIso: string,
  ) => StoredBatch;
  readonly listSnapshotPart: (request: SnapshotListRequest) => SnapshotListPart;
  readonly readSnapshotBody: (id: string) => StoredBody | null;
  readonly sweepSlice: (nowIso: string) => SweepSlice;
  readonly ping: () => boolean;
};

/** Name of a call. */
export type StoreCallName = keyof StoreCalls;
