import type { Page, SnapshotSummary } from '../../../../src/protocol/api.ts';
import type { SearchLag, SnapshotPage } from '../../../../src/protocol/api-snapshots.ts';
import { countRows, firstPages, indexRows, joinPages, letGoFar, pagesOf, withRows } from './feed-pages.ts';
import type { FeedPage } from './feed-pages.ts';

/**
 * The list as it is known: newest first, with what came in while it was held back beside it. Every function returns a
 * new feed; a snapshot is in it once.
 */
export interface SnapshotFeed {
  readonly pages: readonly FeedPage[];
  /** Came in while the list was held back, newest first. */
  readonly held: readonly FeedPage[];
  /** Where older ones go on, or null when there are none. */
  readonly olderCursor: string | null;
  /** How far a search for text has looked; null where none was made. */
  readonly search: SearchLag | null;
}

/** A request for the rows of a page: those after a cursor, of which `oldest` is the last; null where the list goes on. */
export interface WantedRows {
  readonly before: string;
  readonly limit: number;
  readonly oldest: string | null;
}

/** Rows of one list, in view or not: no browser draws a page that is much taller. */
export const MAX_FEED_ROWS = 200_000;
/** Older ones are fetched when this many rows are left below. */
const AHEAD_ROWS = 60;
const OLDER_ROWS = 100;
/** Whoever went so far down wants to get further in larger steps. */
const LARGE_STEPS_FROM = 1_000;
const MANY_OLDER_ROWS = 500;

/** A feed of the newest page. */
export function startFeed(page: SnapshotPage): SnapshotFeed {
  return { pages: pagesOf(page.items), held: [], olderCursor: page.nextCursor, search: page.search };
}

/** The feed with a page of older snapshots at its end, if that is still where this cursor leads. */
export function withOlder(feed: SnapshotFeed, before: string, page: Page<SnapshotSummary>): SnapshotFeed {
  if (feed.olderCursor !== before) return feed;
  return { ...feed, pages: [...feed.pages, ...pagesOf(page.items)], olderCursor: page.nextCursor };
}

/**
 * The feed with what follows a cursor (oldest first, as the server lists it): shown, or held back. It is the same feed when
 * that is not its newest any more.
 */
export function withNewer(
  feed: SnapshotFeed,
  after: string,
  newer: readonly SnapshotSummary[],
  hold: boolean,
  maxRows: number = MAX_FEED_ROWS,
): SnapshotFeed {
  if (newestCursor(feed) !== after) return feed;
  if (newer.length === 0) return hold ? feed : releaseHeld(feed, maxRows);
  const held = joinPages(pagesOf(newer.toReversed()), feed.held);
  // Of much that is held back only the newest are shown first.
  return hold ? { ...feed, held: letGoFar(held, 0, 0) } : releaseHeld({ ...feed, held }, maxRows);
}

/** The feed with everything that was held back shown. */
export function releaseHeld(feed: SnapshotFeed, maxRows: number = MAX_FEED_ROWS): SnapshotFeed {
  if (feed.held.length === 0) return feed;
  const all = joinPages(feed.held, feed.pages);
  const first = firstPages(all, maxRows);
  const olderCursor = first === all ? feed.olderCursor : (first.at(-1)?.oldest ?? null);
  // The list is shown at its top now.
  return { ...feed, pages: letGoFar(first, 0, 0), held: [], olderCursor };
}

/** The feed with rows that were asked for. */
export function withWanted(
  feed: SnapshotFeed,
  { before, oldest }: WantedRows,
  page: Page<SnapshotSummary>,
): SnapshotFeed {
  if (oldest === null) return withOlder(feed, before, page);
  const pages = withRows(feed.pages, oldest, page.items);
  return { ...feed, pages, olderCursor: feed.olderCursor === null ? null : (pages.at(-1)?.oldest ?? null) };
}

/** The feed without the rows that are far from those in view. */
export function withoutFar(feed: SnapshotFeed, firstRow: number, lastRow: number): SnapshotFeed {
  const pages = letGoFar(feed.pages, firstRow, lastRow);
  return pages === feed.pages ? feed : { ...feed, pages };
}

/** What has to be fetched so that these rows can be shown, and the next ones after them; null when all is there. */
export function wantedRows(feed: SnapshotFeed, firstRow: number, lastRow: number): WantedRows | null {
  const { pages, olderCursor } = feed;
  const { rows, pageAt } = indexRows(pages);
  const last = pageAt(Math.max(firstRow, lastRow));
  for (let index = pageAt(firstRow); index <= last; index++) {
    const page = pages[index];
    const before = pages[index - 1]?.oldest;
    if (page?.items === null && before !== undefined) {
      return { before, limit: page.length, oldest: page.oldest };
    }
  }
  const isNearEnd = lastRow >= rows - AHEAD_ROWS;
  return isNearEnd && olderCursor !== null && !isFull(feed)
    ? {
        before: olderCursor,
        limit: rows < LARGE_STEPS_FROM ? OLDER_ROWS : MANY_OLDER_ROWS,
        oldest: null,
      }
    : null;
}

/** Whether the list is as long as one may be. */
export function isFull(feed: SnapshotFeed): boolean {
  return countRows(feed.pages) + MANY_OLDER_ROWS > MAX_FEED_ROWS;
}

/** The feed after a snapshot was pinned or unpinned. */
export function withPinned(feed: SnapshotFeed, id: string, pinned: boolean): SnapshotFeed {
  const change = (page: FeedPage): FeedPage =>
    page.items?.some((item) => item.id === id) === true
      ? { ...page, items: page.items.map((item) => (item.id === id ? { ...item, pinned } : item)) }
      : page;
  return { ...feed, pages: feed.pages.map(change), held: feed.held.map(change) };
}

/** Cursor after which newer snapshots follow; null while the feed is empty. */
export function newestCursor(feed: SnapshotFeed): string | null {
  return feed.held[0]?.newest ?? feed.pages[0]?.newest ?? null;
}
