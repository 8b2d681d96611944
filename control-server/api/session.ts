import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import type { Me } from '../../src/protocol/api.ts';
import type { App } from '../http/app.ts';
import { hashOneTimeCode } from '../http/one-time-code.ts';
import { ProblemError } from '../http/problem.ts';
import type { Role } from '../http/role.ts';
import type { StoredUser } from '../store/people-store.ts';
import { signedIn } from './access.ts';
import { asPerson, record, recorded } from './audit-trail.ts';
import type { ApiDependencies } from './dependencies.ts';
import { newPassword, password, personName, role } from './person-schema.ts';
import { answers, nothing } from './problem-answers.ts';
import { requireSafeTransport } from './safe-transport.ts';
import { createSignIn } from './sign-in.ts';
import { tooManyAttempts } from './too-many-attempts.ts';

const tags = ['session'];
const code = Type.String({ minLength: 1, maxLength: 100, description: 'From the fragment of the link' });
const me = Type.Object({
  name: Type.String(),
  role,
  serverVersion: Type.String(),
});
const REFUSALS = {
  403: 'Sent by another site, or over plain http from another machine (`insecure_transport`)',
};

/** Signing in and out. */
export function registerSession(api: App, deps: ApiDependencies): void {
  const { store, live, sessions, passwords, throttle, loginCodes, setupCodes, now } = deps;
  const signIn = createSignIn(deps);
  /** For who came from the identity provider: else the next click there signs in again. */
  async function signOutUrlOf(userId: string | null): Promise<string | null> {
    if (deps.oidc === null || userId === null) return null;
    const user = await store.readUserById(userId);
    return user?.identity === null || user === null ? null : deps.oidc.signOutUrl();
  }
  const toMe = (user: { name: string; role: Role }): Me => ({
    name: user.name,
    role: user.role,
    serverVersion: deps.serverVersion,
  });

  api.get('/me', {
    config: { access: 'viewer' },
    schema: { tags, summary: 'Who is signed in', response: answers({ 200: me }) },
    handler: (request) => toMe(signedIn(request)),
  });

  api.post('/session', {
    config: { access: 'public' },
    schema: {
      tags,
      summary: 'Sign in with a name and a password',
      body: Type.Object({ name: personName, password }, { additionalProperties: false }),
      response: answers(
        { 200: me },
        {
          ...REFUSALS,
          401: 'Wrong name or password (`wrong_credentials`)',
          429: 'Wait for `Retry-After` seconds',
        },
      ),
    },
    handler: async (request, reply) => {
      requireSafeTransport(request, deps);
      const waitMs = throttle.begin(request.body.name, request.ip);
      if (waitMs > 0) throw tooManyAttempts(waitMs);
      const user = await store.readUser(request.body.name);
      const isRight = await passwords.verify(request.body.password, user?.passwordHash ?? null);
      if (!isRight || user === null || user.disabledAt !== null) {
        request.log.warn({ address: request.ip }, 'sign-in refused');
        await record(request, 'session.refuse', 'session', { actor: asPerson(request.body.name) });
        throw new ProblemError(401, 'wrong_credentials', 'The name or the password is wrong.');
      }
      throttle.succeed(request.body.name, request.ip);
      await signIn(request, reply, user);
      return toMe(user);
    },
  });

  api.post('/session/code', {
    config: { access: 'public' },
    schema: {
      tags,
      summary: 'Sign in with the code of a login link, which works once',
      body: Type.Object({ code }, { additionalProperties: false }),
      response: answers(
        { 204: nothing('Signed in') },
        { ...REFUSALS, 401: 'Unknown, used or lapsed (`code_lapsed`)' },
      ),
    },
    handler: async (request, reply) => {
      requireSafeTransport(request, deps);
      if (!loginCodes.redeem(request.body.code)) throw codeLapsed('login link', 'the demo');
      const actor = { actor: 'local', actorKind: 'local' } as const;
      await record(request, 'session.start', 'session', { actor, after: { by: 'login link' } });
      await sessions.start(request, reply, { id: null, name: 'local', role: 'admin' });
      return reply.code(204).send();
    },
  });

  api.post('/setup', {
    config: { access: 'public' },
    schema: {
      tags,
      summary: 'Make the first administrator with the code of the set-up link, and sign in',
      body: Type.Object({ code, name: personName, password: newPassword }, { additionalProperties: false }),
      response: answers(
        { 201: me },
        {
          ...REFUSALS,
          401: 'Unknown, used or lapsed (`code_lapsed`)',
          409: 'There is an account already, made by another way (`already_set_up`)',
        },
      ),
    },
    handler: async (request, reply) => {
      requireSafeTransport(request, deps);
      const { code: setupCode, password } = request.body;
      if (!setupCodes.holds(setupCode)) throw codeLapsed('set-up link', 'the server');
      // Before the code is spent: hashing is refused while too many sign in.
      const passwordHash = await passwords.hash(password);
      if (!setupCodes.redeem(setupCode)) throw codeLapsed('set-up link', 'the server');
      setupCodes.clear();
      const user: StoredUser = {
        id: randomUUID(),
        name: request.body.name,
        passwordHash,
        identity: null,
        role: 'admin',
        createdAt: new Date(now()).toISOString(),
        lastSignInAt: null,
        disabledAt: null,
      };
      // Each node has printed a link of its own, and a person may have come by the identity provider meanwhile.
      if (!(await recorded(request, 'user.create', asPerson(user.name)).createFirstUser(user))) {
        throw alreadySetUp();
      }
      await signIn(request, reply, user);
      return reply.code(201).send(toMe(user));
    },
  });

  api.post('/invitation', {
    config: { access: 'public' },
    schema: {
      tags,
      summary: 'Choose a password with the code of an invitation, which works once, and sign in',
      body: Type.Object({ code, password: newPassword }, { additionalProperties: false }),
      response: answers({ 200: me }, { ...REFUSALS, 401: 'Unknown, used or lapsed (`code_lapsed`)' }),
    },
    handler: async (request, reply) => {
      requireSafeTransport(request, deps);
      const codeHash = hashOneTimeCode(request.body.code);
      const nowIso = new Date(now()).toISOString();
      if (!(await store.holdsInvitation(codeHash, nowIso))) throw invitationLapsed();
      // Before the code is spent: hashing is refused while too many sign in.
      const passwordHash = await passwords.hash(request.body.password);
      const invited = { actor: 'invitation', actorKind: 'person' } as const;
      const changes = recorded(request, 'user.password', invited);
      const user = await changes.redeemInvitation(codeHash, passwordHash, nowIso);
      if (user === null) throw invitationLapsed();
      await signIn(request, reply, user);
      return toMe(user);
    },
  });

  api.delete('/session', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'Sign out: the session and its streams end',
      response: answers({
        200: Type.Object(
          { signOutUrl: Type.String() },
          { description: 'Signed out here; go there to sign out at the identity provider too' },
        ),
        204: nothing('Signed out'),
      }),
    },
    handler: async (request, reply) => {
      await record(request, 'session.end', 'session');
      const ended = await sessions.end(request, reply);
      if (ended !== null) live.endSession(ended);
      const signOutUrl = await signOutUrlOf(signedIn(request).userId);
      return signOutUrl === null ? reply.code(204).send() : reply.send({ signOutUrl });
    },
  });
}

function codeLapsed(link: string, printedBy: string): ProblemError {
  return new ProblemError(
    401,
    'code_lapsed',
    `This ${link} was used already or is too old. Restart ${printedBy} for a new one.`,
  );
}

function alreadySetUp(): ProblemError {
  return new ProblemError(
    409,
    'already_set_up',
    'Somebody has made the first account already. Sign in with it, or have an administrator invite you.',
  );
}

function invitationLapsed(): ProblemError {
  return new ProblemError(
    401,
    'code_lapsed',
    'This invitation was used already or is too old. Ask an administrator for a new one.',
  );
}
