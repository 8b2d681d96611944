/** What a store says of itself; null for what it does not know. */
export interface StoreStats {
  /** On disk. */
  readonly sizeBytes: number | null;
  /** Of all snapshots. */
  readonly snapshotBytes: number;
  /** About how many snapshots there are: counting a million of them takes time, so this is up to a minute old. */
  readonly snapshots: number;
  /** Since the data began: what no search finds, because its text could not be taken apart. */
  readonly unindexedSnapshots: number;
  /** Writes that wait for their transaction. */
  readonly waitingWrites: number;
  /** Transactions of this node since its start. */
  readonly commits: CommitStats | null;
  /** The longest time for which the store's own thread was held up since it was last asked; null where there is none. */
  readonly threadDelaySeconds: number | null;
}

/** Transactions and what they took. */
export interface CommitStats {
  readonly count: number;
  /** Writes in them. */
  readonly writes: number;
  readonly seconds: number;
}
