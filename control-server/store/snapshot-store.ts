import type { Page, SnapshotQuery, SnapshotResource } from '../../src/protocol/api.ts';
import type { SearchLag, SnapshotPage } from '../../src/protocol/api-snapshots.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import type { Retention } from './retention.ts';
import type { ControlChange } from './service-store.ts';

/** What became of one snapshot of a batch; `limit`: its breakpoint has all that its `maxCaptures` allows. */
export type StoreOutcome = 'stored' | 'duplicate' | 'limit';

/** A stored snapshot's place, for the live hint. */
export interface StoredBatch {
  readonly outcomes: readonly StoreOutcome[];
  /** Cursor of the newest that was stored, or null when none was. */
  readonly cursor: string | null;
  /** Breakpoints whose limit was reached by this batch, already disabled and committed. */
  readonly changes: readonly ControlChange[];
}

/** What one sweep of the retention did. */
export interface SweepResult {
  readonly deletedSnapshots: number;
}

/** The snapshots of a store. */
export interface SnapshotStore {
  /**
   * Stores each snapshot exactly once by its id, and never more of a breakpoint than its `maxCaptures`, however many
   * come at the same time.
   * @param environment the one of the key, which wins over what a snapshot says of itself
   */
  storeSnapshots(environment: string, snapshots: readonly Snapshot[], nowIso: string): Promise<StoredBatch>;
  /**
   * Stores snapshots that another server exported: each once by its id, as received now, without counting as hits or as
   * activity of their service, so no limit refuses them and nothing changes for agents.
   */
  importSnapshots(environment: string, snapshots: readonly Snapshot[], nowIso: string): Promise<StoredBatch>;
  /**
   * One page. `from` (inclusive) and `to` (exclusive) compare `receivedAt`, which no agent's clock can skew; `q` finds
   * what {@link SnapshotStore.indexTexts} has seen, and nothing when it holds no letter or digit. Rejects with
   * `bad_cursor` or `bad_value`.
   */
  listSnapshots(query: SnapshotQuery): Promise<SnapshotPage>;
  /** As {@link SnapshotStore.listSnapshots}, each snapshot whole: for pages of few, since the memory holds them all. */
  readSnapshots(query: SnapshotQuery): Promise<Page<SnapshotResource>>;
  readSnapshot(id: string): Promise<SnapshotResource | null>;
  deleteSnapshot(id: string): Promise<boolean>;
  /**
   * Exempts a snapshot from retention, or no longer. False when there is none. Rejects with `too_many_pinned` when the
   * bytes of all pinned snapshots would exceed the retention's `maxPinnedBytes`.
   */
  pinSnapshot(id: string, isPinned: boolean): Promise<boolean>;
  /**
   * Deletes what retention no longer allows, in slices that let other calls in between: to be called each minute. `close`
   * ends it early.
   * @param limits go before those that the store was opened with
   */
  sweep(nowIso: string, limits?: Partial<Retention>): Promise<SweepResult>;
  /**
   * Makes searchable what was stored since the last time, in slices that let other calls in between: to be called again
   * and again. What it had no time for, before `close` or the end of the process, is left to the next time.
   */
  indexTexts(): Promise<void>;
  readSearchLag(): Promise<SearchLag>;
}
