import type { SnapshotQuery, SnapshotSummary } from '../../src/protocol/api.ts';
import type { SnapshotPage } from '../../src/protocol/api-snapshots.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { readInstant } from './instant.ts';
import type { Retention } from './retention.ts';
import { readSnapshotQuery } from './snapshot-list-request.ts';
import { toRecord, toResource } from './snapshot-record.ts';
import type { SnapshotRecord } from './snapshot-record.ts';
import type { SnapshotStore, SweepResult } from './snapshot-store.ts';
import type { StoreThread } from './store-thread.ts';

/** Between two slices of the index while snapshots are being stored: it takes a tenth of the thread then. */
const STORING_PAUSE_MS = 100;

/**
 * The snapshots of a store whose thread answers in parts: what is long is asked for again and again, so that others come
 * in between.
 * @param isClosing true once the store closes: long work ends early then
 */
export function createSnapshots(thread: StoreThread, isClosing: () => boolean): SnapshotStore {
  let sweeping: Promise<SweepResult> | null = null;
  let indexing: Promise<void> | null = null;
  let storing = 0;
  return {
    storeSnapshots: async (environment, snapshots, nowIso) => {
      const records = toRecords(snapshots, nowIso);
      storing++;
      try {
        return await thread.call('storeSnapshots', environment, records, nowIso);
      } finally {
        storing--;
      }
    },
    importSnapshots: async (environment, snapshots, nowIso) =>
      thread.call('importSnapshots', environment, toRecords(snapshots, nowIso), nowIso),
    listSnapshots: async (query) => listSnapshots(thread, query),
    readSnapshots: async (query) => {
      const { items, nextCursor } = await listSnapshots(thread, query);
      const bodies = await thread.call(
        'readSnapshotBodies',
        items.map(({ id }) => id),
      );
      return { items: bodies.map(toResource), nextCursor };
    },
    readSnapshot: async (id) => {
      const [stored] = await thread.call('readSnapshotBodies', [id]);
      return stored === undefined ? null : toResource(stored);
    },
    deleteSnapshot: (id) => thread.call('deleteSnapshot', id),
    pinSnapshot: (id, isPinned) => thread.call('pinSnapshot', id, isPinned),
    sweep: async (nowIso, limits = {}) => {
      sweeping ??= sweep(thread, nowIso, limits, isClosing).finally(() => {
        sweeping = null;
      });
      return sweeping;
    },
    indexTexts: async () => {
      indexing ??= indexTexts(thread, isClosing, () => storing > 0).finally(() => {
        indexing = null;
      });
      return indexing;
    },
    readSearchLag: () => thread.call('readSearchLag'),
  };
}

function toRecords(snapshots: readonly Snapshot[], nowIso: string): SnapshotRecord[] {
  const nowMs = readInstant(nowIso, 'now');
  return snapshots.map((snapshot) => toRecord(snapshot, nowMs));
}

/** Asks part by part, one more than wanted, which tells whether there is a next page. */
async function listSnapshots(thread: StoreThread, query: SnapshotQuery): Promise<SnapshotPage> {
  const request = readSnapshotQuery(query);
  // Before the search: what is indexed meanwhile may be found and not be promised, never the other way round.
  const search = request.search === null ? null : await thread.call('readSearchLag');
  const items: SnapshotSummary[] = [];
  let position = request.position;
  do {
    const limit = request.limit + 1 - items.length;
    const part = await thread.call('listSnapshotPart', { ...request, position, limit });
    items.push(...part.items);
    position = part.next;
  } while (position !== null && items.length <= request.limit);
  if (items.length <= request.limit) return { items, nextCursor: null, search };
  const page = items.slice(0, request.limit);
  return { items: page, nextCursor: page.at(-1)?.cursor ?? null, search };
}

/** Slice after slice; what is left when the store closes is left to the next start. */
async function sweep(
  thread: StoreThread,
  nowIso: string,
  limits: Partial<Retention>,
  isClosing: () => boolean,
): Promise<SweepResult> {
  let deletedSnapshots = 0;
  for (let isDone = false; !isDone && !isClosing();) {
    const slice = await thread.call('sweepSlice', nowIso, limits);
    deletedSnapshots += slice.deletedSnapshots;
    isDone = slice.isDone;
  }
  return { deletedSnapshots };
}

/** While snapshots stream in, storing them comes first: a search says how far it is behind. */
async function indexTexts(
  thread: StoreThread,
  isClosing: () => boolean,
  isStoring: () => boolean,
): Promise<void> {
  for (let isDone = false; !isDone && !isClosing();) {
    isDone = await thread.call('indexSlice');
    if (isDone || !isStoring()) continue;
    await new Promise((resolve) => {
      setTimeout(resolve, STORING_PAUSE_MS).unref();
    });
  }
}
