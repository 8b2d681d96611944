import { createHash, randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What a signed-in person may do: each role may do all that the ones before it may. */
export type Role = 'viewer' | 'operator' | 'admin';

/** A signed-in browser, as it is stored. */
export interface SessionRecord {
  /** SHA-256 of the cookie's value, hex: who reads the database can't sign in with it. */
  readonly idHash: string;
  readonly userName: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** Where sessions live. */
export interface SessionStorage {
  createSession(session: SessionRecord): Promise<void>;
  /** Null for an unknown one and for one that has expired. */
  readSession(idHash: string, nowIso: string): Promise<SessionRecord | null>;
  deleteSession(idHash: string): Promise<void>;
}

/** Sessions of browsers, by cookie. */
export interface Sessions {
  /** Starts a new session, ends the one that the browser had, and sets the cookie. */
  start(request: FastifyRequest, reply: FastifyReply, user: { name: string; role: Role }): Promise<void>;
  read(request: FastifyRequest): Promise<SessionRecord | null>;
  /** Ends the session of this request and clears the cookie. Gives the id hash of what ended, or null. */
  end(request: FastifyRequest, reply: FastifyReply): Promise<string | null>;
}

/** What {@link createSessions} needs. */
export interface SessionOptions {
  readonly storage: SessionStorage;
  /** Tells this server's cookie from that of another on the same host: cookies ignore ports. */
  readonly instanceId: string;
  /** True when people reach the server by https: the cookie is `Secure` and its name starts with `__Host-`. */
  readonly isHttps: boolean;
  readonly now: () => number;
}

/** A session ends 12 hours after it began, whether it is used or not: a working day. */
const SESSION_LIFETIME_MS: number = 12 * 60 * 60_000;
const COOKIE_VALUE = /^[\w-]{43}$/;

/** Sessions whose cookie no script can read and no other site can make a browser send. */
export function createSessions({ storage, instanceId, isHttps, now }: SessionOptions): Sessions {
  const name = `${isHttps ? '__Host-' : ''}stillframe_${instanceId.slice(0, 8)}`;
  const attributes = { path: '/', httpOnly: true, sameSite: 'strict', secure: isHttps } as const;

  function idHashOf(request: FastifyRequest): string | null {
    const value = request.cookies[name];
    if (value === undefined || !COOKIE_VALUE.test(value)) return null;
    return createHash('sha256').update(value).digest('hex');
  }

  return {
    async start(request, reply, user) {
      const former = idHashOf(request);
      if (former !== null) await storage.deleteSession(former);
      const value = randomBytes(32).toString('base64url');
      await storage.createSession({
        idHash: createHash('sha256').update(value).digest('hex'),
        userName: user.name,
        role: user.role,
        createdAt: new Date(now()).toISOString(),
        expiresAt: new Date(now() + SESSION_LIFETIME_MS).toISOString(),
      });
      reply.setCookie(name, value, { ...attributes, maxAge: SESSION_LIFETIME_MS / 1_000 });
    },
    async read(request) {
      const idHash = idHashOf(request);
      return idHash === null ? null : storage.readSession(idHash, new Date(now()).toISOString());
    },
    async end(request, reply) {
      const idHash = idHashOf(request);
      if (idHash !== null) await storage.deleteSession(idHash);
      reply.clearCookie(name, attributes);
      return idHash;
    },
  };
}
