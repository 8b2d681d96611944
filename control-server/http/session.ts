import { createHash, randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Role } from './role.ts';

/** A signed-in browser, as it is stored. */
export interface SessionRecord {
  /** SHA-256 of the cookie's value, hex: who reads the database can't sign in with it. */
  readonly idHash: string;
  /** Null for who has no account: the login link of the demo. */
  readonly userId: string | null;
  readonly userName: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly expiresAt: string;
  readonly idleExpiresAt: string;
  readonly address: string;
  readonly userAgent: string;
}

/** Where sessions live. */
export interface SessionStorage {
  createSession(session: SessionRecord): Promise<void>;
  /** Null for an unknown one and for one that has ended. */
  readSession(idHash: string, nowIso: string): Promise<SessionRecord | null>;
  /** Notes a use, and moves the idle end. */
  touchSession(idHash: string, nowIso: string, idleExpiresAt: string): Promise<void>;
  deleteSession(idHash: string): Promise<void>;
}

/** Who signs in. */
export interface SignedInUser {
  readonly id: string | null;
  readonly name: string;
  readonly role: Role;
}

/** Sessions of browsers, by cookie. */
export interface Sessions {
  /**
   * Starts a new session under a new id, ends the one that the browser had, and sets the cookie. Gives its id hash.
   * @param lifetimeMs after which it ends in any case; default 12 hours
   */
  start(
    request: FastifyRequest,
    reply: FastifyReply,
    user: SignedInUser,
    lifetimeMs?: number,
  ): Promise<string>;
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
/** And after two hours in which nothing was asked for. */
const SESSION_IDLE_MS: number = 2 * 60 * 60_000;
/** A use is noted once in this time at most: each note is a write. */
const NOTED_EVERY_MS = 60_000;
const COOKIE_VALUE = /^[\w-]{43}$/;
const MAX_USER_AGENT = 200;
const MAX_ADDRESS = 64;

/** Sessions whose cookie no script can read and no other site can make a browser send. */
export function createSessions({ storage, instanceId, isHttps, now }: SessionOptions): Sessions {
  const name = `${isHttps ? '__Host-' : ''}stillframe_${instanceId.slice(0, 8)}`;
  const attributes = { path: '/', httpOnly: true, sameSite: 'strict', secure: isHttps } as const;
  const iso = (ms: number): string => new Date(ms).toISOString();

  function idHashOf(request: FastifyRequest): string | null {
    const value = request.cookies[name];
    if (value === undefined || !COOKIE_VALUE.test(value)) return null;
    return createHash('sha256').update(value).digest('hex');
  }

  return {
    async start(request, reply, user, lifetimeMs = SESSION_LIFETIME_MS) {
      const former = idHashOf(request);
      if (former !== null) await storage.deleteSession(former);
      const value = randomBytes(32).toString('base64url');
      const idHash = createHash('sha256').update(value).digest('hex');
      const nowMs = now();
      await storage.createSession({
        idHash,
        userId: user.id,
        userName: user.name,
        role: user.role,
        createdAt: iso(nowMs),
        lastUsedAt: iso(nowMs),
        expiresAt: iso(nowMs + lifetimeMs),
        idleExpiresAt: iso(nowMs + SESSION_IDLE_MS),
        address: request.ip.slice(0, MAX_ADDRESS),
        userAgent: (request.headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT),
      });
      reply.setCookie(name, value, { ...attributes, maxAge: lifetimeMs / 1_000 });
      return idHash;
    },
    async read(request) {
      const idHash = idHashOf(request);
      if (idHash === null) return null;
      const nowMs = now();
      const session = await storage.readSession(idHash, iso(nowMs));
      if (session !== null && nowMs - Date.parse(session.lastUsedAt) >= NOTED_EVERY_MS) {
        // Waited for: a session that can't be kept alive must not seem to be.
        await storage.touchSession(idHash, iso(nowMs), iso(nowMs + SESSION_IDLE_MS));
      }
      return session;
    },
    async end(request, reply) {
      const idHash = idHashOf(request);
      if (idHash !== null) await storage.deleteSession(idHash);
      reply.clearCookie(name, attributes);
      return idHash;
    },
  };
}
