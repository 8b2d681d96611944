/** How long snapshots are kept. Whichever limit is reached first deletes, the oldest first; pinned ones stay. */
export interface Retention {
  /** Milliseconds since a snapshot was received. Default 7 days. */
  readonly maxAgeMs: number;
  /** Snapshots of one breakpoint, without pinned ones. Default 1,000. */
  readonly maxSnapshotsPerBreakpoint: number;
  /** Bytes of all snapshots together, without pinned ones. Default 10 GiB; the file is somewhat larger. */
  readonly maxTotalBytes: number;
  /** Bytes of all pinned snapshots together: no more can be pinned then. Default 1 GiB. */
  readonly maxPinnedBytes: number;
  /** Milliseconds since an entry of the audit was written. Default a year. */
  readonly maxAuditAgeMs: number;
}

/** What applies when nothing is configured. */
export const DEFAULT_RETENTION: Retention = {
  maxAgeMs: 7 * 24 * 60 * 60 * 1_000,
  maxSnapshotsPerBreakpoint: 1_000,
  maxTotalBytes: 10 * 1024 ** 3,
  maxPinnedBytes: 1024 ** 3,
  maxAuditAgeMs: 365 * 24 * 60 * 60 * 1_000,
};
