import type { SnapshotSummary } from '../../../../src/protocol/api.ts';

/** A stretch of a list, the newest first. */
export interface FeedPage {
  /** Null: let go, so that the rows of a long list do not fill the memory. They are fetched again when they come into view. */
  readonly items: readonly SnapshotSummary[] | null;
  readonly length: number;
  /** Cursors of its first and its last row. */
  readonly newest: string;
  readonly oldest: string;
}

/** Pages of this many rows are added to when more come in. */
export const PAGE_ROWS = 100;
/** Rows kept before and behind those in view, and what else is on their pages. */
const KEPT_ROWS = 1_000;

/** Rows as pages: one, or none for no rows. */
export function pagesOf(items: readonly SnapshotSummary[]): readonly FeedPage[] {
  const newest = items[0]?.cursor;
  const oldest = items.at(-1)?.cursor;
  return newest === undefined || oldest === undefined
    ? []
    : [{ items, length: items.length, newest, oldest }];
}

/** Two lists as one. Where they meet, small pages become one: a live list grows row by row. */
export function joinPages(newer: readonly FeedPage[], older: readonly FeedPage[]): readonly FeedPage[] {
  const above = newer.at(-1);
  const below = older[0];
  const isSmall = above !== undefined && below !== undefined && above.length + below.length <= PAGE_ROWS;
  if (!isSmall || above.items === null || below.items === null) return [...newer, ...older];
  return [...newer.slice(0, -1), ...pagesOf([...above.items, ...below.items]), ...older.slice(1)];
}

/** Rows in all pages. */
export function countRows(pages: readonly FeedPage[]): number {
  return pages.reduce((sum, { length }) => sum + length, 0);
}

/** The pages from the newest on that hold no more than this many rows; at least one. */
export function firstPages(pages: readonly FeedPage[], maxRows: number): readonly FeedPage[] {
  let rows = pages[0]?.length ?? 0;
  let kept = 1;
  for (; kept < pages.length; kept++) {
    rows += pages[kept]?.length ?? 0;
    if (rows > maxRows) break;
  }
  return kept >= pages.length ? pages : pages.slice(0, kept);
}

/** The pages without the rows that are far from those in view. The first page stays: nothing says where it begins. */
export function letGoFar(pages: readonly FeedPage[], firstRow: number, lastRow: number): readonly FeedPage[] {
  let end = 0;
  const next = pages.map((page, index) => {
    const start = end;
    end += page.length;
    const isFar = end <= firstRow - KEPT_ROWS || start > lastRow + KEPT_ROWS;
    return isFar && index > 0 && page.items !== null ? { ...page, items: null } : page;
  });
  return next.some((page, index) => page !== pages[index]) ? next : pages;
}

/**
 * The pages with the rows of the one that ends at `oldest`, as they are listed again. Rows may have been deleted meanwhile:
 * then the page has fewer, or goes on into what was the next one, which is let go to be fetched from there.
 */
export function withRows(
  pages: readonly FeedPage[],
  oldest: string,
  listed: readonly SnapshotSummary[],
): readonly FeedPage[] {
  const at = pages.findIndex((page) => page.oldest === oldest && page.items === null);
  if (at === -1) return pages;
  const end = listed.findIndex((item) => item.cursor === oldest);
  const found = pagesOf(end === -1 ? listed : listed.slice(0, end + 1));
  const below = pages.slice(at + 1);
  const next = below[0];
  if (end === -1 && next !== undefined) below[0] = { ...next, items: null };
  return [...pages.slice(0, at), ...found, ...below];
}

/** Where each row is. */
export interface RowIndex {
  readonly rows: number;
  /** Number of the page that a row is in; the last one for what lies beyond. */
  pageAt(row: number): number;
  /** The row, or null where it was let go. */
  rowAt(row: number): SnapshotSummary | null;
}

/** Finds rows by their place in the list. */
export function indexRows(pages: readonly FeedPage[]): RowIndex {
  const ends: number[] = [];
  let rows = 0;
  for (const { length } of pages) ends.push((rows += length));
  const pageAt = (row: number): number => {
    let low = 0;
    let high = ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) > row) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return {
    rows,
    pageAt,
    rowAt(row) {
      const page = pageAt(row);
      return pages[page]?.items?.[row - (ends[page - 1] ?? 0)] ?? null;
    },
  };
}
