import type { AgentSummary } from '../../src/protocol/api.ts';
import type { NodeFacts, ServerNode } from '../../src/protocol/api-nodes.ts';
import type { LabelReport } from '../../src/protocol/label-counts.ts';

/** A control change that some node committed. */
export interface ControlNotice {
  readonly environment: string;
  /** Null: every service. */
  readonly serviceName: string | null;
  readonly kind: 'breakpoint' | 'kill_switch';
}

/** How far the control state of each environment is. */
export interface Revisions {
  /** Another one: everything may be different. */
  readonly epoch: number;
  readonly byEnvironment: ReadonlyMap<string, number>;
}

/** Snapshots that were stored since a place in the list, by any node. */
export interface NewSnapshots {
  readonly count: number;
  /** Sequence of the newest. */
  readonly newest: number;
  readonly services: readonly string[];
}

/** An agent as one node knows it. */
export interface SharedAgent {
  readonly agent: AgentSummary;
  readonly labels: readonly LabelReport[];
}

/** A connection that waits for hints. */
export interface Listening {
  stop(): Promise<void>;
}

/** What the nodes on one database have in common besides the store. */
export interface ClusterStore {
  /** The same for all nodes: names the cookies that any of them takes. */
  readonly instanceId: string;
  /**
   * Calls back when another node, or this one, has changed something, and each time that the connection is there (again):
   * then anything may have been missed. A hint may be lost; nothing is decided by one.
   */
  listen(onHint: () => void): Listening;
  readRevisions(): Promise<Revisions>;
  /** What changed since these revisions; null for an environment of which not every change is known any more. */
  readChanges(since: Revisions): Promise<ReadonlyMap<string, readonly ControlNotice[] | null>>;
  /** The sequence of the newest snapshot. */
  readNewestSequence(): Promise<number>;
  readNewSnapshots(after: number): Promise<NewSnapshots>;
  /**
   * Notes that the node lives and what it says of itself, and forgets nodes that are gone for long. Says how many others
   * live, and whether the database knew nothing of this node: then nothing of its agents either.
   */
  beat(
    nodeId: string,
    startedAtMs: number,
    facts: NodeFacts,
  ): Promise<{ readonly others: number; readonly isNew: boolean }>;
  /** The nodes that were heard of within a minute; `alive` within 15 s. */
  readNodes(): Promise<Omit<ServerNode, 'current'>[]>;
  /** Writes what changed of the agents of a node. */
  shareAgents(
    nodeId: string,
    changed: ReadonlyMap<string, SharedAgent>,
    gone: readonly string[],
  ): Promise<void>;
  /** The agents of the other nodes; those of a node that was not heard of for 15 s are `unknown`. */
  readAgents(exceptNodeId: string): Promise<SharedAgent[]>;
  /** The node ends: its agents go elsewhere. */
  leave(nodeId: string): Promise<void>;
}
