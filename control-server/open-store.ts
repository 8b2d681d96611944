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
}

/** PostgreSQL when there is a URL of one, else SQLite in the data folder. */
export async function openStore(options: ResolvedOptions, folder: DataFolder): Promise<OpenedStore> {
  const { databaseUrl, retention } = options;
  if (databaseUrl === null) {
    const store = await createSqliteStore({ file: folder.databaseFile, retention });
    return { store, instanceId: folder.instanceId, cluster: null };
  }
  // Loaded here: a server on SQLite starts without the driver.
  const { createPostgresStore } = await import('./store/postgres-store.ts');
  const { cluster, ...store } = await createPostgresStore({ url: databaseUrl, retention });
  return { store, instanceId: cluster.instanceId, cluster };
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
