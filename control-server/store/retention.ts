/** How long snapshots are kept. Whichever limit is reached first deletes, the oldest first. */
export interface Retention {
  /** Milliseconds since a snapshot was received. Default 7 days. */
  readonly maxAgeMs: number;
  /** Snapshots of one breakpoint. Default 1,000. */
  readonly maxSnapshotsPerBreakpoint: number;
  /** Bytes of all snapshots together. Default 10 GiB; the file is somewhat larger. */
  readonly maxTotalBytes: number;
}

/** What applies when nothing is configured. */
export const DEFAULT_RETENTION: Retention = {
  maxAgeMs: 7 * 24 * 60 * 60 * 1_000,
  maxSnapshotsPerBreakpoint: 1_000,
  maxTotalBytes: 10 * 1024 ** 3,
};
