import type { FastifyRequest } from 'fastify';
import { isDirectLoopback } from '../http/loopback.ts';
import { ProblemError } from '../http/problem.ts';
import type { ApiDependencies } from './dependencies.ts';

/** Refuses what would let a password, a session or a personal token cross a network in the clear. */
export function requireSafeTransport(
  request: FastifyRequest,
  { allowsInsecureSignIn }: Pick<ApiDependencies, 'allowsInsecureSignIn'>,
): void {
  if (request.protocol === 'https' || allowsInsecureSignIn || isDirectLoopback(request.raw)) return;
  throw new ProblemError(
    403,
    'insecure_transport',
    'Signing in over plain http works on the machine of the server only. Give the server a certificate (tlsCert, tlsKey), or a publicUrl that starts with https when a proxy has one.',
  );
}
