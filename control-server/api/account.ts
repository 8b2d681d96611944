import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { OwnAccount, SessionResource } from '../../src/protocol/api-people.ts';
import type { App } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import { signedIn } from './access.ts';
import { recorded } from './audit-trail.ts';
import type { ApiDependencies } from './dependencies.ts';
import { newPassword, password } from './person-schema.ts';
import { answers, nothing } from './problem-answers.ts';
import { createSignIn } from './sign-in.ts';
import { tooManyAttempts } from './too-many-attempts.ts';

const tags = ['session'];
/** As much of the hash as names a session among those of one person. */
const ID_LENGTH = 16;
const ownAccount = Type.Object({
  signIn: Type.Union([Type.Literal('password'), Type.Literal('oidc')], {
    description:
      '`oidc`: an identity provider vouches for the person, and there is no password here to change',
  }),
});
const session = Type.Object({
  id: Type.String(),
  current: Type.Boolean(),
  createdAt: Type.String(),
  lastUsedAt: Type.String({ description: 'To the minute' }),
  expiresAt: Type.String({ description: 'When it ends if nothing is asked for until then' }),
  address: Type.String(),
  userAgent: Type.String(),
});

/** What people do with their own account. */
export function registerAccount(api: App, deps: ApiDependencies): void {
  const { store, live, passwords, throttle, now } = deps;
  const nowIso = (): string => new Date(now()).toISOString();
  const signIn = createSignIn(deps);

  api.get('/me/account', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'How the own account signs in; null without one',
      response: answers({ 200: Type.Union([ownAccount, Type.Null()]) }),
    },
    handler: async (request): Promise<OwnAccount | null> => {
      const { userId } = signedIn(request);
      const user = userId === null ? null : await store.readUserById(userId);
      return user === null ? null : { signIn: user.identity === null ? 'password' : 'oidc' };
    },
  });

  api.post('/me/password', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'Change the own password: every other session ends, this one goes on under a new id',
      body: Type.Object({ current: password, password: newPassword }, { additionalProperties: false }),
      response: answers(
        { 204: nothing('Changed') },
        {
          403: 'The current password is wrong (`wrong_password`), or there is none (`no_own_password`)',
          429: 'Wait for `Retry-After` seconds',
        },
      ),
    },
    handler: async (request, reply) => {
      const user = await store.readUserById(requirePerson(request));
      if (user?.passwordHash === undefined || user.passwordHash === null) throw noOwnPassword();
      const waitMs = throttle.begin(user.name, request.ip);
      if (waitMs > 0) throw tooManyAttempts(waitMs);
      if (!(await passwords.verify(request.body.current, user.passwordHash))) {
        throw new ProblemError(403, 'wrong_password', 'The current password is wrong.', {
          place: { field: 'current' },
        });
      }
      throttle.succeed(user.name, request.ip);
      const passwordHash = await passwords.hash(request.body.password);
      const changed = await recorded(request, 'user.password').updateUser(user.id, { passwordHash });
      if (changed === null) throw noOwnPassword();
      for (const ended of await store.deleteSessionsOf(user.id, null)) live.endSession(ended);
      await signIn(request, reply, changed);
      return reply.code(204).send();
    },
  });

  api.get('/sessions', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'The browsers in which you are signed in',
      response: answers({ 200: Type.Array(session) }),
    },
    handler: async (request): Promise<SessionResource[]> => {
      const { userId, sessionId } = signedIn(request);
      if (userId === null) return [];
      return (await store.listSessions(userId, nowIso())).map((known) => ({
        id: known.idHash.slice(0, ID_LENGTH),
        current: known.idHash === sessionId,
        createdAt: known.createdAt,
        lastUsedAt: known.lastUsedAt,
        expiresAt: known.idleExpiresAt < known.expiresAt ? known.idleExpiresAt : known.expiresAt,
        address: known.address,
        userAgent: known.userAgent,
      }));
    },
  });

  api.delete('/sessions/:id', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'Sign out another browser of yours: its streams end at once',
      params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) }),
      response: answers({ 204: nothing('Ended') }, { 404: 'No such session of yours' }),
    },
    handler: async (request, reply) => {
      const { userId } = signedIn(request);
      const own = userId === null ? [] : await store.listSessions(userId, nowIso());
      const found = own.find(({ idHash }) => idHash.slice(0, ID_LENGTH) === request.params.id);
      if (found === undefined) {
        throw new ProblemError(404, 'session_not_found', 'You have no session with this id.');
      }
      await recorded(request, 'session.end').deleteSession(found.idHash);
      live.endSession(found.idHash);
      return reply.code(204).send();
    },
  });
}

/** Tokens must not be able to take an account over. */
function requirePerson(request: FastifyRequest): string {
  const { kind, userId } = signedIn(request);
  if (kind !== 'person' || userId === null) throw noOwnPassword();
  return userId;
}

function noOwnPassword(): ProblemError {
  return new ProblemError(
    403,
    'no_own_password',
    'Only who is signed in with a password of this server can change it here.',
  );
}
