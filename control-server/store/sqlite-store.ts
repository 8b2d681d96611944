import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createAccess, createRecording } from './sqlite-access.ts';
import { DEFAULT_RETENTION } from './retention.ts';
import type { Retention } from './retention.ts';
import { createSnapshots } from './sqlite-snapshots.ts';
import { backupSqlite } from './sqlite-backup.ts';
import { createLastingThread } from './lasting-thread.ts';
import type { ThreadWatch } from './lasting-thread.ts';
import { connectStoreThread } from './store-thread.ts';
import type { StoreThread } from './store-thread.ts';
import type { Store } from './store.ts';
import type { ThreadOptions } from './thread-messages.ts';

/** Where a SQLite store lives, and how it keeps. */
export interface SqliteStoreOptions {
  /** The database; created, readable for its owner only, when it does not exist. Its folder must exist. */
  readonly file: string;
  /** Milliseconds that the first write of a transaction waits for others. Default 10. */
  readonly groupCommitMs?: number;
  /** What `sweep` keeps; what is left out has its default. */
  readonly retention?: Partial<Retention>;
  /** Told when the store's thread ends by an error, and when it is there again. Default: nobody. */
  readonly watch?: ThreadWatch;
}

const UNWATCHED: ThreadWatch = {
  onLost: () => undefined,
  onRefused: () => undefined,
  onReturned: () => undefined,
};

/**
 * A store in one SQLite file, in a thread of its own, which is started again when it ends by an error. Rejects with
 * `data_is_newer` for a file of a later version, and with `store_failed` for one that cannot be opened.
 */
export async function createSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const workerData: ThreadOptions = {
    file: options.file,
    groupCommitMs: options.groupCommitMs ?? 10,
    retention: { ...DEFAULT_RETENTION, ...options.retention },
  };
  // `.ts` when the sources run unbuilt, `.js` when built.
  const entry = new URL(`./sqlite-worker${extname(import.meta.url)}`, import.meta.url);
  const start = () =>
    connectStoreThread(
      new Worker(entry, {
        name: 'stillframe-store',
        workerData,
        // Node 22 calls node:sqlite experimental. Saying so once in this thread's options silences no other thread.
        execArgv: ['--disable-warning=ExperimentalWarning'],
      }),
    );
  return createStore(await createLastingThread(start, options.watch ?? UNWATCHED), options.file);
}

function createStore(thread: StoreThread, file: string): Store {
  let isClosing = false;
  return {
    listServices: (nowIso) => thread.call('listServices', nowIso),
    touchService: (ref, nowIso, bringer) => thread.call('touchService', ref, nowIso, bringer),
    countServicesByKey: () => thread.call('countServicesByKey'),
    readServiceState: (ref, nowIso = new Date().toISOString()) =>
      thread.call('readServiceState', ref, nowIso),

    listBreakpoints: (filter) => thread.call('listBreakpoints', filter),
    readBreakpoint: (id) => thread.call('readBreakpoint', id),
    registerLabel: (environment, registration, nowIso, enabledWhenNew) =>
      thread.call('registerLabel', environment, registration, nowIso, enabledWhenNew),
    createBreakpoint: (breakpoint, nowIso) => thread.call('createBreakpoint', breakpoint, nowIso),
    patchBreakpoint: (id, patch, expectedVersion, nowIso) =>
      thread.call('patchBreakpoint', id, patch, expectedVersion, nowIso),
    deleteBreakpoint: (id, expectedVersion, nowIso) =>
      thread.call('deleteBreakpoint', id, expectedVersion, nowIso),
    expireBreakpoints: (nowIso) => thread.call('expireBreakpoints', nowIso),

    listKillSwitches: () => thread.call('listKillSwitches'),
    setKillSwitch: (wanted, nowIso) => thread.call('setKillSwitch', wanted, nowIso),
    setKillSwitchLate: (wanted, atIso) => thread.call('setKillSwitchLate', wanted, atIso),
    expireKillSwitches: (nowIso) => thread.call('expireKillSwitches', nowIso),

    ...createSnapshots(thread, () => isClosing),

    ...createAccess(thread),
    recording: (stamp) => createRecording(thread, stamp),

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
    backup: (target) => backupSqlite(file, target),
    readStats: () => thread.call('readStats'),
    ping: () => thread.call('ping').catch(() => false),
    close: () => {
      isClosing = true;
      return thread.close();
    },
  };
}
