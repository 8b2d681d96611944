import { Type } from 'typebox';
import type { App } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import type { ApiDependencies } from './dependencies.ts';

/** The store answers within milliseconds, or it is not fit to take a capture. */
const STORE_DEADLINE_MS = 2_000;

/** `GET /api/health`: for people and scripts that want to know what runs here. */
export function registerHealth(api: App, { serverVersion, now }: ApiDependencies): void {
  const startedAt = now();
  api.get('/health', {
    config: { access: 'public' },
    schema: {
      tags: ['operations'],
      summary: 'That the server runs, and which version',
      response: {
        200: Type.Object({
          status: Type.Literal('ok'),
          version: Type.String(),
          uptimeSeconds: Type.Integer(),
        }),
      },
    },
    handler: () => ({
      status: 'ok' as const,
      version: serverVersion,
      uptimeSeconds: Math.floor((now() - startedAt) / 1_000),
    }),
  });
}

/**
 * `/healthz`: the process answers. `/readyz`: it takes work: its store answers and it is not closing. A full disk is told and
 * no reason to be left out: the control plane works on, and people have to reach it.
 */
export function registerProbes(app: App, { store, isReady, isDiskFull }: ApiDependencies): void {
  app.get('/healthz', { exposeHeadRoute: true }, () => ({ status: 'ok' }));
  app.get('/readyz', { exposeHeadRoute: true }, async () => {
    if (!isReady()) throw new ProblemError(503, 'closing', 'The server is closing.');
    if (!(await answersInTime(store.ping()))) {
      throw new ProblemError(
        503,
        'store_failed',
        'The store does not answer. The log of the server has the reason.',
      );
    }
    return isDiskFull() ? { status: 'degraded', problems: ['disk_full'] } : { status: 'ready', problems: [] };
  });
}

async function answersInTime(ping: Promise<boolean>): Promise<boolean> {
  const { promise: deadline, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, STORE_DEADLINE_MS, false);
  try {
    return await Promise.race([ping.catch(() => false), deadline]);
  } finally {
    clearTimeout(timer);
  }
}
