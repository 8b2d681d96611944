import type { FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import type { Me } from '../../src/protocol/api.ts';
import type { App } from '../http/app.ts';
import { isDirectLoopback } from '../http/loopback.ts';
import { ProblemError } from '../http/problem.ts';
import type { Role } from '../http/session.ts';
import { signedIn } from './access.ts';
import type { ApiDependencies } from './dependencies.ts';
import { answers, nothing } from './problem-answers.ts';

const tags = ['session'];
const code = Type.String({ minLength: 1, maxLength: 100, description: 'From the fragment of the link' });
const name = Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\u0000-\\u001f\\u007f]+$' });
/** Long enough to be worth hashing slowly, short enough that hashing stays cheap. */
const newPassword = Type.String({ minLength: 12, maxLength: 1024 });
const me = Type.Object({
  name: Type.String(),
  role: Type.Union([Type.Literal('viewer'), Type.Literal('operator'), Type.Literal('admin')]),
  serverVersion: Type.String(),
});
const REFUSALS = {
  403: 'Sent by another site, or over plain http from another machine (`insecure_transport`)',
};

/** Signing in and out. */
export function registerSession(api: App, deps: ApiDependencies): void {
  const { store, live, sessions, passwords, throttle, loginCodes, setupCodes, now } = deps;
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
      body: Type.Object(
        { name, password: Type.String({ minLength: 1, maxLength: 1024 }) },
        { additionalProperties: false },
      ),
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
      if (!(await passwords.verify(request.body.password, user?.passwordHash ?? null)) || user === null) {
        request.log.warn({ address: request.ip }, 'sign-in refused');
        throw new ProblemError(401, 'wrong_credentials', 'The name or the password is wrong.');
      }
      throttle.succeed(request.body.name, request.ip);
      await sessions.start(request, reply, user);
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
      await sessions.start(request, reply, { name: 'local', role: 'admin' });
      return reply.code(204).send();
    },
  });

  api.post('/setup', {
    config: { access: 'public' },
    schema: {
      tags,
      summary: 'Make the first administrator with the code of the set-up link, and sign in',
      body: Type.Object({ code, name, password: newPassword }, { additionalProperties: false }),
      response: answers({ 201: me }, { ...REFUSALS, 401: 'Unknown, used or lapsed (`code_lapsed`)' }),
    },
    handler: async (request, reply) => {
      requireSafeTransport(request, deps);
      const { code: setupCode, password } = request.body;
      if (!setupCodes.holds(setupCode)) throw codeLapsed('set-up link', 'the server');
      // Before the code is spent: hashing is refused while too many sign in.
      const passwordHash = await passwords.hash(password);
      if (!setupCodes.redeem(setupCode)) throw codeLapsed('set-up link', 'the server');
      setupCodes.clear();
      const user = { name: request.body.name, role: 'admin' as const };
      await store.createUser({
        ...user,
        id: randomUUID(),
        passwordHash,
        createdAt: new Date(now()).toISOString(),
      });
      await sessions.start(request, reply, user);
      return reply.code(201).send(toMe(user));
    },
  });

  api.delete('/session', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'Sign out: the session and its streams end',
      response: answers({ 204: nothing('Signed out') }),
    },
    handler: async (request, reply) => {
      const ended = await sessions.end(request, reply);
      if (ended !== null) live.endSession(ended);
      return reply.code(204).send();
    },
  });
}

/** A password or a session must not cross a network in the clear. */
function requireSafeTransport(request: FastifyRequest, deps: ApiDependencies): void {
  if (request.protocol === 'https' || deps.allowsInsecureSignIn || isDirectLoopback(request.raw)) return;
  throw new ProblemError(
    403,
    'insecure_transport',
    'Signing in over plain http works on the machine of the server only. Give the server a certificate (tlsCert, tlsKey), or a publicUrl that starts with https when a proxy has one.',
  );
}

function tooManyAttempts(waitMs: number): ProblemError {
  const seconds = Math.ceil(waitMs / 1_000);
  return new ProblemError(429, 'too_many_attempts', `Too many attempts. Try again in ${seconds} s.`, {
    headers: { 'retry-after': String(seconds) },
  });
}

function codeLapsed(link: string, printedBy: string): ProblemError {
  return new ProblemError(
    401,
    'code_lapsed',
    `This ${link} was used already or is too old. Restart ${printedBy} for a new one.`,
  );
}
