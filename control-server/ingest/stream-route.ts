import { STREAM_PATH } from '../../src/protocol/routes.ts';
import type { App } from '../http/app.ts';
import { admit } from './admit-agent.ts';
import type { Gate } from './authorize.ts';
import type { IngestDependencies } from './dependencies.ts';
import type { ServiceLog } from './service-log.ts';
import { readServiceName } from './service-name.ts';

/** `GET /sdk/snapshots/stream/:service`: the control stream. */
export function registerStreamRoute(
  scope: App,
  { live, onProblem }: IngestDependencies,
  gate: Gate,
  services: ServiceLog,
): void {
  scope.get(`${STREAM_PATH}*`, {
    // A HEAD request would be answered by a stream without bytes that never ends.
    exposeHeadRoute: false,
    onRequest: gate.demand('control:read'),
    handler: async (request, reply) => {
      const client = gate.clientFor(request, readServiceName(request.params));
      admit(client, live);
      await services.note(client);
      // What can fail fails here, while it can still be answered by a status.
      await live.readState(client).catch((error: unknown) => {
        if (!live.isKilledByHand(client)) throw error;
      });
      reply.hijack();
      try {
        await live.openAgentStream(client, request.raw, reply.raw);
      } catch (error) {
        onProblem('stream_not_opened', error);
        reply.raw.destroy();
      }
    },
  });
}
