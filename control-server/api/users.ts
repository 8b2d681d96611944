import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Invitation, InvitedUser } from '../../src/protocol/api-people.ts';
import type { App } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import { createOneTimeCode } from '../http/one-time-code.ts';
import type { StoredUser } from '../store/people-store.ts';
import { recorded } from './audit-trail.ts';
import type { ApiDependencies } from './dependencies.ts';
import { toUserResource } from './person-resource.ts';
import { personName, role } from './person-schema.ts';
import { answers, nothing } from './problem-answers.ts';

const tags = ['users'];
/** Over a weekend, and no longer. */
const INVITATION_LIFETIME_MS: number = 72 * 60 * 60_000;
const orNull = Type.Union([Type.String(), Type.Null()]);
const user = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role,
  signIn: Type.Union([Type.Literal('password'), Type.Literal('oidc'), Type.Literal('invited')]),
  createdAt: Type.String(),
  lastSignInAt: orNull,
  disabledAt: orNull,
});
const invited = Type.Object({
  user,
  invitation: Type.Object({
    link: Type.String({ description: 'Works once, for 72 hours; never shown again' }),
    expiresAt: Type.String(),
  }),
});
const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const MISSING = { 404: 'No such user' };
const LAST_ADMIN = { 409: 'Nobody who can sign in would be an administrator any more (`last_admin`)' };

/** The people who may use the server. */
export function registerUsers(api: App, deps: ApiDependencies): void {
  const { store, live, now, linkBase } = deps;

  async function invite(request: FastifyRequest, userId: string): Promise<Invitation> {
    const { code, codeHash } = createOneTimeCode();
    const expiresAt = new Date(now() + INVITATION_LIFETIME_MS).toISOString();
    await recorded(request, 'user.invite').createInvitation({ codeHash, userId, expiresAt });
    return { link: `${linkBase()}/invitation#code=${code}`, expiresAt };
  }

  async function read(id: string): Promise<StoredUser> {
    const found = await store.readUserById(id);
    if (found === null) throw noSuchUser();
    return found;
  }

  /** At once on this node; each other notices within a second. */
  async function endStreamsOf(id: string, end: () => Promise<unknown>): Promise<void> {
    const sessions = await store.listSessions(id, new Date(now()).toISOString());
    const tokens = await store.listTokens(id);
    await end();
    for (const { idHash } of sessions) live.endSession(idHash);
    for (const token of tokens) live.endSession(`token:${token.id}`);
  }

  api.get('/users', {
    config: { access: 'admin' },
    schema: { tags, summary: 'All accounts', response: answers({ 200: Type.Array(user) }) },
    handler: async () => (await store.listUsers()).map(toUserResource),
  });

  api.post('/users', {
    config: { access: 'admin' },
    schema: {
      tags,
      summary: 'Make an account; the person chooses a password by the link in the answer',
      body: Type.Object({ name: personName, role }, { additionalProperties: false }),
      response: answers({ 201: invited }, { 409: 'The name is taken (`user_exists`)' }),
    },
    handler: async (request, reply) => {
      const made: StoredUser = {
        ...request.body,
        id: randomUUID(),
        passwordHash: null,
        identity: null,
        createdAt: new Date(now()).toISOString(),
        lastSignInAt: null,
        disabledAt: null,
      };
      await recorded(request, 'user.create').createUser(made);
      const invitation = await invite(request, made.id);
      return reply.code(201).send({ user: toUserResource(made), invitation } satisfies InvitedUser);
    },
  });

  api.get('/users/:id', {
    config: { access: 'admin' },
    schema: { tags, summary: 'One account', params, response: answers({ 200: user }, MISSING) },
    handler: async ({ params }) => toUserResource(await read(params.id)),
  });

  api.patch('/users/:id', {
    config: { access: 'admin' },
    schema: {
      tags,
      summary: 'Change a role, or disable an account: its sessions, tokens and streams end at once',
      params,
      body: Type.Object(
        { role: Type.Optional(role), disabled: Type.Optional(Type.Boolean()) },
        { additionalProperties: false, description: 'What is left out stays' },
      ),
      response: answers({ 200: user }, { ...MISSING, ...LAST_ADMIN }),
    },
    handler: async (request) => {
      const { id } = request.params;
      const { role: wanted, disabled } = request.body;
      const disabledAt = disabled === true ? new Date(now()).toISOString() : null;
      const patch = {
        ...(wanted === undefined ? {} : { role: wanted }),
        ...(disabled === undefined ? {} : { disabledAt }),
      };
      let changed: StoredUser | null = null;
      const change = async (): Promise<void> => {
        changed = await recorded(request, 'user.change').updateUser(id, patch);
      };
      await (disabled === true ? endStreamsOf(id, change) : change());
      if (changed === null) throw noSuchUser();
      return toUserResource(changed);
    },
  });

  api.delete('/users/:id', {
    config: { access: 'admin' },
    schema: {
      tags,
      summary: 'Remove an account with its sessions and tokens; what it did stays in the audit',
      params,
      response: answers({ 204: nothing('Removed') }, { ...MISSING, ...LAST_ADMIN }),
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      await endStreamsOf(id, async () => {
        if (!(await recorded(request, 'user.delete').deleteUser(id))) throw noSuchUser();
      });
      return reply.code(204).send();
    },
  });

  api.post('/users/:id/invitation', {
    config: { access: 'admin' },
    schema: {
      tags,
      summary: 'A new link to choose a password by, for who lost the first one or forgot the password',
      params,
      response: answers(
        { 201: invited },
        { ...MISSING, 409: 'Disabled, or signs in elsewhere (`cannot_be_invited`)' },
      ),
    },
    handler: async (request, reply) => {
      const found = await read(request.params.id);
      if (found.disabledAt !== null || found.identity !== null) {
        throw new ProblemError(
          409,
          'cannot_be_invited',
          found.identity === null
            ? 'This account is disabled. Enable it first.'
            : 'This account signs in at the identity provider, and has no password here.',
        );
      }
      const invitation = await invite(request, found.id);
      return reply.code(201).send({ user: toUserResource(found), invitation } satisfies InvitedUser);
    },
  });
}

function noSuchUser(): ProblemError {
  return new ProblemError(404, 'user_not_found', 'There is no user with this id.');
}
