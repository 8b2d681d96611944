import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { readInstant } from './instant.ts';
import { DEFAULT_RETENTION } from './retention.ts';
import type { Retention } from './retention.ts';
import { readSnapshotQuery } from './snapshot-list-request.ts';
import { toRecord, toResource } from './snapshot-record.ts';
import { connectStoreThread } from './store-thread.ts';
import type { StoreThread } from './store-thread.ts';
import type { SweepResult } from './snapshot-store.ts';
import type { Store } from './store.ts';
import type { Page, SnapshotQuery, SnapshotSummary } from '../../src/protocol/api.ts';
import type { ThreadOptions } from './thread-messages.ts';

/** Where a SQLite store lives, and how it keeps. */
export interface SqliteStoreOptions {
  /** The database; created, readable for its owner only, when it does not exist. Its folder must exist. */
  readonly file: string;
  /** Milliseconds that the first write of a transaction waits for others. Default 10. */
  readonly groupCommitMs?: number;
  /** What `sweep` keeps; what is left out has its default. */
  readonly retention?: Partial<Retention>;
}

/**
 * A store in one SQLite file, in a thread of its own. Rejects with `data_is_newer` for a file of a later version, and
 * with `store_failed` for one that cannot be opened.
 */
export async function createSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const workerData: ThreadOptions = {
    file: options.file,
    groupCommitMs: options.groupCommitMs ?? 10,
    retention: { ...DEFAULT_RETENTION, ...options.retention },
  };
  // `.ts` when the sources run unbuilt, `.js` when built.
  const entry = new URL(`./sqlite-worker${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(entry, {
    name: 'stillframe-store',
    workerData,
    // Node 22 calls node:sqlite experimental. Saying so once in this thread's options silences no other thread.
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  return createStore(await connectStoreThread(worker));
}

function createStore(thread: StoreThread): Store {
  let sweeping: Promise<SweepResult> | null = null;
  let isClosing = false;
  return {
    listServices: (nowIso) => thread.call('listServices', nowIso),
    touchService: (ref, nowIso) => thread.call('touchService', ref, nowIso),
    readServiceState: (ref, nowIso = new Date().toISOString()) =>
      thread.call('readServiceState', ref, nowIso),

    listBreakpoints: (filter) => thread.call('listBreakpoints', filter),
    readBreakpoint: (id) => thread.call('readBreakpoint', id),
    registerLabel: (environment, registration, nowIso, enabledWhenNew) =>
      thread.call('registerLabel', environment, registration, nowIso, enabledWhenNew),
    createBreakpoint: (breakpoint, nowIso) => thread.call('createBreakpoint', breakpoint, nowIso),
    patchBreakpoint: (id, patch, expectedVersion, nowIso) =>
      thread.call('patchBreakpoint', id, patch, expectedVersion, nowIso),
    deleteBreakpoint: (id, nowIso) => thread.call('deleteBreakpoint', id, nowIso),
    expireBreakpoints: (nowIso) => thread.call('expireBreakpoints', nowIso),

    listKillSwitches: () => thread.call('listKillSwitches'),
    setKillSwitch: (wanted, nowIso) => thread.call('setKillSwitch', wanted, nowIso),
    setKillSwitchLate: (wanted, atIso) => thread.call('setKillSwitchLate', wanted, atIso),
    expireKillSwitches: (nowIso) => thread.call('expireKillSwitches', nowIso),

    storeSnapshots: async (environment, snapshots, nowIso) => {
      const nowMs = readInstant(nowIso, 'now');
      const records = snapshots.map((snapshot) => toRecord(snapshot, nowMs));
      return thread.call('storeSnapshots', environment, records, nowIso);
    },
    listSnapshots: async (query) => listSnapshots(thread, query),
    readSnapshot: async (id) => {
      const stored = await thread.call('readSnapshotBody', id);
      return stored === null ? null : toResource(stored);
    },
    deleteSnapshot: (id) => thread.call('deleteSnapshot', id),
    sweep: async (nowIso) => {
      sweeping ??= sweep(thread, nowIso, () => isClosing).finally(() => {
        sweeping = null;
      });
      return sweeping;
    },

    createKey: (key) => thread.call('createKey', key),
    readKey: (id) => thread.call('readKey', id),
    listKeys: () => thread.call('listKeys'),
    touchKey: (id, nowIso) => thread.call('touchKey', id, nowIso),
    revokeKey: (id, nowIso) => thread.call('revokeKey', id, nowIso),
    countUsers: () => thread.call('countUsers'),
    createUser: (user) => thread.call('createUser', user),
    readUser: (name) => thread.call('readUser', name),
    createSession: (session) => thread.call('createSession', session),
    readSession: (idHash, nowIso) => thread.call('readSession', idHash, nowIso),
    deleteSession: (idHash) => thread.call('deleteSession', idHash),

    readSettingsDocument: (serviceName) => thread.call('readSettingsDocument', serviceName),
    writeSettingsDocument: (serviceName, document, expectedVersion, by, nowIso) =>
      thread.call('writeSettingsDocument', serviceName, document, expectedVersion, by, nowIso),

    createWebhook: (webhook) => thread.call('createWebhook', webhook),
    listWebhooks: () => thread.call('listWebhooks'),
    readWebhook: (id) => thread.call('readWebhook', id),
    changeWebhook: (id, change, expectedVersion, nowIso) =>
      thread.call('changeWebhook', id, change, expectedVersion, nowIso),
    deleteWebhook: (id) => thread.call('deleteWebhook', id),
    queueWebhookNotice: (notice, nowIso) => thread.call('queueWebhookNotice', notice, nowIso),
    claimWebhookDelivery: (busyWebhookIds, leaseMs, nowIso) =>
      thread.call('claimWebhookDelivery', busyWebhookIds, leaseMs, nowIso),
    finishWebhookDelivery: (result, nowIso) => thread.call('finishWebhookDelivery', result, nowIso),
    listWebhookDeliveries: (webhookId) => thread.call('listWebhookDeliveries', webhookId),

    startNewEpoch: (nowIso) => thread.call('startNewEpoch', nowIso),
    ping: () => thread.call('ping').catch(() => false),
    close: () => {
      isClosing = true;
      return thread.close();
    },
  };
}

/** Asks part by part, one more than wanted, which tells whether there is a next page. */
async function listSnapshots(thread: StoreThread, query: SnapshotQuery): Promise<Page<SnapshotSummary>> {
  const request = readSnapshotQuery(query);
  const items: SnapshotSummary[] = [];
  let position = request.position;
  do {
    const limit = request.limit + 1 - items.length;
    const part = await thread.call('listSnapshotPart', { ...request, position, limit });
    items.push(...part.items);
    position = part.next;
  } while (position !== null && items.length <= request.limit);
  if (items.length <= request.limit) return { items, nextCursor: null };
  const page = items.slice(0, request.limit);
  return { items: page, nextCursor: page.at(-1)?.cursor ?? null };
}

/** Slice after slice; what is left when the store closes is left to the next start. */
async function sweep(thread: StoreThread, nowIso: string, isClosing: () => boolean): Promise<SweepResult> {
  let deletedSnapshots = 0;
  for (let isDone = false; !isDone && !isClosing();) {
    const slice = await thread.call('sweepSlice', nowIso);
    deletedSnapshots += slice.deletedSnapshots;
    isDone = slice.isDone;
  }
  return { deletedSnapshots };
}
