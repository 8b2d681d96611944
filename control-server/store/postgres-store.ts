import type { SnapshotQuery } from '../../src/protocol/api.ts';
import type { SnapshotPage } from '../../src/protocol/api-snapshots.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import type { AuditStamp, RecordedChanges } from './audit-store.ts';
import type { ClusterStore } from './cluster-store.ts';
import { readInstant } from './instant.ts';
import { createCallTable } from './postgres/calls.ts';
import { openCluster } from './postgres/cluster.ts';
import type { CallName, CallTable } from './postgres/calls.ts';
import { openDatabase, toStoreError } from './postgres/database.ts';
import type { Database, Session } from './postgres/database.ts';
import { createIngestQueue } from './postgres/ingest-queue.ts';
import { LOCKS } from './postgres/locks.ts';
import { migrate } from './postgres/migrations.ts';
import { ensurePartitions } from './postgres/partitions.ts';
import { runRecorded } from './postgres/recorded-write.ts';
import { sweepSlice } from './postgres/retention.ts';
import { indexSlice, readSearchLag } from './postgres/search-index.ts';
import { readFigures } from './postgres/stats.ts';
import { listSnapshotRows, readSnapshotBodies } from './postgres/snapshot-list.ts';
import { isRecorded } from './recorded-change.ts';
import { DEFAULT_RETENTION } from './retention.ts';
import type { Retention } from './retention.ts';
import { readSnapshotQuery } from './snapshot-list-request.ts';
import { toRecord, toResource } from './snapshot-record.ts';
import type { SweepResult } from './snapshot-store.ts';
import { StoreError } from './store-error.ts';
import type { Store } from './store.ts';

/** Where a PostgreSQL store lives, and how it keeps. */
export interface PostgresStoreOptions {
  /** `postgres://` with everything that a connection needs. A secret, when it holds a password. */
  readonly url: string;
  /** What `sweep` keeps; what is left out has its default. */
  readonly retention?: Partial<Retention>;
}

/** A store that several nodes may share. */
export interface PostgresStore extends Store {
  readonly cluster: ClusterStore;
}

/**
 * A store in a PostgreSQL database of its own, which several nodes may share. Rejects with `data_is_newer` for a database
 * of a later version, and with `store_failed` for one that cannot be reached or written. A connection that is lost later
 * fails the calls that are under way, and no others.
 */
export async function createPostgresStore({
  url,
  retention = {},
}: PostgresStoreOptions): Promise<PostgresStore> {
  const database = openDatabase(url);
  try {
    await migrate(url, Date.now());
    await database.transaction((session) => ensurePartitions(session, Date.now()));
    const cluster = await openCluster(url, database);
    return { ...createStore(database, { ...DEFAULT_RETENTION, ...retention }), cluster };
  } catch (error) {
    await database.close();
    throw toStoreError(error, 'the start');
  }
}

type Call = (session: Session, ...args: readonly unknown[]) => Promise<unknown>;

function createStore(database: Database, retention: Retention): Store {
  const table = createCallTable(retention.maxPinnedBytes);
  const ingest = createIngestQueue(database);
  const underWay = new Set<Promise<unknown>>();
  let isClosing = false;
  let closed: Promise<void> | null = null;
  let sweeping: Promise<SweepResult> | null = null;
  let indexing: Promise<void> | null = null;

  /** Every way to the database: what is under way when the store closes is finished first. */
  async function attempt<Result>(doing: string, work: () => Promise<Result>): Promise<Result> {
    if (isClosing) throw new StoreError('store_failed', 'The store is closed.');
    const running = work();
    underWay.add(running);
    try {
      return await running;
    } catch (error) {
      throw toStoreError(error, doing);
    } finally {
      underWay.delete(running);
    }
  }

  function call(name: CallName, args: readonly unknown[], stamp: AuditStamp | null): Promise<unknown> {
    const { access } = table[name];
    // The table and the caller are typed by the same interface, which the union of all its functions cannot express.
    // oxlint-disable-next-line no-unsafe-type-assertion
    const run = table[name].run as unknown as Call;
    return attempt(name, () => {
      if (access === 'read') return run(database, ...args);
      return database.transaction(async (session) => {
        if (access === 'rare') await session.get(`SELECT pg_advisory_xact_lock(${LOCKS.rare})`);
        if (stamp === null || !isRecorded(name)) return run(session, ...args);
        return runRecorded(session, stamp, name, args, () => run(session, ...args));
      });
    });
  }

  async function store(
    environment: string,
    snapshots: readonly Snapshot[],
    nowIso: string,
    isImport: boolean,
  ): ReturnType<Store['storeSnapshots']> {
    return attempt('storeSnapshots', async () => {
      const nowMs = readInstant(nowIso, 'now');
      const records = snapshots.map((snapshot) => toRecord(snapshot, nowMs));
      return ingest.store({ environment, records, nowMs, isImport });
    });
  }

  async function list(query: SnapshotQuery): Promise<SnapshotPage> {
    return attempt('listSnapshots', async () => {
      const request = readSnapshotQuery(query);
      // Before the search: what is indexed meanwhile may be found and not be promised, never the other way round.
      const search = request.search === null ? null : await readSearchLag(database);
      // One more than wanted tells whether there is a next page.
      const rows = await listSnapshotRows(database, { ...request, limit: request.limit + 1 });
      const items = rows.slice(0, request.limit);
      return {
        items,
        nextCursor: rows.length > items.length ? (items.at(-1)?.cursor ?? null) : null,
        search,
      };
    });
  }

  async function readBodies(ids: readonly string[]): ReturnType<typeof readSnapshotBodies> {
    return attempt('readSnapshotBodies', () => readSnapshotBodies(database, ids));
  }

  async function sweep(nowIso: string, limits: Retention): Promise<SweepResult> {
    let deletedSnapshots = 0;
    for (let isDone = isClosing; !isDone; isDone ||= isClosing) {
      const slice = await attempt('sweep', () => sweepSlice(database, limits, nowIso));
      deletedSnapshots += slice.deletedSnapshots;
      isDone = slice.isDone;
    }
    return { deletedSnapshots };
  }

  async function index(): Promise<void> {
    for (let isDone = isClosing; !isDone; isDone ||= isClosing) {
      isDone = await attempt('indexTexts', () => indexSlice(database));
    }
  }

  const plain = callsOf(table, (name, args) => call(name, args, null));
  return {
    ...plain,
    readServiceState: (ref, nowIso = new Date().toISOString()) => plain.readServiceState(ref, nowIso),
    recording: (stamp): RecordedChanges => callsOf(table, (name, args) => call(name, args, stamp)),
    storeSnapshots: (environment, snapshots, nowIso) => store(environment, snapshots, nowIso, false),
    importSnapshots: (environment, snapshots, nowIso) => store(environment, snapshots, nowIso, true),
    listSnapshots: list,
    readSnapshots: async (query) => {
      const { items, nextCursor } = await list(query);
      const bodies = await readBodies(items.map(({ id }) => id));
      return { items: bodies.map(toResource), nextCursor };
    },
    readSnapshot: async (id) => {
      const [stored] = await readBodies([id]);
      return stored === undefined ? null : toResource(stored);
    },
    sweep: (nowIso, limits = {}) =>
      (sweeping ??= sweep(nowIso, { ...retention, ...limits }).finally(() => {
        sweeping = null;
      })),
    indexTexts: () =>
      (indexing ??= index().finally(() => {
        indexing = null;
      })),
    readStats: () =>
      attempt('readStats', async () => ({
        ...(await readFigures(database)),
        waitingWrites: ingest.waiting + database.waiting,
        commits: { ...ingest.commits },
        threadDelaySeconds: null,
      })),
    backup: () =>
      Promise.reject(
        new StoreError(
          'backup_not_supported',
          'A PostgreSQL database is backed up by its own tools, such as pg_dump or a base backup.',
        ),
      ),
    ping: async () => {
      try {
        return (await attempt('ping', () => database.get('SELECT number FROM meta LIMIT 1'))) !== undefined;
      } catch {
        return false;
      }
    },
    close: () => {
      isClosing = true;
      closed ??= Promise.allSettled(underWay).then(() => database.close());
      return closed;
    },
  };
}

type Plain = { readonly [Name in CallName]: Store[Name & keyof Store] };

/** The methods of the calls in a table. */
function callsOf(
  table: CallTable,
  call: (name: CallName, args: readonly unknown[]) => Promise<unknown>,
): Plain {
  // oxlint-disable-next-line no-unsafe-type-assertion -- the keys of a record literal
  const names = Object.keys(table) as CallName[];
  const methods = names.map((name) => [name, (...args: readonly unknown[]) => call(name, args)]);
  // Each name stands once in the table, which has the types of the store.
  // oxlint-disable-next-line no-unsafe-type-assertion
  return Object.fromEntries(methods) as Plain;
}
