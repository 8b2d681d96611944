import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { isDirectLoopback } from './loopback.ts';
import type { Role, Sessions } from './session.ts';

/** Who makes a request of the dashboard API. */
export interface Principal {
  readonly name: string;
  readonly role: Role;
  /** Names the session towards live streams; null for the command line, which has none that could end. */
  readonly sessionId: string | null;
  /** When the session ends, RFC 3339; null for the command line, whose token ends with the server. */
  readonly expiresAt: string | null;
}

/** Who is behind the request, or null. */
export type Authenticate = (request: FastifyRequest) => Promise<Principal | null>;

/**
 * Two ways in: the cookie of a session, or the local token, which only a program on this machine can use and only when
 * nothing forwarded its request. A request with an `Authorization` header is judged by that alone.
 */
export function createAuthenticate(sessions: Sessions, localToken: string): Authenticate {
  const expected = sha256(`Bearer ${localToken}`);
  return async (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const isLocal = timingSafeEqual(sha256(authorization), expected) && isDirectLoopback(request.raw);
      return isLocal ? { name: 'local', role: 'admin', sessionId: null, expiresAt: null } : null;
    }
    const session = await sessions.read(request);
    if (session === null) return null;
    return {
      name: session.userName,
      role: session.role,
      sessionId: session.idHash,
      expiresAt: session.expiresAt,
    };
  };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
