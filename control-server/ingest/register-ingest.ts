import type { Readable } from 'node:stream';
import { parseServiceSettings } from '../../src/protocol/api-settings.ts';
import type { FastifyRequest } from 'fastify';
import type { App } from '../http/app.ts';
import { registerActiveRoute } from './active-route.ts';
import { createGate } from './authorize.ts';
import { registerCaptureRoute } from './capture-route.ts';
import type { IngestDependencies, IngestOptions } from './dependencies.ts';
import { registerRegisterRoute } from './register-route.ts';
import { createMessageReader } from './message-reader.ts';
import { createServiceLog } from './service-log.ts';
import { registerStreamRoute } from './stream-route.ts';
import { registerSourceRoute } from './source-route.ts';
import { registerTelemetryRoute } from './telemetry-route.ts';

/** Eight of the largest bodies. Parsed, a body takes several times its bytes. */
const MAX_BYTES_IN_FLIGHT: number = 64 * 1024 * 1024;

type BodyDone = (error: null, body: Readable) => void;

const NO_QUESTIONS: IngestDependencies['sources'] = {
  awaitedService: () => Promise.resolve(null),
  answer: () => Promise.resolve(false),
};
const NO_QUOTAS: IngestDependencies['quotas'] = {
  demand: () => undefined,
  take: () => undefined,
  refuse: () => undefined,
  maxServices: Number.MAX_SAFE_INTEGER,
};

/**
 * Registers the agent protocol: what agents and the SDKs of other languages send. Bodies arrive as streams,
 * whatever their media type, and are bounded before they are parsed; the app's own parsers stay as they are.
 *
 * The server that serves these routes must have no `upgrade` listener: the Java SDK offers `Upgrade: h2c` with each
 * request and expects an ordinary answer.
 */
export function registerIngest(app: App, options: IngestOptions): void {
  const deps: IngestDependencies = {
    ...options,
    readServiceSettings: options.readServiceSettings ?? (() => Promise.resolve(parseServiceSettings(null))),
    trustAgents: options.trustAgents ?? true,
    sources: options.sources ?? NO_QUESTIONS,
    quotas: options.quotas ?? NO_QUOTAS,
    isDiskFull: options.isDiskFull ?? (() => false),
    maxBytesInFlight: options.maxBytesInFlight ?? MAX_BYTES_IN_FLIGHT,
    onCapture: options.onCapture ?? (() => undefined),
    now: options.now ?? Date.now,
    onProblem: options.onProblem ?? (() => undefined),
  };
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request: FastifyRequest, payload: Readable, done: BodyDone) =>
      done(null, payload),
    );
    const gate = createGate(deps);
    const services = createServiceLog(deps);
    const readMessage = createMessageReader(gate, deps.maxBytesInFlight);
    registerActiveRoute(scope, deps, gate, services, readMessage);
    registerRegisterRoute(scope, deps, gate, services, readMessage);
    registerCaptureRoute(scope, deps, gate, services);
    registerStreamRoute(scope, deps, gate, services);
    registerSourceRoute(scope, deps, gate, readMessage);
    registerTelemetryRoute(scope, gate);
  });
}
