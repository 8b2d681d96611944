import type { NodeFacts, ServerNode } from '../../src/protocol/api-nodes.ts';
import type { ClusterStore } from '../store/cluster-store.ts';

/** The processes of the control server. */
export interface Nodes {
  list(): Promise<ServerNode[]>;
}

/** What {@link createNodeList} needs. */
export interface NodeListOptions {
  readonly nodeId: string;
  readonly startedAtMs: number;
  readonly readFacts: () => NodeFacts;
  /** Null: this process is alone. */
  readonly cluster: Pick<ClusterStore, 'readNodes'> | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** This process, then the others by name. While the database does not answer, this one alone. */
export function createNodeList({ nodeId, startedAtMs, readFacts, cluster, now }: NodeListOptions): Nodes {
  return {
    async list() {
      const current: ServerNode = {
        ...readFacts(),
        id: nodeId,
        startedAt: new Date(startedAtMs).toISOString(),
        lastSeenAt: new Date(now()).toISOString(),
        current: true,
        alive: true,
      };
      const known = cluster === null ? [] : await cluster.readNodes().catch(() => []);
      const others = known
        .filter(({ id }) => id !== nodeId)
        .map((other): ServerNode => ({ ...other, current: false }))
        .toSorted((a, b) => a.host.localeCompare(b.host) || a.id.localeCompare(b.id));
      return [current, ...others];
    },
  };
}
