import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DashboardHint } from '../../src/protocol/api.ts';
import { clientKindOf } from '../../src/protocol/client-view.ts';
import { encodeSourceRequest } from '../../src/protocol/source.ts';
import { parseStateVersion } from '../../src/protocol/state-version.ts';
import { encodeEvent, openEventStream, refuseEventStream } from '../http/event-stream.ts';
import type { StreamEnd } from '../http/event-stream.ts';
import { createAgentRoster, RECONNECT_GRACE_MS } from './agent-roster.ts';
import type { Subscriber } from './broadcast.ts';
import { startDrain } from './drain.ts';
import type { Drain } from './drain.ts';
import { createDashboardStreams } from './dashboard-streams.ts';
import { createEndedIds } from './ended-ids.ts';
import { createHintBoard } from './hint-board.ts';
import { visitInTurns } from './in-turns.ts';
import type { LiveOptions } from './live-options.ts';
import type { AgentClient, Live } from './live.ts';
import type { Topic } from './topic.ts';
import { createWatchedStates } from './watched-states.ts';

interface AgentStream extends Subscriber {
  readonly environment: string;
  readonly serviceName: string;
  readonly keyId: string;
  readonly endsAtMs: number;
}

/** Ten minutes: after a rolling restart the streams of all nodes are even again within that time. */
const MAX_STREAM_AGE_MS = 600_000;
const STREAM_AGE_SPREAD = 0.2;
/** Streams that end one by one may come back at once: an agent without one hears of no kill. */
const COME_BACK_MS = [0, 500] as const;
/** Who was told of a kill and of nothing else. */
const ASK_AGAIN_MS = [2_000, 5_000] as const;
/** An id of ours is shorter. */
const MAX_EVENT_ID = 64;

/** Opens the live room of one node. Its only timers are unref'd. */
export function createLive(options: LiveOptions): Live {
  const counts = options.streams;
  const now = options.now ?? Date.now;
  const startedAt = new Date(now()).toISOString();
  const agents = new Set<AgentStream>();
  const dashboards = createDashboardStreams({ now, counts });
  const endedKeys = createEndedIds({ now, keptMs: 300_000 });
  const states = createWatchedStates({
    readState: options.readState,
    overlay: options.overlay ?? ((state) => state),
    now,
    retryMs: options.retryMs ?? 1_000,
    onUnreadable: (error) => options.onProblem?.('state_unreadable', error),
  });
  const hints = createHintBoard({
    intervalMs: options.hintIntervalMs ?? 250,
    send: (hint) => dashboards.send(encodeHint(hint)),
  });
  const roster = createAgentRoster({
    now,
    maxAgentsPerKey: options.maxAgentsPerKey ?? Infinity,
    onChange: () => hints.add({ topic: 'agents' }),
  });
  const heartbeat = setInterval(beat, options.heartbeatMs ?? 15_000).unref();
  const maxAgentStreams = options.maxAgentStreams ?? 20_000;
  const maxStreamAgeMs = options.maxStreamAgeMs ?? MAX_STREAM_AGE_MS;
  const random = options.random ?? Math.random;
  const comeBack = encodeEvent({ name: 'bye', data: { retry_ms: COME_BACK_MS } });
  let draining: Drain | null = null;
  let isClosed = false;

  function beat(): void {
    const t = now();
    const agentFrame = encodeEvent({ name: 'heartbeat', data: { t } });
    const dashboardFrame = encodeHint({ topic: 'heartbeat', t });
    void visitInTurns([...agents], ({ stream, endsAtMs }) => {
      if (t < endsAtMs) stream.beat(agentFrame);
      else void stream.end(comeBack);
    });
    dashboards.beat(dashboardFrame);
    roster.sweep();
    endedKeys.sweep();
    states.beat();
  }

  /** All that can be said while the state cannot be read: stop, and ask again soon. */
  function sayKilled(request: IncomingMessage, response: ServerResponse): void {
    const stream = openEventStream(request, response, { onClose: () => undefined });
    stream.send(encodeEvent({ name: 'kill_switch', data: { enabled: true } }));
    void stream.end(encodeEvent({ name: 'bye', data: { retry_ms: ASK_AGAIN_MS } }));
  }

  /** A client that knows a newer version than this node has heard of what this node has not. */
  async function readAgain(topic: Topic): Promise<void> {
    await states.refresh(topic);
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
      topic = states.of(client);
      let version;
      try {
        ({ version } = await topic.readState());
      } catch (error) {
        if (!states.isKilledByHand(client)) throw error;
        sayKilled(request, response);
        return;
      }
      if (since !== null && isNewerThan(since, version)) await readAgain(topic);
      // A topic that made room for others meanwhile would never hear of a change again.
    } while (!states.has(topic));
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
      environment: client.environment,
      serviceName: client.serviceName,
      keyId: client.keyId,
      endsAtMs: now() + maxStreamAgeMs * (1 - STREAM_AGE_SPREAD + 2 * STREAM_AGE_SPREAD * random()),
    };
    const joined = topic;
    const streamClosed = roster.streamOpened(client);
    undo = (reason) => {
      agents.delete(subscriber);
      joined.leave(subscriber);
      streamClosed();
      // Unless it is back by then, it counts as lost; a timer may ring a moment early.
      setTimeout(() => hints.add({ topic: 'agents' }), RECONNECT_GRACE_MS + 10).unref();
      counts?.closed('agent', reason);
    };
    counts?.opened('agent');
    agents.add(subscriber);
    topic.join(subscriber, since);
    // A change that came while nobody listened was only noted.
    if (!topic.isCurrent) void states.refresh(topic);
  }

  return {
    openAgentStream,
    openDashboardStream(sessionId, request, response) {
      const hello = encodeHint({ topic: 'hello', serverVersion: options.serverVersion, startedAt });
      dashboards.open(sessionId, request, response, hello);
    },
    isKilledByHand: states.isKilledByHand,
    readState: (ref) => states.of(ref).readState(),
    publish(change) {
      const told = states.apply(change);
      hints.add({ topic: change.kind === 'kill_switch' ? 'kill_switch' : 'breakpoints' });
      return told;
    },
    async refresh({ environment, serviceName, kind }) {
      if (kind !== 'breakpoint') hints.add({ topic: 'kill_switch' });
      if (kind !== 'kill_switch') hints.add({ topic: 'breakpoints' });
      await states.refreshAll(environment, serviceName);
    },
    askForSource({ environment, serviceName, instanceId }, request) {
      // Of two streams the later one: the other may be what a lost connection left.
      const asked = [...agents].findLast(
        (agent) =>
          agent.instanceId === instanceId &&
          agent.environment === environment &&
          agent.serviceName === serviceName,
      );
      asked?.stream.send(encodeEvent({ name: 'source_request', data: encodeSourceRequest(request) }));
      return asked?.stream.isOpen === true;
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
    endSession: dashboards.endSession,
    listOpenAccess: () => ({
      keyIds: [...new Set([...agents].map(({ keyId }) => keyId))],
      sessionIds: dashboards.listSessions(),
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
      states.close();
      const bye = encodeEvent({ name: 'bye', data: { retry_ms: options.byeRetryMs ?? [500, 5_000] } });
      clearInterval(heartbeat);
      hints.close();
      await Promise.all([...[...agents].map(({ stream }) => stream.end(bye)), dashboards.close()]);
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
