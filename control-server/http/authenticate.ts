import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { isDirectLoopback } from './loopback.ts';
import { ProblemError } from './problem.ts';
import { checkPersonalToken } from './personal-token.ts';
import type { CheckableToken } from './personal-token.ts';
import type { Role } from './role.ts';
import type { Sessions } from './session.ts';

/** Who makes a request of the dashboard API. */
export interface Principal {
  readonly name: string;
  readonly role: Role;
  /** `local`: who has this machine, by the token of the command line or the login link of the demo. */
  readonly kind: 'person' | 'token' | 'local';
  /** The account; null for `local`. */
  readonly userId: string | null;
  /** Of a personal token. */
  readonly tokenId: string | null;
  /** Hash of the session's id; null without one. */
  readonly sessionId: string | null;
  /** When the session or the token ends, RFC 3339; null for the local token, which ends with the server. */
  readonly expiresAt: string | null;
}

/** Who is behind the request, or null. */
export type Authenticate = (request: FastifyRequest) => Promise<Principal | null>;

/** What {@link createAuthenticate} needs. */
export interface AuthenticateOptions {
  readonly sessions: Pick<Sessions, 'read'>;
  readonly localToken: string;
  /** Looks a personal token up by its id. */
  readonly readToken: (id: string) => Promise<NamedToken | null>;
  /** Notes that a token was used; must not throw. */
  readonly noteTokenUse: (id: string) => void;
  /**
   * How long tokens of an account of the identity provider work after its last sign-in: it is the only moment in which the
   * server hears that somebody has left.
   */
  readonly ownerUnseenMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A personal token with its names. */
export interface NamedToken extends CheckableToken {
  readonly id: string;
  readonly userId: string;
  readonly userName: string;
}

/**
 * Three ways in: the cookie of a session, a personal token, or the local token, which only a program on this machine can
 * use and only when nothing forwarded its request. A request with an `Authorization` header is judged by that alone.
 */
export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const { sessions, readToken, noteTokenUse, ownerUnseenMs, now } = options;
  const expected = sha256(`Bearer ${options.localToken}`);

  async function byToken(text: string): Promise<Principal | null> {
    const valid = await checkPersonalToken(text, readToken, now());
    if (valid === null) return null;
    const { id, userId, userName, expiresAt, ownerConfirmedAt } = valid.token;
    if (ownerConfirmedAt !== null && now() - Date.parse(ownerConfirmedAt) > ownerUnseenMs)
      throw signInAgain();
    noteTokenUse(id);
    return {
      name: userName,
      role: valid.role,
      kind: 'token',
      userId,
      tokenId: id,
      sessionId: null,
      expiresAt,
    };
  }

  return async (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      if (timingSafeEqual(sha256(authorization), expected)) {
        return isDirectLoopback(request.raw) ? LOCAL : null;
      }
      const bearer = /^Bearer +(\S+)$/i.exec(authorization);
      return bearer?.[1] === undefined ? null : byToken(bearer[1]);
    }
    const session = await sessions.read(request);
    if (session === null) return null;
    const { userName: name, role, userId, idHash: sessionId, expiresAt } = session;
    return {
      name,
      role,
      kind: userId === null ? 'local' : 'person',
      userId,
      tokenId: null,
      sessionId,
      expiresAt,
    };
  };
}

const LOCAL: Principal = {
  name: 'local',
  role: 'admin',
  kind: 'local',
  userId: null,
  tokenId: null,
  sessionId: null,
  expiresAt: null,
};

/** Only who has the secret is told. */
function signInAgain(): ProblemError {
  return new ProblemError(
    401,
    'sign_in_again',
    'The owner of this token has not signed in for too long. Sign in to the dashboard once, then the token works again.',
  );
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
