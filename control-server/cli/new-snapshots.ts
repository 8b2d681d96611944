import type { Page, SnapshotSummary } from '../../src/protocol/api.ts';
import type { ApiClient } from './api-client.ts';

/** Which snapshots are wanted. */
export interface SnapshotFilter {
  readonly service?: string;
  readonly label?: string;
}

/** Hands over each snapshot once, in the order in which the server stored them. */
export interface NewSnapshots {
  /** Takes what is there by now as known: later snapshots are new. */
  start(api: ApiClient): Promise<void>;
  /** Hands over all that came since. Calls that overlap are carried out one after the other. */
  fetch(api: ApiClient): Promise<void>;
}

const PAGE_SIZE = 500;

/** Nothing is known yet. */
export function createNewSnapshots(
  filter: SnapshotFilter,
  show: (snapshot: SnapshotSummary) => void,
): NewSnapshots {
  const isFiltered = filter.service !== undefined || filter.label !== undefined;
  /** Everything up to here was shown, or was there before, or is not wanted; null while the server had none. */
  let cursor: string | null = null;
  let last: Promise<void> = Promise.resolve();

  async function fetchOnce(api: ApiClient): Promise<void> {
    // Read first: when nothing wanted comes after the cursor, all up to here is unwanted, and need not be searched again.
    const newest = isFiltered ? await readNewestCursor(api) : null;
    const shown = cursor === null ? await showFromTheBeginning(api) : await showAfter(api, cursor);
    cursor = shown ?? newest ?? cursor;
  }

  /** The cursor of the last one that was shown, or null. */
  async function showAfter(api: ApiClient, from: string): Promise<string | null> {
    let shown: string | null = null;
    for (;;) {
      const page: Page<SnapshotSummary> = await readPage(api, { ...filter, after: shown ?? from });
      for (const snapshot of page.items) show(snapshot);
      shown = page.items.at(-1)?.cursor ?? shown;
      // Kept at once: should the next page fail, these are not shown again.
      cursor = shown ?? from;
      if (page.nextCursor === null || page.items.length === 0) return shown;
    }
  }

  /** There is no position yet to read forward from: from the newest back to the very first. */
  async function showFromTheBeginning(api: ApiClient): Promise<string | null> {
    const found: SnapshotSummary[] = [];
    for (let before: string | null = null; ;) {
      const page: Page<SnapshotSummary> = await readPage(api, {
        ...filter,
        ...(before === null ? {} : { before }),
      });
      found.push(...page.items);
      before = page.nextCursor;
      if (before === null || page.items.length === 0) break;
    }
    for (const snapshot of found.toReversed()) show(snapshot);
    return found[0]?.cursor ?? null;
  }

  return {
    async start(api) {
      cursor = await readNewestCursor(api);
    },
    fetch(api) {
      const turn = last.then(() => fetchOnce(api));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

async function readNewestCursor(api: ApiClient): Promise<string | null> {
  const page = await api.get<Page<SnapshotSummary>>('/api/snapshots?limit=1');
  return page.items[0]?.cursor ?? null;
}

function readPage(
  api: ApiClient,
  query: SnapshotFilter & { readonly after?: string; readonly before?: string },
): Promise<Page<SnapshotSummary>> {
  const search = new URLSearchParams({ ...query, limit: String(PAGE_SIZE) });
  return api.get(`/api/snapshots?${search.toString()}`);
}
