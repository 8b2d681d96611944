import { Type } from 'typebox';
import type { NewSdkKey, SdkKey, SdkKeyScope } from '../../src/protocol/api.ts';
import type { App } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import { createSdkKeySecret } from '../http/sdk-key.ts';
import type { Store } from '../store/store.ts';
import type { ApiDependencies } from './dependencies.ts';
import { environment, serviceName } from './name-schema.ts';
import { answers, nothing } from './problem-answers.ts';

const tags = ['keys'];
const scope = Type.Union([Type.Literal('ingest'), Type.Literal('control:read')]);
const key = Type.Object({
  id: Type.String(),
  name: Type.String(),
  environment: Type.String(),
  serviceName: Type.Union([Type.String(), Type.Null()], { description: 'Null: any service' }),
  scopes: Type.Array(scope),
  createdAt: Type.String(),
  lastUsedAt: Type.Union([Type.String(), Type.Null()]),
  revokedAt: Type.Union([Type.String(), Type.Null()]),
});

/** What a new key is to be good for. */
export interface WantedKey {
  readonly name: string;
  /** Default `default`. */
  readonly environment?: string;
  /** Default: any service of the environment. */
  readonly serviceName?: string | null;
  /** Default: all. */
  readonly scopes?: readonly SdkKeyScope[];
}

/** Makes and stores a key; the answer is the only place where its secret ever is. */
export async function issueSdkKey(store: Store, wanted: WantedKey, nowIso: string): Promise<NewSdkKey> {
  const { id, text, secretHash } = createSdkKeySecret();
  const issued: SdkKey = {
    id,
    name: wanted.name,
    environment: wanted.environment ?? 'default',
    serviceName: wanted.serviceName ?? null,
    scopes: [...new Set<SdkKeyScope>(wanted.scopes ?? ['ingest', 'control:read'])],
    createdAt: nowIso,
    lastUsedAt: null,
    revokedAt: null,
  };
  await store.createKey({ ...issued, secretHash });
  return { key: issued, secret: text };
}

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
          name: Type.String({ minLength: 1, maxLength: 100 }),
          environment: Type.Optional(environment),
          serviceName: Type.Optional(Type.Union([serviceName, Type.Null()])),
          scopes: Type.Optional(Type.Array(scope, { minItems: 1, maxItems: 2 })),
        },
        { additionalProperties: false },
      ),
      response: answers({ 201: Type.Object({ key, secret: Type.String() }) }),
    },
    handler: async ({ body }, reply) => {
      const issued = await issueSdkKey(store, body, new Date(now()).toISOString());
      live.hint({ topic: 'keys' });
      return reply.code(201).send(issued);
    },
  });

  api.delete('/keys/:id', {
    config: { access: 'admin' },
    schema: {
      tags,
      summary: 'Revoke a key: its agents are turned away and their streams end at once',
      params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) }),
      response: answers({ 204: nothing('Revoked') }, { 404: 'No such key' }),
    },
    handler: async (request, reply) => {
      if (!(await store.revokeKey(request.params.id, new Date(now()).toISOString()))) {
        throw new ProblemError(404, 'key_not_found', 'There is no key with this id that could be revoked.');
      }
      live.endKey(request.params.id);
      live.hint({ topic: 'keys' });
      return reply.code(204).send();
    },
  });
}
