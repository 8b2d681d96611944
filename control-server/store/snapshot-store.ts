import type { Page, SnapshotQuery, SnapshotResource, SnapshotSummary } from '../../src/protocol/api.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
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
   * One page. `from` (inclusive) and `to` (exclusive) compare `receivedAt`, which no agent's clock can skew. Rejects with
   * `bad_cursor` or `bad_value`.
   */
  listSnapshots(query: SnapshotQuery): Promise<Page<SnapshotSummary>>;
  readSnapshot(id: string): Promise<SnapshotResource | null>;
  deleteSnapshot(id: string): Promise<boolean>;
  /** Deletes what retention no longer allows, in slices that let other calls in between: to be called each minute. `close` ends it early. */
  sweep(nowIso: string): Promise<SweepResult>;
}
