import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StoredUser } from '../store/people-store.ts';
import { ProblemError } from '../http/problem.ts';
import { asPerson, record, recorded } from './audit-trail.ts';
import type { ApiDependencies } from './dependencies.ts';

/** Starts the session of somebody who has shown who it is, for as long as is said, or for 12 hours. */
export type SignIn = (
  request: FastifyRequest,
  reply: FastifyReply,
  user: StoredUser,
  lifetimeMs?: number,
) => Promise<void>;

/**
 * The one place where a person's session begins, whichever way was taken. Rejects with 401 `wrong_credentials` when what let
 * the person in ended while it was being checked.
 */
export function createSignIn({
  store,
  sessions,
  now,
}: Pick<ApiDependencies, 'store' | 'sessions' | 'now'>): SignIn {
  return async (request, reply, user, lifetimeMs) => {
    await record(request, 'session.start', `user/${user.id}`, { actor: asPerson(user.name) });
    await store.noteSignIn(user.id, new Date(now()).toISOString());
    const idHash = await sessions.start(request, reply, user, lifetimeMs);
    // Asked once the session is there: a new password ends those that are, and would not have ended this one.
    const known = await store.readUserById(user.id);
    if (known?.passwordHash === user.passwordHash && known.disabledAt === null) return;
    await recorded(request, 'session.end', asPerson(user.name)).deleteSession(idHash);
    throw new ProblemError(401, 'wrong_credentials', 'The name or the password is wrong.');
  };
}
