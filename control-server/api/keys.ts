import { Type } from 'typebox';
import type { App } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import { recorded } from './audit-trail.ts';
import type { ApiDependencies } from './dependencies.ts';
import { environment, serviceName } from './name-schema.ts';
import { answers, nothing } from './problem-answers.ts';
import { issueSdkKey, MAX_KEY_NAME_LENGTH, rotateSdkKey } from './sdk-keys.ts';

const tags = ['keys'];
/** A month: longer is no transition. */
const MAX_GRACE_SECONDS: number = 30 * 24 * 60 * 60;
const scope = Type.Union([Type.Literal('ingest'), Type.Literal('control:read')]);
const orNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description });
const key = Type.Object({
  id: Type.String(),
  name: Type.String(),
  environment: Type.String(),
  serviceName: orNull('Null: any service'),
  scopes: Type.Array(scope),
  createdAt: Type.String(),
  expiresAt: orNull('Null: never by itself'),
  lastUsedAt: orNull('To the minute'),
  revokedAt: orNull('Null while it was not revoked'),
  replacedBy: orNull('Id of the key that took its place: it ends at its `expiresAt`'),
});
const newKey = Type.Object({ key, secret: Type.String({ description: 'Never shown again' }) });
const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });

/** The keys with which agents come in. */
export function registerKeys(api: App, { store, live, now }: ApiDependencies): void {
  api.get('/keys', {
    config: { access: 'admin' },
    schema: { tags, summary: 'All keys, without their secrets', response: answers({ 200: Type.Array(key) }) },
    handler: () => store.listKeys(),
  });

  api.post('/keys', {
    config: { access: 'admin' },
    schema: {
      tags,
      summary: 'Make a key; its secret is in this answer and never again',
      body: Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: MAX_KEY_NAME_LENGTH }),
          environment: Type.Optional(environment),
          serviceName: Type.Optional(Type.Union([serviceName, Type.Null()])),
          scopes: Type.Optional(Type.Array(scope, { minItems: 1, maxItems: 2 })),
          expiresAt: Type.Optional(Type.Union([Type.String({ format: 'date-time' }), Type.Null()])),
        },
        { additionalProperties: false },
      ),
      response: answers({ 201: newKey }),
    },
    handler: async (request, reply) => {
      const issued = await issueSdkKey(recorded(request, 'key.create'), request.body, now());
      live.hint({ topic: 'keys' });
      return reply.code(201).send(issued);
    },
  });

  api.post('/keys/:id/rotate', {
    config: { access: 'admin' },
    schema: {
      tags,
      summary: 'Make a key of the same kind; the old one opens nothing any more once its grace is over',
      params,
      body: Type.Object(
        { graceSeconds: Type.Integer({ minimum: 0, maximum: MAX_GRACE_SECONDS }) },
        { additionalProperties: false },
      ),
      response: answers(
        { 201: newKey },
        { 404: 'No such key', 409: 'It has ended, or was rotated already (`key_ended`)' },
      ),
    },
    handler: async (request, reply) => {
      const former = await store.readKey(request.params.id);
      if (former === null) throw noSuchKey();
      const { graceSeconds } = request.body;
      const issued = await rotateSdkKey(recorded(request, 'key.rotate'), former, graceSeconds * 1_000, now());
      if (issued === null) {
        throw new ProblemError(
          409,
          'key_ended',
          'This key has ended, or another took its place already. Rotate that one, or make a new key.',
        );
      }
      if (graceSeconds === 0) live.endKey(former.id);
      live.hint({ topic: 'keys' });
      return reply.code(201).send(issued);
    },
  });

  api.delete('/keys/:id', {
    config: { access: 'admin' },
    schema: {
      tags,
      summary: 'Revoke a key, and those that it took the place of: their streams end at once',
      params,
      response: answers({ 204: nothing('Revoked') }, { 404: 'No such key' }),
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const nowIso = new Date(now()).toISOString();
      if (!(await recorded(request, 'key.revoke').revokeKey(id, nowIso))) throw noSuchKey();
      live.endKey(id);
      live.hint({ topic: 'keys' });
      return reply.code(204).send();
    },
  });
}

function noSuchKey(): ProblemError {
  return new ProblemError(404, 'key_not_found', 'There is no key with this id that could be revoked.');
}
