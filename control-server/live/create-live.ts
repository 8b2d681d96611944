import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DashboardHint } from '../../src/protocol/api.ts';
import { isKilledFor } from '../../src/protocol/kill-state.ts';
import type { KillState } from '../../src/protocol/kill-state.ts';
import { clientKindOf } from '../../src/protocol/client-view.ts';
import { parseStateVersion } from '../../src/protocol/state-version.ts';
import { encodeEvent, openEventStream, refuseEventStream } from '../http/event-stream.ts';
import type { EventStream, StreamEnd } from '../http/event-stream.ts';
import type { ControlChange, ServiceRef, ServiceState } from '../store/service-store.ts';
import { createAgentRoster } from './agent-roster.ts';
import type { Subscriber } from './broadcast.ts';
import { startDrain } from './drain.ts';
import type { Drain } from './drain.ts';
import { createEndedIds } from './ended-ids.ts';
import { createHintBoard } from './hint-board.ts';
import { visitInTurns } from './in-turns.ts';
import type { AgentClient, Live } from './live.ts';
import { createTopicTable } from './topic-table.ts';
import type { Topic } from './topic.ts';

/** What the live room needs of the others. */
export interface LiveOptions {
  /** The committed state of a service; asked again after each change. */
  readonly readState: (ref: ServiceRef) => Promise<ServiceState>;
  /** What is told of a state as it was read. Default: that very state. */
  readonly overlay?: (state: ServiceState) => ServiceState;
  /** Told to dashboards in `hello`. */
  readonly serverVersion: string;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** Default 15 s: clients take 45 s of silence for a dead stream. */
  readonly heartbeatMs?: number;
  /** Least time between two hints of a topic. Default 250 ms. */
  readonly hintIntervalMs?: number;
  /** Wait before a state that could not be read is read again. Default 1 s. */
  readonly retryMs?: number;
  /** Range in which agents spread their return after `close`, when all of them are sent away at once. Default 0.5 s to 5 s. */
  readonly byeRetryMs?: readonly [min: number, max: number];
  /** Agents that may be there with one key. Default: as many as there is room for. */
  readonly maxAgentsPerKey?: number;
  /** Age at which a control stream is ended, give or take a fifth, so that streams spread over nodes. Default 10 min. */
  readonly maxStreamAgeMs?: number;
  /** Chance from 0 to 1. Default `Math.random`. */
  readonly random?: () => number;
  /** Control streams at a time; further ones are refused. Default 20,000. */
  readonly maxAgentStreams?: number;
  /** A state could not be read; streams keep what they know, and it is tried again. */
  readonly onProblem?: (problem: string, error: unknown) => void;
  /** Told of every stream that opens, closes or is refused. */
  readonly streams?: StreamCounts;
}

/** Who counts streams. */
export interface StreamCounts {
  opened(kind: 'agent' | 'dashboard'): void;
  closed(kind: 'agent' | 'dashboard', reason: StreamEnd): void;
  refused(kind: 'agent' | 'dashboard'): void;
}

interface AgentStream extends Subscriber {
  readonly keyId: string;
  readonly endsAtMs: number;
}

interface DashboardStream {
  readonly sessionId: string | null;
  readonly stream: EventStream;
}

/** Hint streams of the whole node, and of one session: a page has one, and nobody has this many pages open. */
const MAX_DASHBOARD_STREAMS = 1_000;
const MAX_SESSION_STREAMS = 32;

/** Ten minutes: after a rolling restart the streams of all nodes are even again within that time. */
const MAX_STREAM_AGE_MS = 600_000;
const STREAM_AGE_SPREAD = 0.2;
/** Streams that end one by one may come back at once: an agent without one hears of no kill. */
const COME_BACK_MS = [0, 500] as const;
/** Who was told of a kill and of nothing else. */
const ASK_AGAIN_MS = [2_000, 5_000] as const;
const NO_KILL: KillState = { global: false, service: false, agents: [] };
/** An id of ours is shorter. */
const MAX_EVENT_ID = 64;

/** Opens the live room of one node. Its only timers are unref'd. */
export function createLive(options: LiveOptions): Live {
  const counts = options.streams;
  const now = options.now ?? Date.now;
  const startedAt = new Date(now()).toISOString();
  const agents = new Set<AgentStream>();
  const dashboards = new Set<DashboardStream>();
  const endedKeys = createEndedIds({ now, keptMs: 300_000 });
  const endedSessions = createEndedIds({ now, keptMs: 10_000 });
  const topics = createTopicTable({
    readState: options.readState,
    overlay: options.overlay ?? ((state) => state),
    now,
  });
  const hints = createHintBoard({ intervalMs: options.hintIntervalMs ?? 250, send: sendHint });
  const roster = createAgentRoster({
    now,
    maxAgentsPerKey: options.maxAgentsPerKey ?? Infinity,
    onChange: () => hints.add({ topic: 'agents' }),
  });
  const heartbeat = setInterval(beat, options.heartbeatMs ?? 15_000).unref();
  const retryMs = options.retryMs ?? 1_000;
  const maxAgentStreams = options.maxAgentStreams ?? 20_000;
  const maxStreamAgeMs = options.maxStreamAgeMs ?? MAX_STREAM_AGE_MS;
  const random = options.random ?? Math.random;
  const comeBack = encodeEvent({ name: 'bye', data: { retry_ms: COME_BACK_MS } });
  let draining: Drain | null = null;
  let isUnreadable = false;
  let isClosed = false;

  function sendHint(hint: DashboardHint): void {
    const frame = encodeHint(hint);
    for (const { stream } of dashboards) stream.send(frame);
  }

  function hasRoomFor(sessionId: string | null): boolean {
    if (dashboards.size >= MAX_DASHBOARD_STREAMS) return false;
    if (sessionId === null) return true;
    return [...dashboards].filter((open) => open.sessionId === sessionId).length < MAX_SESSION_STREAMS;
  }

  function beat(): void {
    const t = now();
    const agentFrame = encodeEvent({ name: 'heartbeat', data: { t } });
    const dashboardFrame = encodeHint({ topic: 'heartbeat', t });
    void visitInTurns([...agents], ({ stream, endsAtMs }) => {
      if (t < endsAtMs) stream.beat(agentFrame);
      else void stream.end(comeBack);
    });
    for (const { stream } of dashboards) stream.beat(dashboardFrame);
    roster.sweep();
    endedKeys.sweep();
    endedSessions.sweep();
    // While the store is away, what was last known of a service is all there is.
    if (!isUnreadable) topics.sweep();
    for (const topic of topics.all()) void topic.refreshWhenOld().then(noteReadable, reportUnreadable);
  }

  function noteReadable(): void {
    isUnreadable = false;
  }

  /** Once an outage: it is tried again each second, for each service. */
  function reportUnreadable(error: unknown): void {
    if (!isUnreadable) options.onProblem?.('state_unreadable', error);
    isUnreadable = true;
  }

  /** A state that cannot be read is no reason to fail who published it: it is committed, and is read again. */
  async function settle(refresh: Promise<void>, ref: ServiceRef): Promise<void> {
    try {
      await refresh;
      noteReadable();
    } catch (error) {
      reportUnreadable(error);
      setTimeout(() => {
        const topic = topics.find(ref);
        if (topic !== undefined && !isClosed) void settle(topic.refresh(), ref);
      }, retryMs).unref();
    }
  }

  async function publish(change: ControlChange): Promise<void> {
    const touched = topics.touchedBy(change);
    if (change.kind === 'kill_switch' && !change.killSwitch.written) {
      for (const topic of touched) topic.showAgain();
      hints.add({ topic: 'kill_switch' });
      return;
    }
    if (change.kind === 'kill_switch' && change.killSwitch.on) {
      for (const topic of touched) {
        const version = change.versions[topic.ref.environment];
        if (version !== undefined) topic.killAtOnce(change.killSwitch, version);
      }
    }
    hints.add({ topic: change.kind === 'kill_switch' ? 'kill_switch' : 'breakpoints' });
    await Promise.all(touched.map((topic) => settle(topic.refresh(), topic.ref)));
  }

  function isKilledByHand({ environment, serviceName, instanceId }: AgentClient): boolean {
    const nothing = { environment, serviceName, breakpoints: [], killed: NO_KILL, version: '0-0' };
    return isKilledFor(options.overlay?.(nothing).killed ?? NO_KILL, instanceId);
  }

  /** All that can be said while the state cannot be read: stop, and ask again soon. */
  function sayKilled(request: IncomingMessage, response: ServerResponse): void {
    const stream = openEventStream(request, response, { onClose: () => undefined });
    stream.send(encodeEvent({ name: 'kill_switch', data: { enabled: true } }));
    void stream.end(encodeEvent({ name: 'bye', data: { retry_ms: ASK_AGAIN_MS } }));
  }

  /** A client that knows a newer version than this node has heard of what this node has not. */
  async function readAgain(topic: Topic): Promise<void> {
    await settle(topic.refresh(), topic.ref);
    await topic.readState();
  }

  async function openAgentStream(
    client: AgentClient,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const since = readLastEventId(request);
    let topic;
    do {
      topic = topics.of(client);
      let version;
      try {
        ({ version } = await topic.readState());
      } catch (error) {
        if (!isKilledByHand(client)) throw error;
        sayKilled(request, response);
        return;
      }
      if (since !== null && isNewerThan(since, version)) await readAgain(topic);
      // A topic that made room for others meanwhile would never hear of a change again.
    } while (!topics.has(topic));
    // While the state was read the key may have been revoked, or the server may have begun to close.
    if (isClosed || endedKeys.has(client.keyId)) {
      response.destroy();
      return;
    }
    if (draining !== null) {
      counts?.refused('agent');
      refuseEventStream(response, {
        status: 503,
        code: 'closing',
        detail:
          'This server is closing and takes no more streams. Connect again: another one, or the next one, answers.',
      });
      return;
    }
    if (agents.size >= maxAgentStreams) {
      counts?.refused('agent');
      refuseEventStream(response, {
        status: 503,
        code: 'too_many_streams',
        detail: `This server holds ${maxAgentStreams} control streams and takes no more. Poll, or try again later.`,
      });
      return;
    }
    if (!roster.admitsStream(client)) {
      counts?.refused('agent');
      refuseEventStream(response, {
        status: 429,
        code: 'too_many_streams',
        detail: 'This key has as many control streams as it may. Use another key, or poll.',
      });
      return;
    }
    let undo: ((reason: StreamEnd) => void) | null = null;
    const stream = openEventStream(request, response, { onClose: (reason) => undo?.(reason) });
    if (!stream.isOpen) return;
    const subscriber: AgentStream = {
      kind: clientKindOf(client.userAgent),
      instanceId: client.instanceId,
      stream,
      keyId: client.keyId,
      endsAtMs: now() + maxStreamAgeMs * (1 - STREAM_AGE_SPREAD + 2 * STREAM_AGE_SPREAD * random()),
    };
    const joined = topic;
    const streamClosed = roster.streamOpened(client);
    undo = (reason) => {
      agents.delete(subscriber);
      joined.leave(subscriber);
      streamClosed();
      counts?.closed('agent', reason);
    };
    counts?.opened('agent');
    agents.add(subscriber);
    topic.join(subscriber, since);
    // A change that came while nobody listened was only noted.
    if (!topic.isCurrent) void settle(topic.refresh(), topic.ref);
  }

  return {
    openAgentStream,
    openDashboardStream(sessionId, request, response) {
      if (isClosed || (sessionId !== null && endedSessions.has(sessionId))) {
        response.destroy();
        return;
      }
      if (!hasRoomFor(sessionId)) {
        counts?.refused('dashboard');
        refuseEventStream(response, {
          status: 429,
          code: 'too_many_streams',
          detail: 'Too many dashboards are open. Close some of their tabs, then try again.',
        });
        return;
      }
      let undo: ((reason: StreamEnd) => void) | null = null;
      const stream = openEventStream(request, response, { onClose: (reason) => undo?.(reason) });
      if (!stream.isOpen) return;
      const dashboard: DashboardStream = { sessionId, stream };
      undo = (reason) => {
        dashboards.delete(dashboard);
        counts?.closed('dashboard', reason);
      };
      counts?.opened('dashboard');
      dashboards.add(dashboard);
      stream.send(encodeHint({ topic: 'hello', serverVersion: options.serverVersion, startedAt }));
    },
    isKilledByHand,
    readState: (ref) => topics.of(ref).readState(),
    publish,
    async refresh({ environment, serviceName, kind }) {
      const touched = topics
        .all()
        .filter(
          ({ ref }) =>
            (environment === null || ref.environment === environment) &&
            (serviceName === null || ref.serviceName === serviceName),
        );
      if (kind !== 'breakpoint') hints.add({ topic: 'kill_switch' });
      if (kind !== 'kill_switch') hints.add({ topic: 'breakpoints' });
      await Promise.all(touched.map((topic) => settle(topic.refresh(), topic.ref)));
    },
    isWatched: () => dashboards.size > 0,
    hint: (hint) => hints.add(hint),
    noteAgent: (client, events = []) => roster.note(client, events),
    admits: roster.admits,
    countAgentsByKey: roster.countByKey,
    listAgents: () => roster.list(),
    shareAgents: () => roster.share(),
    countLabels: roster.countLabels,
    countAllLabels: roster.countAllLabels,
    endKey(keyId) {
      endedKeys.add(keyId);
      for (const { keyId: owner, stream } of agents) if (owner === keyId) void stream.end();
    },
    endSession(sessionId) {
      endedSessions.add(sessionId);
      for (const { sessionId: owner, stream } of dashboards) if (owner === sessionId) void stream.end();
    },
    listOpenAccess: () => ({
      keyIds: [...new Set([...agents].map(({ keyId }) => keyId))],
      sessionIds: [...new Set([...dashboards].flatMap(({ sessionId }) => sessionId ?? []))],
    }),
    async drain(overMs) {
      draining ??= startDrain({
        open: () => [...agents],
        end: ({ stream }) => stream.end(comeBack),
        overMs,
      });
      await draining.done;
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      draining?.stop();
      const bye = encodeEvent({ name: 'bye', data: { retry_ms: options.byeRetryMs ?? [500, 5_000] } });
      clearInterval(heartbeat);
      hints.close();
      await Promise.all([
        ...[...agents].map(({ stream }) => stream.end(bye)),
        ...[...dashboards].map(({ stream }) => stream.end()),
      ]);
    },
  };
}

/** The version that a client knows; null for one that says nothing, or nothing of ours. */
function readLastEventId({ headers }: IncomingMessage): string | null {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id.length <= MAX_EVENT_ID && parseStateVersion(id) !== null ? id : null;
}

/** Within an epoch: another one says nothing of what this node has missed. */
function isNewerThan(candidate: string, known: string): boolean {
  const [left, right] = [parseStateVersion(candidate), parseStateVersion(known)];
  return left !== null && right !== null && left.epoch === right.epoch && left.rev > right.rev;
}

function encodeHint(hint: DashboardHint): Buffer {
  return encodeEvent({ name: hint.topic, data: hint });
}
