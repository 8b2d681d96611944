import type { App } from '../http/app.ts';
import type { Gate } from './authorize.ts';
import { discardBody } from './body.ts';

/** Largest body that is taken; it is read to its end and thrown away, so it costs no memory. */
const MAX_TELEMETRY_BYTES = 16 * 1024 * 1024;
const PATHS = ['/v1/traces', '/v1/metrics'] as const;

/**
 * `POST /v1/traces`, `POST /v1/metrics`: accepted and not kept. The SDKs of other languages send OTLP to the same
 * address as snapshots, and some of them take nothing but 200 for an answer.
 */
export function registerTelemetryRoute(scope: App, gate: Gate): void {
  for (const path of PATHS) {
    scope.post(path, {
      onRequest: gate.demand('ingest'),
      handler: async (request, reply) => {
        await discardBody(request, MAX_TELEMETRY_BYTES);
        const isProtobuf = request.headers['content-type']?.startsWith('application/x-protobuf') ?? false;
        // An empty protobuf message is no bytes at all; in JSON it is an empty object.
        return isProtobuf
          ? reply.type('application/x-protobuf').send(Buffer.alloc(0))
          : reply.type('application/json').send('{}');
      },
    });
  }
}
