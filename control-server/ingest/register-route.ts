import { encodeBreakpoint, parseRegistration } from '../../src/protocol/breakpoint.ts';
import type { Registration } from '../../src/protocol/breakpoint.ts';
import { clientKindOf } from '../../src/protocol/client-view.ts';
import { MAX_LABEL_LENGTH } from '../../src/protocol/limits.ts';
import { REGISTER_PATH } from '../../src/protocol/routes.ts';
import type { App } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import type { Gate } from './authorize.ts';
import type { IngestDependencies } from './dependencies.ts';
import { refusalOfLabel } from './label.ts';
import type { ReadMessage } from './message-reader.ts';
import type { ServiceLog } from './service-log.ts';
import { isServiceName } from '../../src/protocol/service-name.ts';

const MAX_REGISTRATION_BYTES = 64 * 1024;
/** Longer than any path that an operating system gives out; no token of a stream event may reach 64 KiB. */
const MAX_FILE_PATH_LENGTH = 4_096;
const MAX_FUNCTION_NAME_LENGTH = 512;

/** `POST /sdk/snapshots/auto-register`: a label that an agent met for the first time, also while killed. */
export function registerRegisterRoute(
  scope: App,
  { store, live, readServiceSettings, now }: IngestDependencies,
  gate: Gate,
  services: ServiceLog,
  readMessage: ReadMessage,
): void {
  scope.post(REGISTER_PATH, {
    onRequest: gate.demand('ingest'),
    handler: async (request, reply) => {
      const registration = readRegistration(await readMessage(request, MAX_REGISTRATION_BYTES));
      const client = gate.clientFor(request, registration.serviceName);
      await services.note(client);
      const { autoRegisterEnabled } = await readServiceSettings(client.serviceName);
      const nowIso = new Date(now()).toISOString();
      const changes = store.recording({
        at: nowIso,
        actor: `key ${client.keyId}`,
        actorKind: 'key',
        ip: client.address,
        requestId: request.id,
        action: 'breakpoint.register',
      });
      const { created, breakpoint, change } = await changes.registerLabel(
        client.environment,
        registration,
        nowIso,
        autoRegisterEnabled,
      );
      if (change !== null) await live.publish(change);
      live.noteAgent(client);
      // The whole breakpoint: a client that gets only an id captures nothing until its next poll.
      return reply
        .code(created ? 201 : 200)
        .send(encodeBreakpoint(breakpoint, clientKindOf(client.userAgent)));
    },
  });
}

function readRegistration(message: unknown): Registration {
  const registration = parseRegistration(message);
  if (registration === null) {
    throw new ProblemError(400, 'bad_registration', 'A registration needs service_name and label.');
  }
  if (!isServiceName(registration.serviceName)) {
    throw new ProblemError(
      400,
      'bad_service_name',
      'The service name is too long or holds control characters.',
    );
  }
  const labelRefusal = refusalOfLabel(registration.label);
  if (labelRefusal !== null) {
    throw new ProblemError(
      400,
      labelRefusal,
      `A label has at most ${MAX_LABEL_LENGTH} characters, no NUL and no half of a surrogate pair.`,
    );
  }
  return {
    ...registration,
    filePath: registration.filePath.slice(0, MAX_FILE_PATH_LENGTH),
    functionName: registration.functionName.slice(0, MAX_FUNCTION_NAME_LENGTH),
  };
}
