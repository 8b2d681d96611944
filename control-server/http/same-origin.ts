import type { FastifyRequest } from 'fastify';
import { ProblemError } from './problem.ts';

/**
 * Refuses what another site, or another port of this machine, makes a browser send. `SameSite` cookies don't: they
 * ignore ports, and every development server on localhost is the same site.
 *
 * A change must come from our own pages, or from a program (which sends neither header); a read may also be typed into
 * the address bar.
 */
export function requireSameOrigin(request: FastifyRequest): void {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && !(isRead && site === 'none')) throw crossSite();
  const origin = request.headers.origin;
  if (origin !== undefined && !isOwnOrigin(origin, request)) throw crossSite();
}

function isOwnOrigin(origin: string, request: FastifyRequest): boolean {
  const url = URL.parse(origin);
  // Behind a proxy that ends TLS we see http while the page was https; on our own TLS the page must be https.
  const schemes = request.protocol === 'https' ? ['https:'] : ['http:', 'https:'];
  if (url === null || !schemes.includes(url.protocol)) return false;
  return url.host === URL.parse(`${url.protocol}//${request.headers.host ?? ''}`)?.host;
}

function crossSite(): ProblemError {
  return new ProblemError(
    403,
    'cross_site',
    'This request comes from another site. Use the dashboard at its own address, or a program without an Origin header.',
  );
}
