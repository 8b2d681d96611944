import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { App } from '../http/app.ts';
import { isDirectLoopback } from '../http/loopback.ts';
import { ProblemError } from '../http/problem.ts';
import type { ApiDependencies } from './dependencies.ts';

/**
 * `GET /metrics` in Prometheus text: for this machine, for who is signed in, and for who knows the token of the metrics,
 * which opens nothing else. Counts every request of the app.
 */
export function registerMetrics(app: App, { metrics, metricsToken, authenticate }: ApiDependencies): void {
  const expected = metricsToken === null ? null : sha256(`Bearer ${metricsToken}`);

  async function mayRead(request: FastifyRequest): Promise<boolean> {
    const { authorization } = request.headers;
    if (
      expected !== null &&
      authorization !== undefined &&
      timingSafeEqual(sha256(authorization), expected)
    ) {
      return true;
    }
    return isDirectLoopback(request.raw) || (await authenticate(request)) !== null;
  }

  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.http.answered(route, request.method, reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });

  app.get('/metrics', async (request, reply) => {
    if (!(await mayRead(request))) {
      throw new ProblemError(
        401,
        'not_signed_in',
        'Metrics are for this machine, for who is signed in, or with the token that the server was given for them.',
      );
    }
    return reply.type(metrics.contentType).send(await metrics.render());
  });
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
