import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StoredUser } from '../store/people-store.ts';
import { asPerson, record } from './audit-trail.ts';
import type { ApiDependencies } from './dependencies.ts';

/** Starts the session of somebody who has shown who it is. */
export type SignIn = (request: FastifyRequest, reply: FastifyReply, user: StoredUser) => Promise<void>;

/** The one place where a person's session begins, whichever way was taken. */
export function createSignIn({
  store,
  sessions,
  now,
}: Pick<ApiDependencies, 'store' | 'sessions' | 'now'>): SignIn {
  return async (request, reply, user) => {
    await record(request, 'session.start', `user/${user.id}`, { actor: asPerson(user.name) });
    await store.noteSignIn(user.id, new Date(now()).toISOString());
    await sessions.start(request, reply, user);
  };
}
