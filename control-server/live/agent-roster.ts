import { isFarewell } from '../../src/protocol/agent-event.ts';
import type { AgentEvent } from '../../src/protocol/agent-event.ts';
import type { AgentSummary, LabelTotals } from '../../src/protocol/api.ts';
import type { SharedAgent } from '../store/cluster-store.ts';
import { takeAgentEvent } from './agent-report.ts';
import type { AgentReport } from './agent-report.ts';
import { createKeyShares } from './key-shares.ts';
import { addUpLabels } from './label-totals.ts';
import type { AgentClient, ServiceLabelTotals } from './live.ts';

/** What is known of the agents that were here within the last minute. */
export interface AgentRoster {
  /** An agent opened a stream; the returned function says that it closed. */
  streamOpened(client: AgentClient): () => void;
  /** An agent polled, reported or sent a capture. */
  note(client: AgentClient, events: readonly AgentEvent[]): void;
  /** False for an agent that is new while its key has as many as it may. */
  admits(client: AgentClient): boolean;
  /** False while a key has twice as many streams as it may have agents: one that comes back may leave its old one behind. */
  admitsStream(client: AgentClient): boolean;
  /** How many agents there are of each key. */
  countByKey(): ReadonlyMap<string, number>;
  /** Forgets who is gone. */
  sweep(): void;
  list(): AgentSummary[];
  /** Each agent with what it counted, also one that ended within the last minute, by a key that stays: for the other nodes of a cluster. */
  share(): Map<string, SharedAgent>;
  /** What the agents of a service counted by label, also those that ended within the last minute; null: in every environment. */
  countLabels(serviceName: string, environment: string | null): LabelTotals[];
  /** The same for every service, in one pass over all agents: each may be of another service. */
  countAllLabels(): ServiceLabelTotals[];
}

/** What the roster needs. */
export interface AgentRosterOptions {
  readonly now: () => number;
  readonly maxAgentsPerKey: number;
  /** Called when the list has become another one. */
  readonly onChange: () => void;
}

/** `ended`: it was shut down in order within the last minute. */
type Group = 'here' | 'ended';

interface Agent {
  client: AgentClient;
  /** Instance id, or one of ours for a client that sends none. */
  readonly id: string;
  readonly connectedAtMs: number;
  lastSeenAtMs: number;
  openStreams: number;
  /** When the last of its streams ended, while nothing was heard of it since. */
  silentSinceMs: number | null;
  /** Among which agents of its key it is counted. */
  group: Group | null;
  readonly report: AgentReport;
}

/**
 * How long an agent whose stream ended may take to open another one before its connection counts as lost: it waits 0.5 to 1 s
 * before it tries, and as long again is left for the connection itself. The first poll of one that cannot comes later.
 */
export const RECONNECT_GRACE_MS = 2_000;
/** Two heartbeats of an agent and slack. */
const GONE_AFTER_MS = 60_000;
const STREAMS_PER_AGENT = 2;
/** More than one node is meant to serve; beyond it the first one without a stream makes room. */
const MAX_AGENTS = 20_000;
/**
 * What all agents together may have said of breakpoints, of which no key has more than half: it could claim thousands of agents
 * with thousands each.
 */
const MAX_BREAKPOINT_REPORTS = 400_000;
/** The same for labels. */
const MAX_LABEL_REPORTS = 400_000;

/** An empty roster. */
export function createAgentRoster({ now, maxAgentsPerKey, onChange }: AgentRosterOptions): AgentRoster {
  const agents = new Map<string, Agent>();
  /** Ids of old clients by what they have in common: nothing tells two processes of one host apart. */
  const namelessIds = new Map<string, Set<string>>();
  const countOf: Readonly<Record<Group, Map<string, number>>> = { here: new Map(), ended: new Map() };
  const streamsByKey = new Map<string, number>();
  let lastNumber = 0;
  const breakpointReports = createKeyShares(MAX_BREAKPOINT_REPORTS);
  const labelReports = createKeyShares(MAX_LABEL_REPORTS);

  function count(keyId: string, change: 1 | -1, counts: Map<string, number>): void {
    const ofKey = (counts.get(keyId) ?? 0) + change;
    if (ofKey > 0) counts.set(keyId, ofKey);
    else counts.delete(keyId);
  }

  function move(agent: Agent, group: Group | null): void {
    const { client } = agent;
    if (agent.group === group) return;
    if (agent.group !== null) count(client.keyId, -1, countOf[agent.group]);
    if (group !== null) count(client.keyId, 1, countOf[group]);
    agent.group = group;
  }

  /**
   * Who has ended makes room for who comes: a fleet that starts anew is there twice for a moment. Of each key no more of them
   * are remembered than it may have agents, or it could push out those of others.
   */
  function settle(agent: Agent): void {
    const { keyId, instanceId } = agent.client;
    if (!hasEnded(agent)) move(agent, 'here');
    else if (agent.group === 'ended' || (countOf.ended.get(keyId) ?? 0) < maxAgentsPerKey)
      move(agent, 'ended');
    else if (instanceId !== null) remove(nameOf(agent.client, instanceId), agent);
  }

  function add(key: string, id: string, client: AgentClient): Agent {
    if (agents.size >= MAX_AGENTS) makeRoom();
    const atMs = now();
    const report: AgentReport = { status: null, breakpoints: new Map(), labels: new Map() };
    const agent: Agent = {
      client,
      id,
      connectedAtMs: atMs,
      lastSeenAtMs: atMs,
      openStreams: 0,
      silentSinceMs: null,
      group: null,
      report,
    };
    agents.set(key, agent);
    move(agent, 'here');
    onChange();
    return agent;
  }

  function remove(key: string, agent: Agent): void {
    agents.delete(key);
    move(agent, null);
    countReports(agent.client.keyId, agent.report, -1);
    if (agent.client.instanceId !== null) return;
    const origin = originOf(agent.client);
    const ids = namelessIds.get(origin);
    ids?.delete(agent.id);
    if (ids?.size === 0) namelessIds.delete(origin);
  }

  function countReports(keyId: string, { breakpoints, labels }: AgentReport, sign: 1 | -1): void {
    breakpointReports.add(keyId, sign * breakpoints.size);
    labelReports.add(keyId, sign * labels.size);
  }

  function take({ client: { keyId }, report }: Agent, event: AgentEvent): void {
    const { breakpoints, labels } = report;
    const before = { breakpoints: breakpoints.size, labels: labels.size };
    takeAgentEvent(report, event, {
      breakpoints: breakpointReports.roomFor(keyId),
      labels: labelReports.roomFor(keyId),
    });
    breakpointReports.add(keyId, breakpoints.size - before.breakpoints);
    labelReports.add(keyId, labels.size - before.labels);
  }

  function makeRoom(): void {
    for (const [key, agent] of agents) {
      if (agent.openStreams > 0) continue;
      remove(key, agent);
      return;
    }
  }

  /** Old clients of one origin that have a stream, or that have none. */
  function nameless(client: AgentClient, withStream: boolean): Agent[] {
    return [...(namelessIds.get(originOf(client)) ?? [])]
      .flatMap((id) => agents.get(id) ?? [])
      .filter((agent) => agent.openStreams > 0 === withStream);
  }

  function addNameless(client: AgentClient): Agent {
    const id = `stream:${++lastNumber}`;
    const origin = originOf(client);
    const ids = namelessIds.get(origin) ?? new Set();
    namelessIds.set(origin, ids.add(id));
    return add(id, id, client);
  }

  function named(client: AgentClient, instanceId: string): Agent {
    const key = nameOf(client, instanceId);
    const agent = agents.get(key) ?? add(key, instanceId, client);
    if (agent.client.keyId !== client.keyId) {
      const { group } = agent;
      move(agent, null);
      countReports(agent.client.keyId, agent.report, -1);
      agent.client = client;
      move(agent, group);
      countReports(client.keyId, agent.report, 1);
    }
    agent.client = client;
    return agent;
  }

  function hear(agent: Agent): void {
    agent.lastSeenAtMs = now();
    agent.silentSinceMs = null;
  }

  /** Nothing tells old clients of one origin apart, so of none of them it is known that it did not come back. */
  function lostSinceMs({ client, silentSinceMs }: Agent): number | null {
    if (client.instanceId === null || silentSinceMs === null) return null;
    return now() - silentSinceMs >= RECONNECT_GRACE_MS ? silentSinceMs : null;
  }

  function summarise(agent: Agent): AgentSummary {
    const lostMs = lostSinceMs(agent);
    return {
      instanceId: agent.id,
      serviceName: agent.client.serviceName,
      environment: agent.client.environment,
      userAgent: agent.client.userAgent,
      address: agent.client.address,
      connectedAt: new Date(agent.connectedAtMs).toISOString(),
      lastSeenAt: new Date(agent.lastSeenAtMs).toISOString(),
      streaming: agent.openStreams > 0,
      connectionLostAt: lostMs === null ? null : new Date(lostMs).toISOString(),
      unknown: false,
      status: agent.report.status,
      breakpoints: [...agent.report.breakpoints.values()],
    };
  }

  function isGone(agent: Agent): boolean {
    return agent.openStreams === 0 && now() - agent.lastSeenAtMs >= GONE_AFTER_MS;
  }

  /** Also who has ended: other nodes are to hear of it, and its last counts are to be seen. */
  function remembered(): Agent[] {
    return [...agents.values()].filter((agent) => !isGone(agent));
  }

  function admits(client: AgentClient): boolean {
    if ((countOf.here.get(client.keyId) ?? 0) < maxAgentsPerKey) return true;
    return client.instanceId === null
      ? namelessIds.has(originOf(client))
      : agents.get(nameOf(client, client.instanceId))?.group === 'here';
  }

  return {
    streamOpened(client) {
      const agent =
        client.instanceId === null
          ? (nameless(client, false)[0] ?? addNameless(client))
          : named(client, client.instanceId);
      agent.openStreams++;
      count(client.keyId, 1, streamsByKey);
      hear(agent);
      settle(agent);
      onChange();
      return () => {
        agent.openStreams--;
        count(client.keyId, -1, streamsByKey);
        hear(agent);
        if (agent.openStreams === 0) agent.silentSinceMs = agent.lastSeenAtMs;
        settle(agent);
        onChange();
      };
    },
    note(client, events) {
      // Whoever may not come in is not made to be there by what it sends: a key could push out the agents of others.
      if (!admits(client)) return;
      if (client.instanceId !== null) {
        const agent = named(client, client.instanceId);
        hear(agent);
        for (const event of events) take(agent, event);
        settle(agent);
        if (events.length > 0) onChange();
        return;
      }
      // A poll of an old client speaks for each of its origin: none of them can be told to be gone.
      const known = nameless(client, true);
      if (known.length === 0) known.push(nameless(client, false)[0] ?? addNameless(client));
      for (const agent of known) agent.lastSeenAtMs = now();
    },
    admits,
    admitsStream: ({ keyId }) => (streamsByKey.get(keyId) ?? 0) < STREAMS_PER_AGENT * maxAgentsPerKey,
    countByKey: () => countOf.here,
    sweep() {
      const gone = [...agents].filter(([, agent]) => isGone(agent));
      for (const [key, agent] of gone) remove(key, agent);
      if (gone.length > 0) onChange();
    },
    list: () =>
      remembered()
        .filter((agent) => !hasEnded(agent))
        .map(summarise),
    share: () =>
      new Map(
        [...agents]
          .filter(([, agent]) => !isGone(agent))
          .map(([key, agent]) => [
            key,
            {
              agent: summarise(agent),
              labels: [...agent.report.labels].map(([label, counts]) => ({ label, ...counts })),
            },
          ]),
      ),
    countLabels: (serviceName, environment) =>
      addUpLabels(
        remembered()
          .filter(({ client }) => client.serviceName === serviceName)
          .filter(({ client }) => environment === null || client.environment === environment)
          .map(({ report }) => report.labels),
      ),
    countAllLabels: () =>
      [...Map.groupBy(remembered(), ({ client }) => serviceOf(client)).values()].flatMap((ofService) => {
        const { serviceName = '', environment = '' } = ofService[0]?.client ?? {};
        const totals = addUpLabels(ofService.map(({ report }) => report.labels));
        return totals.map((of) => ({ serviceName, environment, totals: of }));
      }),
  };
}

function hasEnded({ openStreams, report: { status } }: Agent): boolean {
  return openStreams === 0 && status !== null && isFarewell(status);
}

function serviceOf({ environment, serviceName }: AgentClient): string {
  return JSON.stringify([environment, serviceName]);
}

function nameOf(client: AgentClient, instanceId: string): string {
  return JSON.stringify([client.environment, client.serviceName, instanceId]);
}

function originOf(client: AgentClient): string {
  return JSON.stringify([client.environment, client.serviceName, client.address]);
}
