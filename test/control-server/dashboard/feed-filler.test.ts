import { expect, it } from 'vitest';
import type { SnapshotPage } from '../../../src/protocol/api-snapshots.ts';
import {
  createFeedFiller,
  TRY_AGAIN_MS,
} from '../../../control-server/dashboard/src/snapshots/feed-filler.ts';
import type { FeedFiller } from '../../../control-server/dashboard/src/snapshots/feed-filler.ts';
import { countRows } from '../../../control-server/dashboard/src/snapshots/feed-pages.ts';
import { startFeed } from '../../../control-server/dashboard/src/snapshots/snapshot-feed.ts';
import type {
  SnapshotFeed,
  WantedRows,
} from '../../../control-server/dashboard/src/snapshots/snapshot-feed.ts';
import { snapshotSummary } from './samples.ts';

interface Asked {
  readonly wanted: WantedRows;
  readonly answer: (page: SnapshotPage) => void;
  readonly fail: () => void;
}

/** A list of 10,000, and requests that wait for their answer. */
function openList(): {
  readonly filler: FeedFiller;
  readonly asked: Asked[];
  readonly busy: boolean[];
  readonly timers: { delayMs: number; callback: () => void; cancelled: boolean }[];
  readonly rows: () => number;
  /** Answers the last request as a server would. */
  answer(): Promise<void>;
} {
  let feed: SnapshotFeed = startFeed(pageBelow(10_001, 100));
  const asked: Asked[] = [];
  const busy: boolean[] = [];
  const timers: { delayMs: number; callback: () => void; cancelled: boolean }[] = [];
  const filler = createFeedFiller({
    feed: () => feed,
    change: (change) => {
      feed = change(feed);
    },
    fetch: (wanted) =>
      new Promise((resolve, reject) => {
        asked.push({ wanted, answer: resolve, fail: () => reject(new Error('away')) });
      }),
    onBusy: (isBusy) => busy.push(isBusy),
    after: (delayMs, callback) => {
      const timer = { delayMs, callback, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
  });
  return {
    filler,
    asked,
    busy,
    timers,
    rows: () => countRows(feed.pages),
    async answer() {
      const last = asked.at(-1);
      last?.answer(pageBelow(Number(last.wanted.before.slice(1)), last.wanted.limit));
      await settled();
    },
  };
}

function pageBelow(before: number, limit: number): SnapshotPage {
  const items = Array.from({ length: Math.min(limit, before - 1) }, (_, index) =>
    snapshotSummary(before - 1 - index),
  );
  const oldest = before - items.length;
  return { items, nextCursor: oldest === 1 ? null : `c${oldest}`, search: null };
}

/** Until promises that are kept have told everybody. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

it('fetches older rows before the end comes into view, once, however often that is told', async () => {
  const list = openList();
  list.filler.show(0, 39);
  expect(list.asked).toEqual([]);
  list.filler.show(5, 40);
  list.filler.show(10, 45);
  expect(list.asked.map(({ wanted }) => wanted)).toEqual([{ before: 'c9901', limit: 100, oldest: null }]);
  await list.answer();
  expect([list.rows(), list.asked.length, list.busy]).toEqual([200, 1, [true, false]]);
});

it('fetches what is in view now, not what was scrolled past while it waited', async () => {
  const list = openList();
  while (list.rows() < 9_000) {
    list.filler.show(list.rows() - 20, list.rows() - 1);
    await list.answer();
  }
  const before = list.asked.length;
  list.filler.show(1_000, 1_020);
  list.filler.show(2_000, 2_020);
  list.filler.show(4_050, 4_070);
  await list.answer();
  await list.answer();
  expect(list.asked.slice(before).map(({ wanted }) => wanted.oldest)).toEqual(['c8501', 'c5501']);
});

it('tries again two seconds after a request that failed, and not by what is scrolled meanwhile', async () => {
  const list = openList();
  list.filler.show(80, 99);
  list.asked.at(-1)?.fail();
  await settled();
  list.filler.show(81, 99);
  expect([list.asked.length, list.busy, list.timers.map(({ delayMs }) => delayMs)]).toEqual([
    1,
    [true, false],
    [TRY_AGAIN_MS],
  ]);
  list.timers[0]?.callback();
  expect(list.asked.length).toBe(2);
  await list.answer();
  expect(list.rows()).toBe(200);
});

it('does nothing more once it was stopped: an answer changes nothing, and nothing is tried again', async () => {
  const list = openList();
  list.filler.show(80, 99);
  list.filler.stop();
  await list.answer();
  expect([list.rows(), list.busy]).toEqual([100, [true]]);
  const failed = openList();
  failed.filler.show(80, 99);
  failed.asked.at(-1)?.fail();
  await settled();
  failed.filler.stop();
  expect(failed.timers.map(({ cancelled }) => cancelled)).toEqual([true]);
});
