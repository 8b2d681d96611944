import type { Page, SnapshotSummary } from '../../src/protocol/api.ts';
import type { ApiClient } from './api-client.ts';

/** Which snapshots are wanted. */
export interface SnapshotFilter {
  readonly service?: string;
  readonly label?: string;
}

/** Hands over each snapshot once, in the order in which the server stored them. */
export interface NewSnapshots {
  /**
   * Takes what is there by now as known. Later snapshots are new.
   */
  start(api: ApiClient): Promise<void>;
  /**
   * Hands over all that came since. Calls that overlap are one after the other.
   * @param newest cursor of the newest snapshot that is known to be stored, from a hint
   */
  fetch(api: ApiClient, newest: string | null): Promise<void>;
}

const PAGE_SIZE = 500;

/** Nothing is known yet. */
export function createNewSnapshots(
  filter: SnapshotFilter,
  show: (snapshot: SnapshotSummary) => void,
): NewSnapshots {
  /** Everything up to here was shown or was there before; null while the server had none. */
  let cursor: string | null = null;
  let last: Promise<void> = Promise.resolve();

  async function fetchOnce(api: ApiClient, newest: string | null): Promise<void> {
    if (cursor === null) {
      await fetchFirst(api);
      return;
    }
    let shown = 0;
    for (;;) {
      const page: Page<SnapshotSummary> = await readPage(api, { ...filter, after: cursor });
      for (const snapshot of page.items) show(snapshot);
      shown += page.items.length;
      cursor = page.items.at(-1)?.cursor ?? cursor;
      if (page.nextCursor === null || page.items.length === 0) break;
    }
    // All up to the hint was read and nothing fitted the filter: the next look need not go over it again.
    if (shown === 0 && newest !== null) cursor = newest;
  }

  /** There is no position yet to read forward from: from the newest back to the very first. */
  async function fetchFirst(api: ApiClient): Promise<void> {
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
    cursor = found[0]?.cursor ?? cursor;
  }

  return {
    async start(api) {
      const page = await api.get<Page<SnapshotSummary>>('/api/snapshots?limit=1');
      cursor = page.items[0]?.cursor ?? null;
    },
    fetch(api, newest) {
      const turn = last.then(() => fetchOnce(api, newest));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

function readPage(
  api: ApiClient,
  query: SnapshotFilter & { readonly after?: string; readonly before?: string },
): Promise<Page<SnapshotSummary>> {
  const search = new URLSearchParams({ ...query, limit: String(PAGE_SIZE) });
  return api.get(`/api/snapshots?${search.toString()}`);
}
