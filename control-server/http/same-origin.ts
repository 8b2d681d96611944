import type { FastifyRequest } from 'fastify';
import { ProblemError } from './problem.ts';

/** What a browser says of requests by a script, and of links that are followed: the only ways to this API. */
const DESTINATIONS: readonly string[] = ['empty', 'document'];

/**
 * Refuses what another site, or another port of this machine, makes a browser send. `SameSite` cookies don't: they
 * ignore ports, and every development server on localhost is the same site.
 *
 * A change must come from our own pages, or from a program (which sends neither header); a read may also be typed into
 * the address bar. Our own pages fetch answers or link to them, and embed none: what asks for one as a script, a style or
 * a frame is markup that somebody has smuggled into a page.
 */
export function requireSameOrigin(request: FastifyRequest): void {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && !(isRead && site === 'none')) throw crossSite();
  const origin = request.headers.origin;
  if (origin !== undefined && !isOwnOrigin(origin, request)) throw crossSite();
  const destination = request.headers['sec-fetch-dest'];
  if (typeof destination === 'string' && !DESTINATIONS.includes(destination)) throw embedded();
}

function isOwnOrigin(origin: string, request: FastifyRequest): boolean {
  const url = URL.parse(origin);
  // Behind a proxy that ends TLS we see http while the page was https; on our own TLS the page must be https.
  const schemes = request.protocol === 'https' ? ['https:'] : ['http:', 'https:'];
  if (url === null || !schemes.includes(url.protocol)) return false;
  return url.host === URL.parse(`${url.protocol}//${request.headers.host ?? ''}`)?.host;
}

function embedded(): ProblemError {
  return new ProblemError(
    403,
    'embedded',
    'Answers of the API are data: a page can fetch them or link to them, and not embed them.',
  );
}

function crossSite(): ProblemError {
  return new ProblemError(
    403,
    'cross_site',
    'This request comes from another site. Use the dashboard at its own address, or a program without an Origin header.',
  );
}
