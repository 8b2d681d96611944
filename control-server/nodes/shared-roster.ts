import { isFarewell } from '../../src/protocol/agent-event.ts';
import type { AgentSummary, LabelTotals } from '../../src/protocol/api.ts';
import { addUpLabels } from '../live/label-totals.ts';
import type { Live } from '../live/live.ts';
import type { ClusterStore, SharedAgent } from '../store/cluster-store.ts';

/** The agents of all nodes. */
export interface Roster {
  listAgents(): Promise<AgentSummary[]>;
  /** What these agents of a service counted by label; null: in every environment. */
  countLabels(serviceName: string, environment: string | null): Promise<LabelTotals[]>;
}

/** A roster that the other nodes are told of. */
export interface SharedRoster extends Roster {
  /** Writes what has changed since the last time. */
  share(): Promise<void>;
  /** Other nodes are there again, or for the first time: everything has to be written. */
  forgetShared(): void;
}

/** Agents that one node tells of, and characters of each. */
const MAX_SHARED = 20_000;
const MAX_SHARED_LENGTH = 262_144;
const NAMELESS = 'stream:';
/** Several questions of one page are one question to the database. */
const KEPT_MS = 1_000;

/** The roster of a node that is alone. */
export function createLocalRoster(live: Pick<Live, 'listAgents' | 'countLabels'>): Roster {
  return {
    listAgents: () => Promise.resolve(live.listAgents()),
    countLabels: (serviceName, environment) => Promise.resolve(live.countLabels(serviceName, environment)),
  };
}

/** The roster of one node among others. While the database does not answer, it knows its own agents. */
export function createSharedRoster(options: {
  readonly cluster: Pick<ClusterStore, 'readAgents' | 'shareAgents'>;
  readonly live: Pick<Live, 'shareAgents'>;
  readonly nodeId: string;
  readonly now: () => number;
}): SharedRoster {
  const { cluster, live, nodeId, now } = options;
  let shared = new Map<string, string>();
  let others: readonly SharedAgent[] = [];
  let readAtMs = Number.NEGATIVE_INFINITY;

  async function readAll(): Promise<SharedAgent[]> {
    if (now() - readAtMs >= KEPT_MS) {
      others = (await cluster.readAgents(nodeId).catch(() => [])).map(completed);
      readAtMs = now();
    }
    return mergeAgents([...live.shareAgents().values(), ...others]);
  }

  return {
    async listAgents() {
      return (await readAll()).flatMap(({ agent }) => (hasEnded(agent) ? [] : [agent]));
    },
    async countLabels(serviceName, environment) {
      const counted = (await readAll())
        .filter(({ agent }) => agent.serviceName === serviceName)
        .filter(({ agent }) => environment === null || agent.environment === environment);
      return addUpLabels(
        counted.map(({ labels }) => new Map(labels.map(({ label, ...counts }) => [label, counts]))),
      );
    },
    async share() {
      const present = [...live.shareAgents()].slice(0, MAX_SHARED);
      const next = new Map<string, string>();
      const changed = new Map<string, SharedAgent>();
      for (const [key, agent] of present) {
        const kept = bounded(named(agent, nodeId));
        const text = JSON.stringify(kept);
        next.set(key, text);
        if (shared.get(key) !== text) changed.set(key, kept);
      }
      const gone = [...shared.keys()].filter((key) => !next.has(key));
      if (changed.size + gone.length > 0) await cluster.shareAgents(nodeId, changed, gone);
      shared = next;
    },
    forgetShared() {
      shared = new Map();
    },
  };
}

/** An old client sends no id, and each node counts its own from one. */
function named(shared: SharedAgent, nodeId: string): SharedAgent {
  const { agent } = shared;
  if (!agent.instanceId.startsWith(NAMELESS)) return shared;
  return { ...shared, agent: { ...agent, instanceId: `${agent.instanceId}@${nodeId.slice(0, 8)}` } };
}

/** While nodes are brought to another version one after the other, an earlier one does not say when a connection was lost. */
function completed({ agent, labels }: SharedAgent): SharedAgent {
  return { agent: { ...agent, connectionLostAt: agent.connectionLostAt ?? null }, labels };
}

function bounded(shared: SharedAgent): SharedAgent {
  if (JSON.stringify(shared).length <= MAX_SHARED_LENGTH) return shared;
  return { agent: { ...shared.agent, breakpoints: [] }, labels: [] };
}

/**
 * One agent, one row: with a load balancer in front its stream is at one node and its reports come to another. What was
 * said last counts, and one node with its stream is enough.
 */
export function mergeAgents(all: readonly SharedAgent[]): SharedAgent[] {
  const merged = new Map<string, SharedAgent>();
  for (const shared of all) {
    const { agent } = shared;
    const key = JSON.stringify([agent.environment, agent.serviceName, agent.instanceId]);
    const known = merged.get(key);
    merged.set(key, known === undefined ? shared : mergeTwo(known, shared));
  }
  return [...merged.values()];
}

function hasEnded({ streaming, status }: AgentSummary): boolean {
  return !streaming && status !== null && isFarewell(status);
}

/**
 * Whether a report is the later one although its node heard of the agent earlier: nothing comes after a farewell, and another
 * node may notice only then that the stream ended, or have a clock that is ahead.
 */
function isAfter(report: AgentSummary['status'], other: AgentSummary['status']): boolean {
  if (report === null || other === null) return report !== null;
  return isFarewell(report) && report.startedAt >= other.startedAt;
}

function mergeTwo(left: SharedAgent, right: SharedAgent): SharedAgent {
  const [older, newer] = left.agent.lastSeenAt <= right.agent.lastSeenAt ? [left, right] : [right, left];
  const reported = isAfter(older.agent.status, newer.agent.status) ? older : newer;
  const streaming = left.agent.streaming || right.agent.streaming;
  return {
    agent: {
      ...newer.agent,
      connectedAt:
        older.agent.connectedAt < newer.agent.connectedAt ? older.agent.connectedAt : newer.agent.connectedAt,
      streaming,
      connectionLostAt: streaming ? null : newer.agent.connectionLostAt,
      unknown: left.agent.unknown && right.agent.unknown,
      status: reported.agent.status,
      breakpoints: reported.agent.breakpoints,
    },
    labels: reported.labels,
  };
}
