import type { FastifyRequest } from 'fastify';
import type { App } from '../http/app.ts';
import type { Principal } from '../http/authenticate.ts';
import { ProblemError } from '../http/problem.ts';
import { isAtLeast } from '../http/role.ts';
import type { Role } from '../http/role.ts';
import { requireSameOrigin } from '../http/same-origin.ts';
import type { ApiDependencies } from './dependencies.ts';
import { requireSafeTransport } from './safe-transport.ts';
import { createViewerRight } from './viewer-right.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The least role that a route of the API asks for; `public` for none. Not said: `admin`. */
    access?: Role | 'public';
  }
  interface FastifyRequest {
    /** Who asks; null only on public routes. */
    principal: Principal | null;
    /** Whether who asks may see captured values. */
    maySeeValues: boolean;
  }
}

/** A name and the longest password, were each character escaped: what strangers send is read before it is known who they are. */
const PUBLIC_BODY_BYTES = 16 * 1024;

/** Puts the same guard before every route of the API: who asks, may they, and did their own page send it. */
export function guardRoutes(
  api: App,
  deps: Pick<ApiDependencies, 'authenticate' | 'store' | 'now' | 'allowsInsecureSignIn'>,
): void {
  const { authenticate, store, now } = deps;
  const viewersSeeValues = createViewerRight(store, now);
  const trail = { store, now };
  api.decorateRequest('principal', null);
  api.decorateRequest('maySeeValues', false);
  api.decorateRequest('trail', null);
  api.addHook('onRoute', (route) => {
    if (route.config?.access === 'public') route.bodyLimit ??= PUBLIC_BODY_BYTES;
  });
  api.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    request.trail = trail;
    const access = request.routeOptions.config.access ?? 'admin';
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (access === 'public') {
      if (!isRead) requireSameOrigin(request);
      return;
    }
    const principal = await authenticate(request);
    if (principal === null) throw await notSignedIn(store);
    request.principal = principal;
    requireSameOrigin(request);
    if (principal.kind === 'token') requireSafeTransport(request, deps);
    requireRole(request, access);
    request.maySeeValues = principal.role !== 'viewer' || (await viewersSeeValues());
  });
}

/** Refuses with 403 when the person's role is not enough for what this request asks. */
export function requireRole(request: FastifyRequest, least: Role): void {
  if (isAtLeast(signedIn(request).role, least)) return;
  throw new ProblemError(403, 'not_allowed', `This needs the role "${least}". Ask an administrator.`);
}

/** Whether the person may see captured values: variables, previews, messages, request context, and what finds them. */
export function seesValues(request: FastifyRequest): boolean {
  return request.maySeeValues;
}

/** Who asks, on a route that is not public. */
export function signedIn(request: FastifyRequest): Principal {
  if (request.principal === null) throw new ProblemError(401, 'not_signed_in', 'Sign in first.');
  return request.principal;
}

async function notSignedIn(store: ApiDependencies['store']): Promise<ProblemError> {
  return (await store.countUsers()) === 0
    ? new ProblemError(
        401,
        'setup_pending',
        'There is no account yet. Open the set-up link that the server printed at its start; it works for 10 minutes, then restart the server for a new one.',
      )
    : new ProblemError(401, 'not_signed_in', 'Sign in first.');
}
