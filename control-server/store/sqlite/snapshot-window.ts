import type { SnapshotListRequest } from '../snapshot-list-request.ts';
import type { SnapshotRow } from '../rows/snapshot-row.ts';

/** Sequences that a list looks at in one step when no index finds its rows. */
export const WINDOW = 10_000;

/** Sequences, both ends inclusive. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** The rows of one step, at most as many as are wanted, from a range. */
export type Step = (range: Range, limit: number) => readonly SnapshotRow[];

export interface Plan {
  /** Where there can be rows at all. */
  readonly range: Range;
  /** The part of the range that one step looks at, seen from the place where the list is. */
  readonly stepAt: (position: number) => Range;
  readonly step: Step;
}

/** The part of a range that begins at a position, in the order of the list. */
export function windowAt(
  position: number,
  range: Range,
  window: number,
  order: SnapshotListRequest['order'],
): Range {
  return order === 'newest_first'
    ? { first: Math.max(range.first, position - window + 1), last: position }
    : { first: position, last: Math.min(range.last, position + window - 1) };
}

/** Rows of several statements as one list. */
export function merge(
  rows: SnapshotRow[],
  order: SnapshotListRequest['order'],
  limit: number,
): SnapshotRow[] {
  const sign = order === 'newest_first' ? -1 : 1;
  return rows.toSorted((a, b) => sign * (a.sequence - b.sequence)).slice(0, limit);
}
