import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseAgentEvent } from '../../src/protocol/agent-event.ts';
import type { AgentEvent } from '../../src/protocol/agent-event.ts';
import { breakpointsShownTo, clientKindOf } from '../../src/protocol/client-view.ts';
import { encodeControlState } from '../../src/protocol/control-message.ts';
import { isRecord } from '../../src/protocol/json.ts';
import { isKilledFor } from '../../src/protocol/kill-state.ts';
import { MAX_BREAKPOINTS_PER_SERVICE } from '../../src/protocol/limits.ts';
import { ACTIVE_PATH, streamPath } from '../../src/protocol/routes.ts';
import type { App } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import { admit } from './admit-agent.ts';
import type { Gate } from './authorize.ts';
import type { IngestDependencies } from './dependencies.ts';
import type { ReadMessage } from './message-reader.ts';
import type { ServiceLog } from './service-log.ts';
import { readServiceName } from './service-name.ts';

/** A status of each breakpoint that a service can have, and some more. */
const MAX_EVENTS = MAX_BREAKPOINTS_PER_SERVICE + 100;
const MAX_EVENTS_BYTES = 1024 * 1024;

/** `GET|POST /sdk/snapshots/active/:service`: the state for a poll; with POST the agent's events come along. */
export function registerActiveRoute(
  scope: App,
  { live, now }: IngestDependencies,
  gate: Gate,
  services: ServiceLog,
  readMessage: ReadMessage,
): void {
  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    events: readonly AgentEvent[],
  ): Promise<FastifyReply> {
    const client = gate.clientFor(request, readServiceName(request.params));
    admit(client, live);
    await services.note(client);
    live.noteAgent(client, events);
    const kind = clientKindOf(client.userAgent);
    const state = await live.readState(client).catch((error: unknown) => {
      if (live.isKilledByHand(client)) return null;
      throw error;
    });
    // Without a version: it says nothing of the breakpoints, of which a stopped client needs none.
    if (state === null) {
      return reply.send({
        breakpoints: [],
        kill_switch: true,
        sse_endpoint: streamPath(client.serviceName),
      });
    }
    const body = encodeControlState(
      {
        breakpoints: breakpointsShownTo(kind, state.breakpoints, now()),
        killSwitch: isKilledFor(state.killed, client.instanceId),
        version: state.version,
      },
      kind,
    );
    return reply.send({ ...body, sse_endpoint: streamPath(client.serviceName) });
  }

  const onRequest = gate.demand('control:read');
  scope.get(`${ACTIVE_PATH}*`, {
    exposeHeadRoute: false,
    onRequest,
    handler: (request, reply) => answer(request, reply, []),
  });
  scope.post(`${ACTIVE_PATH}*`, {
    onRequest,
    handler: async (request, reply) =>
      answer(request, reply, readEvents(await readMessage(request, MAX_EVENTS_BYTES))),
  });
}

/** The events that are understood; others are ignored, as those of a newer agent will be. */
function readEvents(message: unknown): AgentEvent[] {
  const events: unknown = isRecord(message) ? message['events'] : undefined;
  if (!Array.isArray(events)) {
    throw new ProblemError(400, 'bad_events', 'Send {"events": […]}, or GET without a body.');
  }
  if (events.length > MAX_EVENTS) {
    throw new ProblemError(413, 'too_many_events', `Send at most ${MAX_EVENTS} events in one request.`);
  }
  return events.flatMap((event) => parseAgentEvent(event) ?? []);
}
