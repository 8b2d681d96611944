import { randomUUID } from 'node:crypto';
import type { NodeFacts } from '../src/protocol/api-nodes.ts';
import { createNodeList } from './nodes/node-list.ts';
import { startNode } from './nodes/start-node.ts';
import type { RunningNode } from './nodes/start-node.ts';
import { createLocalRoster } from './nodes/shared-roster.ts';
import type { DataFolder } from './data-folder.ts';
import type { Live } from './live/live.ts';
import type { ResolvedOptions } from './options.ts';
import { createLocalExchange } from './sources/source-exchange.ts';
import { createSqliteStore } from './store/sqlite-store.ts';
import { StoreError } from './store/store-error.ts';
import type { ClusterStore } from './store/cluster-store.ts';
import type { Store } from './store/store.ts';
import type { Logger } from 'pino';

/** The store, and what belongs to the way in which it is shared. */
export interface OpenedStore {
  readonly store: Store;
  /** Names the cookies of this server, or of all nodes that share the store. */
  readonly instanceId: string;
  /** Null: the store belongs to this process alone. */
  readonly cluster: ClusterStore | null;
  /** From now on calls back when the store is there again, and an answer may have been lost. The nodes of a cluster look by themselves. */
  onReturn(listener: () => void): void;
}

/** PostgreSQL when there is a URL of one, else SQLite in the data folder. */
export async function openStore(
  options: ResolvedOptions,
  folder: DataFolder,
  logger: Logger,
): Promise<OpenedStore> {
  const { databaseUrl, retention } = options;
  if (databaseUrl === null) {
    let returned = (): void => undefined;
    const store = await createSqliteStore({
      file: folder.databaseFile,
      retention,
      watch: {
        onLost: (error) => logger.error({ err: error }, 'the thread of the store ended: it is started again'),
        onRefused: (error) =>
          logger.error(
            { err: error },
            'the thread of the store does not start: tried again, at least every 10 s',
          ),
        onReturned: () => {
          logger.warn('the thread of the store works again');
          returned();
        },
      },
    });
    const onReturn = (listener: () => void): void => {
      returned = listener;
    };
    return { store, instanceId: folder.instanceId, cluster: null, onReturn };
  }
  // Loaded here: a server on SQLite starts without the driver.
  const { createPostgresStore } = await import('./store/postgres-store.ts');
  const { cluster, ...store } = await createPostgresStore({ url: databaseUrl, retention }).catch(
    (error: unknown) => {
      throw withReason(error, databaseUrl);
    },
  );
  return { store, instanceId: cluster.instanceId, cluster, onReturn: () => undefined };
}

/** Whoever starts a server has to know why its database does not answer. The URL, which may hold a password, is not told. */
function withReason(error: unknown, databaseUrl: string): unknown {
  if (!(error instanceof StoreError) || error.code !== 'store_failed') return error;
  const reason = error.cause instanceof Error ? error.cause.message.trim() : error.message;
  return new StoreError(
    'store_failed',
    `The database at ${new URL(databaseUrl).host} cannot be used: ${reason.replace(/\.$/, '')}. ` +
      'Check STILLFRAME_DATABASE_URL, and that it runs.',
    { cause: error },
  );
}

/** The live room as one among others when the store is shared, and the agents of all of them. */
export function joinNodes(
  cluster: ClusterStore | null,
  live: Live,
  given: { readonly logger: Logger; readonly readFacts: () => NodeFacts },
): RunningNode {
  if (cluster !== null) return startNode(cluster, live, given);
  const nodes = createNodeList({
    nodeId: randomUUID(),
    startedAtMs: Date.now(),
    readFacts: given.readFacts,
    cluster: null,
    now: Date.now,
  });
  const exchange = createLocalExchange(live.askForSource);
  return { live, roster: createLocalRoster(live), nodes, exchange, stop: exchange.stop };
}
