import type { AgentSummary } from '../../src/protocol/api.ts';
import type { NodeFacts, ServerNode } from '../../src/protocol/api-nodes.ts';
import type { LabelReport } from '../../src/protocol/label-counts.ts';
import type { SourceRequest } from '../../src/protocol/source.ts';

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

/** What a hint is about; `any` each time that the connection is there (again). */
export type Hint = 'change' | 'source' | 'any';

/** A question for source to one instance. */
export interface SourceQuestion extends SourceRequest {
  readonly environment: string;
  readonly serviceName: string;
  readonly instanceId: string;
}

/** Who answers one; null: its key is for any service. */
export interface SourceAnswerer {
  readonly environment: string;
  readonly serviceName: string | null;
  readonly instanceId: string;
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
  listen(onHint: (hint: Hint) => void): Listening;
  readRevisions(): Promise<Revisions>;
  /** What changed since these revisions; null for an environment of which not every change is known any more. */
  readChanges(since: Revisions): Promise<ReadonlyMap<string, readonly ControlNotice[] | null>>;
  /** The sequence of the newest snapshot. */
  readNewestSequence(): Promise<number>;
  readNewSnapshots(after: number): Promise<NewSnapshots>;
  /**
   * Notes that the node lives and what it says of itself, and forgets nodes that are gone for long and questions for source
   * that nobody waits for. Says how many others live, and whether the database knew nothing of this node: then nothing of its
   * agents either.
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
  /** Writes a question down, and wakes the nodes. */
  askForSource(question: SourceQuestion): Promise<void>;
  /** The questions of the last `withinMs` that nobody has answered. */
  openSourceQuestions(withinMs: number): Promise<SourceQuestion[]>;
  /** The service that a question of the last `withinMs` is about, which waits for an answer from there; else null. */
  awaitedSource(from: SourceAnswerer, requestId: string, withinMs: number): Promise<string | null>;
  /** Writes an answer down, once, and wakes the nodes; false when nobody waits for it from there. */
  answerSource(from: SourceAnswerer, requestId: string, document: string, withinMs: number): Promise<boolean>;
  /** Those of the answers that are there: they go for good. */
  takeSourceAnswers(
    requestIds: readonly string[],
  ): Promise<{ readonly requestId: string; readonly document: string }[]>;
  /** The node ends: its agents go elsewhere. */
  leave(nodeId: string): Promise<void>;
}
