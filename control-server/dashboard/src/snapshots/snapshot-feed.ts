import type { Page, SnapshotSummary } from '../../../../src/protocol/api.ts';
import type { SearchLag, SnapshotPage } from '../../../../src/protocol/api-snapshots.ts';

/**
 * The list as it is known: newest first, with what came in while it was held back beside it. Every function returns a
 * new feed; a snapshot is in it once.
 */
export interface SnapshotFeed {
  readonly items: readonly SnapshotSummary[];
  /** Came in while the list was held back, newest first. */
  readonly held: readonly SnapshotSummary[];
  /** Where older ones go on, or null when there are none. */
  readonly olderCursor: string | null;
  /** How far a search for text has looked; null where none was made. */
  readonly search: SearchLag | null;
}

/** Rows kept in memory; beyond them the oldest are fetched again when they are scrolled to. */
export const MAX_FEED_ITEMS = 5_000;

/** A feed of the newest page. */
export function startFeed(page: SnapshotPage): SnapshotFeed {
  return { items: page.items, held: [], olderCursor: page.nextCursor, search: page.search };
}

/** The feed with a page of older snapshots at its end. */
export function withOlder(feed: SnapshotFeed, page: Page<SnapshotSummary>): SnapshotFeed {
  const ids = new Set(page.items.map((item) => item.id));
  const known = new Set(feed.items.filter((item) => ids.has(item.id)).map((item) => item.id));
  return {
    ...feed,
    items: [...feed.items, ...page.items.filter((item) => !known.has(item.id))],
    olderCursor: page.nextCursor,
  };
}

/** The feed with newer snapshots (oldest first, as the server lists what follows a cursor): shown, or held back. */
export function withNewer(
  feed: SnapshotFeed,
  newer: readonly SnapshotSummary[],
  hold: boolean,
  maxItems: number = MAX_FEED_ITEMS,
): SnapshotFeed {
  const known = new Set([...feed.items, ...feed.held].map((item) => item.id));
  const fresh = newer.filter((item) => !known.has(item.id)).toReversed();
  if (fresh.length === 0 && (hold || feed.held.length === 0)) return feed;
  if (hold) return { ...feed, held: [...fresh, ...feed.held] };
  return trimmed({ ...feed, items: [...fresh, ...feed.held, ...feed.items], held: [] }, maxItems);
}

/** The feed with everything that was held back shown. */
export function releaseHeld(feed: SnapshotFeed, maxItems: number = MAX_FEED_ITEMS): SnapshotFeed {
  if (feed.held.length === 0) return feed;
  return trimmed({ ...feed, items: [...feed.held, ...feed.items], held: [] }, maxItems);
}

/** The feed after a snapshot was pinned or unpinned. */
export function withPinned(feed: SnapshotFeed, id: string, pinned: boolean): SnapshotFeed {
  const change = (items: readonly SnapshotSummary[]): readonly SnapshotSummary[] =>
    items.map((item) => (item.id === id ? { ...item, pinned } : item));
  return { ...feed, items: change(feed.items), held: change(feed.held) };
}

/** Cursor after which newer snapshots follow; null while the feed is empty. */
export function newestCursor(feed: SnapshotFeed): string | null {
  return feed.held[0]?.cursor ?? feed.items[0]?.cursor ?? null;
}

function trimmed(feed: SnapshotFeed, maxItems: number): SnapshotFeed {
  const last = feed.items[maxItems - 1];
  if (feed.items.length <= maxItems || last === undefined) return feed;
  return { ...feed, items: feed.items.slice(0, maxItems), olderCursor: last.cursor };
}
