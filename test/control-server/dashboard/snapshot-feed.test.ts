import { describe, expect, it } from 'vitest';
import type { SnapshotSummary } from '../../../src/protocol/api.ts';
import { countRows, indexRows } from '../../../control-server/dashboard/src/snapshots/feed-pages.ts';
import {
  isFull,
  newestCursor,
  releaseHeld,
  startFeed,
  wantedRows,
  withNewer,
  withOlder,
  withoutFar,
  withPinned,
  withWanted,
} from '../../../control-server/dashboard/src/snapshots/snapshot-feed.ts';
import type { SnapshotFeed } from '../../../control-server/dashboard/src/snapshots/snapshot-feed.ts';
import { snapshotSummary as summary } from './samples.ts';

const ids = (feed: SnapshotFeed): string => {
  const { rows, rowAt } = indexRows(feed.pages);
  return Array.from({ length: rows }, (_, row) => rowAt(row)?.id ?? '…').join(' ');
};
const heldIds = (feed: SnapshotFeed): string => ids({ ...feed, pages: feed.held });
/** Both ends included, the newest first. */
const down = (from: number, to: number): SnapshotSummary[] =>
  Array.from({ length: from - to + 1 }, (_, index) => summary(from - index));
const feed = startFeed({ items: [summary(5), summary(4)], nextCursor: 'c4', search: null });

describe('the live list of snapshots', () => {
  it('puts what comes in on top, the newest first', () => {
    const next = withNewer(feed, 'c5', [summary(6), summary(7)], false);
    expect(ids(next)).toBe('7 6 5 4');
    expect(newestCursor(next)).toBe('c7');
  });

  it('takes nothing that follows another place than its newest: it is there already, or was started anew', () => {
    const next = withNewer(feed, 'c5', [summary(6)], false);
    expect(withNewer(next, 'c5', [summary(6)], false)).toBe(next);
    expect(withOlder(next, 'c9', { items: [summary(3)], nextCursor: null })).toBe(next);
  });

  it('holds back what comes in while it is asked to, and follows on from there', () => {
    const held = withNewer(withNewer(feed, 'c5', [summary(6)], true), 'c6', [summary(7)], true);
    expect(ids(held)).toBe('5 4');
    expect(heldIds(held)).toBe('7 6');
    expect(newestCursor(held)).toBe('c7');
    expect(ids(releaseHeld(held))).toBe('7 6 5 4');
  });

  it('shows what was held together with what comes in afterwards, or when nothing did', () => {
    const held = withNewer(feed, 'c5', [summary(6)], true);
    const next = withNewer(held, 'c6', [summary(7)], false);
    expect(ids(next)).toBe('7 6 5 4');
    expect(next.held).toEqual([]);
    expect(ids(withNewer(held, 'c6', [], false))).toBe('6 5 4');
  });

  it('is the same feed when nothing new came', () => {
    expect(withNewer(feed, 'c5', [], false)).toBe(feed);
    expect(withNewer(feed, 'c5', [], true)).toBe(feed);
    expect(releaseHeld(feed)).toBe(feed);
  });

  it('goes on with older ones, and knows its end', () => {
    const next = withOlder(feed, 'c4', { items: [summary(3)], nextCursor: null });
    expect(ids(next)).toBe('5 4 3');
    expect(next.olderCursor).toBeNull();
  });

  it('lets the oldest go beyond its length, and can fetch them again from there', () => {
    const older = withOlder(feed, 'c4', { items: [summary(3), summary(2)], nextCursor: null });
    const full = withNewer(older, 'c5', [summary(6)], false, 5);
    expect([ids(full), full.olderCursor]).toEqual(['6 5 4 3 2', null]);
    const over = withNewer(full, 'c6', [summary(7)], false, 5);
    expect([ids(over), over.olderCursor]).toEqual(['7 6 5 4', 'c4']);
  });

  it('has no cursor while it is empty', () => {
    expect(newestCursor(startFeed({ items: [], nextCursor: null, search: null }))).toBeNull();
  });

  it('shows a pin wherever the snapshot is', () => {
    const held = withNewer(feed, 'c5', [summary(6)], true);
    const pinned = (of: SnapshotFeed): (boolean | undefined)[] => [
      of.held[0]?.items?.[0]?.pinned,
      of.pages[0]?.items?.[1]?.pinned,
    ];
    expect(pinned(withPinned(held, '6', true))).toEqual([true, false]);
    expect(pinned(withPinned(held, '4', true))).toEqual([false, true]);
  });
});

/** 4,000 … 1, in pages of 100. */
function longFeed(): SnapshotFeed {
  let long = startFeed({ items: down(4_000, 3_901), nextCursor: 'c3901', search: null });
  for (let from = 3_900; from > 0; from -= 100) {
    const oldest = from - 99;
    const nextCursor = oldest === 1 ? null : `c${oldest}`;
    long = withOlder(long, `c${from + 1}`, { items: down(from, oldest), nextCursor });
  }
  return long;
}

describe('a long list of snapshots', () => {
  const long = longFeed();
  const loadedPages = (of: SnapshotFeed): number[] =>
    of.pages.flatMap(({ items }, page) => (items === null ? [] : [page]));

  it('keeps the thousand rows around those in view, and the first page, and the place of all others', () => {
    const seen = withoutFar(long, 2_000, 2_040);
    expect(loadedPages(seen)).toEqual([0, ...Array.from({ length: 21 }, (_, index) => index + 10)]);
    const { rows, rowAt } = indexRows(seen.pages);
    expect(rows).toBe(4_000);
    expect([rowAt(99)?.id, rowAt(100), rowAt(999), rowAt(1_000)?.id]).toEqual(['3901', null, null, '3000']);
    expect([rowAt(3_099)?.id, rowAt(3_100), rowAt(4_000)]).toEqual(['901', null, null]);
    expect(withoutFar(seen, 2_000, 2_040)).toBe(seen);
  });

  it('asks for the rows in view again, page by page, from where the page before ends', () => {
    const seen = withoutFar(long, 2_000, 2_040);
    const wanted = wantedRows(seen, 190, 210);
    expect(wanted).toEqual({ before: 'c3901', limit: 100, oldest: 'c3801' });
    if (wanted === null) return;
    const one = withWanted(seen, wanted, { items: down(3_900, 3_801), nextCursor: 'c3801' });
    const next = wantedRows(one, 190, 210);
    expect(next).toEqual({ before: 'c3801', limit: 100, oldest: 'c3701' });
    if (next === null) return;
    const both = withWanted(one, next, { items: down(3_800, 3_701), nextCursor: 'c3701' });
    expect(wantedRows(both, 190, 210)).toBeNull();
    expect(ids(both).split(' ').slice(98, 302).join(' ')).toBe(
      `${down(3_902, 3_701)
        .map(({ id }) => id)
        .join(' ')} … …`,
    );
  });

  it('is shorter by the rows that were deleted before they came into view again', () => {
    const seen = withoutFar(long, 2_000, 2_040);
    const listed = [...down(3_900, 3_850), ...down(3_839, 3_791)];
    const next = withWanted(
      seen,
      { before: 'c3901', limit: 100, oldest: 'c3801' },
      { items: listed, nextCursor: 'c3791' },
    );
    expect(countRows(next.pages)).toBe(3_990);
    expect(wantedRows(next, 195, 195)).toEqual({ before: 'c3801', limit: 100, oldest: 'c3701' });
  });

  it('goes on from another row when the last one of a page was deleted, and shows none twice', () => {
    const seen = withoutFar(long, 3_900, 3_900);
    const next = withWanted(
      seen,
      { before: 'c3001', limit: 100, oldest: 'c2901' },
      { items: [...down(3_000, 2_902), summary(2_900)], nextCursor: 'c2900' },
    );
    expect(indexRows(next.pages).rowAt(1_099)?.id).toBe('2900');
    const wanted = wantedRows(next, 1_100, 1_150);
    expect(wanted).toEqual({ before: 'c2900', limit: 100, oldest: 'c2801' });
    if (wanted === null) return;
    const after = withWanted(next, wanted, { items: down(2_899, 2_800), nextCursor: 'c2800' });
    expect(indexRows(after.pages).rowAt(1_198)?.id).toBe('2801');
    expect(countRows(after.pages)).toBe(3_999);
  });

  it('goes on with older ones from its new end when its last row was deleted', () => {
    const unended = { ...long, olderCursor: 'c1' };
    const next = withWanted(
      withoutFar(unended, 0, 0),
      { before: 'c101', limit: 100, oldest: 'c1' },
      { items: down(100, 2), nextCursor: null },
    );
    expect([next.olderCursor, countRows(next.pages)]).toEqual(['c2', 3_999]);
  });

  it('has no page any more of which every row was deleted', () => {
    const next = withWanted(
      withoutFar(long, 0, 0),
      { before: 'c101', limit: 100, oldest: 'c1' },
      { items: [], nextCursor: null },
    );
    expect([next.pages.length, next.olderCursor]).toEqual([39, null]);
  });

  it('asks for older ones in steps of 100, and of 500 from a thousand rows on', () => {
    const first = (pages: number): SnapshotFeed => ({
      ...long,
      pages: long.pages.slice(0, pages),
      olderCursor: 'c7',
    });
    expect(wantedRows(first(9), 880, 899)).toEqual({ before: 'c7', limit: 100, oldest: null });
    expect(wantedRows(first(10), 980, 999)).toEqual({ before: 'c7', limit: 500, oldest: null });
  });

  it('asks for older ones 60 rows before its end, and not for more than 200,000', () => {
    const unended = { ...long, olderCursor: 'c1' };
    expect(wantedRows(unended, 3_900, 3_939)).toBeNull();
    expect(wantedRows(unended, 3_900, 3_940)).toEqual({ before: 'c1', limit: 500, oldest: null });
    expect(wantedRows(long, 3_900, 3_999)).toBeNull();
    const page = long.pages[1];
    if (page === undefined) return;
    const lengthOf = (rows: number): SnapshotFeed => ({ ...unended, pages: [{ ...page, length: rows }] });
    expect([isFull(lengthOf(199_500)), isFull(lengthOf(199_501))]).toEqual([false, true]);
    expect(wantedRows(lengthOf(199_501), 199_500, 199_500)).toBeNull();
  });

  it('keeps of thousands that are held back the newest only, and the place of all others', () => {
    let longer = long;
    for (let from = 4_000; from < 12_000; from += 500) {
      longer = withNewer(longer, `c${from}`, down(from + 500, from + 1).toReversed(), true);
    }
    expect([countRows(longer.held), loadedPages({ ...longer, pages: longer.held })]).toEqual([
      8_000,
      [0, 1, 2],
    ]);
    const shown = releaseHeld(longer);
    expect(countRows(shown.pages)).toBe(12_000);
    expect(wantedRows(shown, 5_500, 5_500)).toEqual({ before: 'c6501', limit: 500, oldest: 'c6001' });
  });
});
