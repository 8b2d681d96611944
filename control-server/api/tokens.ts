import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { NewPersonalTokenSecret, PersonalToken } from '../../src/protocol/api-people.ts';
import type { App } from '../http/app.ts';
import { createPersonalTokenSecret } from '../http/personal-token.ts';
import { ProblemError } from '../http/problem.ts';
import { isAtLeast } from '../http/role.ts';
import type { Role } from '../http/role.ts';
import type { StoredToken } from '../store/token-store.ts';
import { signedIn } from './access.ts';
import { recorded } from './audit-trail.ts';
import type { ApiDependencies } from './dependencies.ts';
import { personName, role } from './person-schema.ts';
import { answers, nothing } from './problem-answers.ts';

const tags = ['tokens'];
const DAY_MS: number = 24 * 60 * 60_000;
const DEFAULT_DAYS = 90;
const MAX_DAYS = 365;
const MAX_GRACE_SECONDS: number = 7 * 24 * 60 * 60;
const orNull = Type.Union([Type.String(), Type.Null()]);
const token = Type.Object({
  id: Type.String(),
  name: Type.String(),
  userName: Type.String(),
  role,
  createdAt: Type.String(),
  expiresAt: Type.String(),
  lastUsedAt: orNull,
  revokedAt: orNull,
  replacedBy: orNull,
});
const newToken = Type.Object({ token, secret: Type.String({ description: 'Never shown again' }) });
const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const MISSING = { 404: 'No such token, or not yours' };

/** Personal tokens, with which the command line and CI act for a person. */
export function registerTokens(api: App, { store, live, now }: ApiDependencies): void {
  const nowIso = (): string => new Date(now()).toISOString();

  /** A token of one's own; an administrator, anybody's. */
  async function find(request: FastifyRequest, id: string): Promise<StoredToken> {
    const { userId, role: asking } = signedIn(request);
    const found = await store.readToken(id);
    if (found === null || (found.userId !== userId && !isAtLeast(asking, 'admin'))) throw noSuchToken();
    return found;
  }

  api.get('/tokens', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'Your tokens, without their secrets; for administrators `of=everybody` lists all',
      querystring: Type.Object(
        { of: Type.Optional(Type.Literal('everybody')) },
        { additionalProperties: false },
      ),
      response: answers({ 200: Type.Array(token) }),
    },
    handler: async (request): Promise<PersonalToken[]> => {
      const { userId, role: asking } = signedIn(request);
      const wantsAll = request.query.of === 'everybody' || userId === null;
      if (wantsAll && !isAtLeast(asking, 'admin')) {
        throw new ProblemError(403, 'not_allowed', 'Only administrators see the tokens of others.');
      }
      return (await store.listTokens(wantsAll ? null : userId)).map(toResource);
    },
  });

  api.post('/tokens', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'Make a token; its secret is in this answer and never again',
      body: Type.Object(
        {
          name: personName,
          role: Type.Optional(role),
          expiresInDays: Type.Optional(
            Type.Integer({ minimum: 1, maximum: MAX_DAYS, description: 'Default 90' }),
          ),
          userName: Type.Optional(personName),
        },
        { additionalProperties: false },
      ),
      response: answers(
        { 201: newToken },
        { 409: 'The account has as many tokens as it may (`too_many_tokens`)' },
      ),
    },
    handler: async (request, reply) => {
      const { name, role: wantedRole, expiresInDays = DEFAULT_DAYS, userName } = request.body;
      const owner = await ownerOf(request, store, userName);
      const wanted = wantedRole ?? owner.role;
      if (!isAtLeast(owner.role, wanted)) {
        throw refuse('role', `A token of "${owner.name}" has at most the role "${owner.role}".`);
      }
      const endsAtMs = now() + expiresInDays * DAY_MS;
      const { tokenId, expiresAt } = signedIn(request);
      // Else who finds a token that ends tonight makes one that doesn't.
      const isOutliving = tokenId !== null && expiresAt !== null && endsAtMs > Date.parse(expiresAt);
      const made = prepare(
        { userId: owner.id, userName: owner.name, name, role: wanted },
        isOutliving ? Date.parse(expiresAt) : endsAtMs,
        now(),
      );
      await recorded(request, 'token.create').createToken(made.stored);
      return reply.code(201).send(made.answer);
    },
  });

  api.post('/tokens/:id/rotate', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'Make a token of the same kind and length; the old one ends once its grace is over',
      params,
      body: Type.Object(
        { graceSeconds: Type.Integer({ minimum: 0, maximum: MAX_GRACE_SECONDS }) },
        { additionalProperties: false },
      ),
      response: answers(
        { 201: newToken },
        {
          ...MISSING,
          409: 'It has ended or was rotated already (`token_ended`), or there are too many (`too_many_tokens`)',
        },
      ),
    },
    handler: async (request, reply) => {
      const former = await find(request, request.params.id);
      const { userId, tokenId, expiresAt, role: asking } = signedIn(request);
      if (former.userId !== userId) {
        throw new ProblemError(403, 'not_allowed', 'Only its owner rotates a token. Revoke it instead.');
      }
      // The answer holds a secret: a token must not come by one that may do more.
      if (!isAtLeast(asking, former.role)) {
        throw new ProblemError(403, 'not_allowed', `Rotating this token needs the role "${former.role}".`);
      }
      const lengthMs = Date.parse(former.expiresAt) - Date.parse(former.createdAt);
      const endsAtMs = now() + lengthMs;
      const endMs =
        tokenId === null || expiresAt === null ? endsAtMs : Math.min(endsAtMs, Date.parse(expiresAt));
      const made = prepare(former, endMs, now());
      const graceEndsAt = new Date(now() + request.body.graceSeconds * 1_000).toISOString();
      const changes = recorded(request, 'token.rotate');
      if (!(await changes.replaceToken(former.id, made.stored, graceEndsAt, nowIso()))) {
        throw new ProblemError(
          409,
          'token_ended',
          'This token has ended, or another took its place already. Make a new one.',
        );
      }
      if (request.body.graceSeconds === 0) live.endSession(`token:${former.id}`);
      return reply.code(201).send(made.answer);
    },
  });

  api.delete('/tokens/:id', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'Revoke a token, and those that it took the place of',
      params,
      response: answers({ 204: nothing('Revoked') }, MISSING),
    },
    handler: async (request, reply) => {
      const { id } = await find(request, request.params.id);
      if (!(await recorded(request, 'token.revoke').revokeToken(id, nowIso()))) throw noSuchToken();
      live.endSession(`token:${id}`);
      return reply.code(204).send();
    },
  });
}

/** Who asks; only the local token, which has no account, names somebody. */
async function ownerOf(
  request: FastifyRequest,
  store: ApiDependencies['store'],
  userName: string | undefined,
): Promise<{ readonly id: string; readonly name: string; readonly role: Role }> {
  const principal = signedIn(request);
  if (principal.userId !== null) {
    if (userName === undefined || userName === principal.name) return { ...principal, id: principal.userId };
    throw new ProblemError(403, 'not_allowed', 'A token is made by its owner. Leave "userName" out.');
  }
  if (userName === undefined)
    throw refuse(
      'userName',
      'The local token belongs to nobody. Say in "userName", on the command line by --user, whose the new one is to be.',
    );
  const owner = await store.readUser(userName);
  if (owner !== null && owner.disabledAt === null) return owner;
  throw refuse('userName', 'There is no account of this name that could have a token.');
}

function prepare(
  kind: Pick<StoredToken, 'userId' | 'userName' | 'name' | 'role'>,
  endsAtMs: number,
  nowMs: number,
): { readonly stored: StoredToken; readonly answer: NewPersonalTokenSecret } {
  const { id, text, secretHash } = createPersonalTokenSecret();
  const stored: StoredToken = {
    id,
    userId: kind.userId,
    userName: kind.userName,
    name: kind.name,
    role: kind.role,
    createdAt: new Date(nowMs).toISOString(),
    expiresAt: new Date(endsAtMs).toISOString(),
    lastUsedAt: null,
    revokedAt: null,
    replacedBy: null,
    secretHash,
  };
  return { stored, answer: { token: toResource(stored), secret: text } };
}

function toResource(stored: PersonalToken): PersonalToken {
  const { id, name, userName, role: mayDo, createdAt, expiresAt, lastUsedAt, revokedAt, replacedBy } = stored;
  return { id, name, userName, role: mayDo, createdAt, expiresAt, lastUsedAt, revokedAt, replacedBy };
}

function refuse(field: string, detail: string): ProblemError {
  return new ProblemError(400, 'bad_request', detail, { place: { field } });
}

function noSuchToken(): ProblemError {
  return new ProblemError(404, 'token_not_found', 'You have no token with this id that could be ended.');
}
