/** The parts of the dashboard API that are about stored snapshots as a whole: search, import. Types only. */
import type { Page, SnapshotSummary } from './api.ts';

/** How far the index that `q` looks into is behind what is stored: it follows by itself, a moment later. */
export interface SearchLag {
  /** Snapshots that no search finds yet, at most. */
  readonly pending: number;
  /** `receivedAt` of the newest that a search finds; null when there is none. */
  readonly indexedThrough: string | null;
}

/** Answer to `GET /api/snapshots`. */
export interface SnapshotPage extends Page<SnapshotSummary> {
  /** What the answer to `q` rests on; null when nothing was searched for. */
  readonly search: SearchLag | null;
}

/** Answer to `POST /api/snapshots/import`. */
export interface ImportReceipt {
  readonly stored: number;
  /** Already there by their id. */
  readonly duplicates: number;
  readonly rejected: number;
  /** The first of those that were rejected: the line, counted from 1, and a stable code. */
  readonly problems: readonly { readonly line: number; readonly code: string }[];
}
