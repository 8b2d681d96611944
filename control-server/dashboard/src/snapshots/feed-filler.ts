import type { SnapshotPage } from '../../../../src/protocol/api-snapshots.ts';
import { wantedRows, withoutFar, withWanted } from './snapshot-feed.ts';
import type { SnapshotFeed, WantedRows } from './snapshot-feed.ts';

/** What a filler needs of its surroundings. */
export interface FillerSurroundings {
  readonly feed: () => SnapshotFeed | undefined;
  readonly change: (change: (feed: SnapshotFeed) => SnapshotFeed) => void;
  readonly fetch: (wanted: WantedRows) => Promise<SnapshotPage>;
  /** Whether rows are on their way. */
  readonly onBusy: (isBusy: boolean) => void;
  /** Calls back once after a time, and returns what cancels that. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

/** Fetches the rows that one scrolls to, and lets those go that are far behind. */
export interface FeedFiller {
  /** These rows are in view now. */
  show(firstRow: number, lastRow: number): void;
  stop(): void;
}

/** After a request that failed. */
export const TRY_AGAIN_MS = 2_000;

/** A filler that asks for one page at a time: whoever scrolls past many pages waits for the one in view only. */
export function createFeedFiller(around: FillerSurroundings): FeedFiller {
  let view = { first: 0, last: 0 };
  let isBusy = false;
  let isOver = false;
  let cancelRetry: (() => void) | null = null;

  const wanted = (): WantedRows | null => {
    const feed = around.feed();
    return feed === undefined || isOver ? null : wantedRows(feed, view.first, view.last);
  };

  const fill = async (): Promise<void> => {
    isBusy = true;
    around.onBusy(true);
    try {
      for (let next = wanted(); next !== null; next = wanted()) {
        const asked = next;
        const page = await around.fetch(asked);
        if (isOver) return;
        around.change((feed) => withoutFar(withWanted(feed, asked, page), view.first, view.last));
      }
    } catch {
      cancelRetry = around.after(TRY_AGAIN_MS, look);
    } finally {
      isBusy = false;
      if (!isOver) around.onBusy(false);
    }
  };

  function look(): void {
    cancelRetry?.();
    cancelRetry = null;
    if (!isBusy && wanted() !== null) void fill();
  }

  return {
    show(first, last) {
      view = { first, last };
      if (cancelRetry === null) look();
    },
    stop() {
      isOver = true;
      cancelRetry?.();
      cancelRetry = null;
    },
  };
}
