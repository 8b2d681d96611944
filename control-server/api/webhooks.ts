import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import type { Webhook, WebhookWithSecret } from '../../src/protocol/api-webhooks.ts';
import { WEBHOOK_EVENTS } from '../../src/protocol/api-webhooks.ts';
import type { App } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import type { StoredWebhook } from '../store/webhook-store.ts';
import { signedIn } from './access.ts';
import { record, recorded } from './audit-trail.ts';
import type { ApiDependencies } from './dependencies.ts';
import { expectedVersion } from './if-match.ts';
import { answers, nothing } from './problem-answers.ts';

const tags = ['webhooks'];
const config = { access: 'admin' } as const;
const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const orNull = Type.Union([Type.String(), Type.Null()]);
const event = Type.Union([
  Type.Literal('breakpoint_hit'),
  Type.Literal('security_flag'),
  Type.Literal('breaker_open'),
  Type.Literal('kill_switch'),
]);
const changeable = {
  url: Type.String({ minLength: 1, maxLength: 2_000, description: 'http or https, on the public internet' }),
  events: Type.Array(event, { minItems: 1, maxItems: WEBHOOK_EVENTS.length, uniqueItems: true }),
  enabled: Type.Boolean(),
};
const webhook = Type.Object({
  id: Type.String(),
  ...changeable,
  disabledReason: orNull,
  consecutiveFailures: Type.Integer(),
  droppedDeliveries: Type.Integer(),
  createdAt: Type.String(),
  createdBy: Type.String(),
  updatedAt: Type.String(),
  version: Type.Integer(),
});
const withSecret = Type.Object({ webhook, secret: Type.String() });
const delivery = Type.Object({
  id: Type.String(),
  event: Type.Union([event, Type.Literal('test')]),
  state: Type.Union([Type.Literal('waiting'), Type.Literal('delivered'), Type.Literal('failed')]),
  attempts: Type.Integer(),
  status: Type.Union([Type.Integer(), Type.Null()]),
  error: orNull,
  createdAt: Type.String(),
  finishedAt: orNull,
});
const MISSING = { 404: 'No such webhook' };
const STALE = { 412: 'Changed since the version in If-Match' };
const MAX_GRACE_SECONDS = 7 * 24 * 60 * 60;
const DEFAULT_GRACE_SECONDS = 24 * 60 * 60;

/** Whom the server tells of hits, flags, breakers and kill switches. */
export function registerWebhooks(api: App, { store, webhooks, now }: ApiDependencies): void {
  const nowIso = (): string => new Date(now()).toISOString();

  api.get('/webhooks', {
    config,
    schema: {
      tags,
      summary: 'All webhooks, without their secrets',
      response: answers({ 200: Type.Array(webhook) }),
    },
    handler: async () => (await store.listWebhooks()).map(withoutSecrets),
  });

  api.post('/webhooks', {
    config,
    schema: {
      tags,
      summary: 'Make a webhook; its secret is in this answer and never again',
      body: Type.Object(
        { url: changeable.url, events: changeable.events, enabled: Type.Optional(changeable.enabled) },
        { additionalProperties: false },
      ),
      response: answers({ 201: withSecret }, { 409: 'There are too many' }),
    },
    handler: async (request, reply) => {
      const { url, enabled = true } = request.body;
      const events = WEBHOOK_EVENTS.filter((name) => request.body.events.includes(name));
      requireTarget(url);
      const secret = webhooks.createSecret();
      const made: StoredWebhook = {
        id: randomUUID(),
        url,
        events,
        secrets: [{ secret, expiresAt: null }],
        enabled,
        disabledReason: null,
        consecutiveFailures: 0,
        droppedDeliveries: 0,
        createdAt: nowIso(),
        createdBy: signedIn(request).name,
        updatedAt: nowIso(),
        version: 1,
      };
      await recorded(request, 'webhook.create').createWebhook(made);
      await webhooks.changed();
      const answer: WebhookWithSecret = { webhook: withoutSecrets(made), secret };
      return reply.code(201).send(answer);
    },
  });

  api.get('/webhooks/:id', {
    config,
    schema: { tags, summary: 'One webhook', params, response: answers({ 200: webhook }, MISSING) },
    handler: async (request) => withoutSecrets(found(await store.readWebhook(request.params.id))),
  });

  api.patch('/webhooks/:id', {
    config,
    schema: {
      tags,
      summary: 'Change what is given and leave the rest; enabling forgets the failures',
      params,
      body: Type.Object(
        {
          url: Type.Optional(changeable.url),
          events: Type.Optional(changeable.events),
          enabled: Type.Optional(changeable.enabled),
        },
        { additionalProperties: false },
      ),
      response: answers({ 200: webhook }, { ...MISSING, ...STALE }),
    },
    handler: async (request) => {
      if (request.body.url !== undefined) requireTarget(request.body.url);
      const version = expectedVersion(request);
      const changes = recorded(request, 'webhook.change');
      const changed = found(await changes.changeWebhook(request.params.id, request.body, version, nowIso()));
      await webhooks.changed();
      return withoutSecrets(changed);
    },
  });

  api.delete('/webhooks/:id', {
    config,
    schema: {
      tags,
      summary: 'Delete a webhook and what waits for it',
      params,
      response: answers({ 204: nothing('Deleted') }, MISSING),
    },
    handler: async (request, reply) => {
      const changes = recorded(request, 'webhook.delete');
      if (!(await changes.deleteWebhook(request.params.id))) throw noSuchWebhook();
      await webhooks.changed();
      return reply.code(204).send();
    },
  });

  api.post('/webhooks/:id/rotate-secret', {
    config,
    schema: {
      tags,
      summary: 'Make a new secret, shown once; the last one signs beside it until its grace is over',
      params,
      body: Type.Object(
        { graceSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_GRACE_SECONDS })) },
        { additionalProperties: false },
      ),
      response: answers({ 200: withSecret }, { ...MISSING, ...STALE }),
    },
    handler: async (request) => {
      const { id } = request.params;
      const { graceSeconds = DEFAULT_GRACE_SECONDS } = request.body;
      const before = found(await store.readWebhook(id));
      const secret = webhooks.createSecret();
      const [last] = before.secrets;
      const expiresAt = new Date(now() + graceSeconds * 1_000).toISOString();
      const secrets = [
        { secret, expiresAt: null },
        ...(last === undefined || graceSeconds === 0 ? [] : [{ ...last, expiresAt }]),
      ];
      // The version that was read: of two rotations at a time one is told to look again.
      const version = expectedVersion(request) ?? before.version;
      const changes = recorded(request, 'webhook.rotate_secret');
      const changed = found(await changes.changeWebhook(id, { secrets }, version, nowIso()));
      const answer: WebhookWithSecret = { webhook: withoutSecrets(changed), secret };
      return answer;
    },
  });

  api.post('/webhooks/:id/test', {
    config,
    schema: {
      tags,
      summary: 'Queue a delivery of the event "test"; how it went is among the deliveries',
      params,
      response: answers(
        { 202: Type.Object({ queued: Type.Literal(true) }) },
        { ...MISSING, 409: 'Disabled (`webhook_disabled`), or too much waits (`webhook_queue_full`)' },
      ),
    },
    handler: async (request, reply) => {
      const { id, enabled } = found(await store.readWebhook(request.params.id));
      if (!enabled) {
        throw new ProblemError(409, 'webhook_disabled', 'This webhook is disabled. Enable it first.');
      }
      await record(request, 'webhook.test', `webhook/${id}`);
      const { queued } = await webhooks.test(id);
      if (queued === 0) {
        throw new ProblemError(409, 'webhook_queue_full', 'Too many deliveries wait for this webhook.');
      }
      return reply.code(202).send({ queued: true as const });
    },
  });

  api.get('/webhooks/:id/deliveries', {
    config,
    schema: {
      tags,
      summary: 'The last hundred deliveries of a webhook, the newest first',
      params,
      response: answers({ 200: Type.Array(delivery) }, MISSING),
    },
    handler: async (request) => {
      const { id } = found(await store.readWebhook(request.params.id));
      return store.listWebhookDeliveries(id);
    },
  });

  function requireTarget(url: string): void {
    const refusal = webhooks.refusalOf(url);
    if (refusal !== null)
      throw new ProblemError(400, 'bad_webhook_url', refusal, { place: { field: 'url' } });
  }
}

function withoutSecrets(stored: StoredWebhook): Webhook {
  const { secrets: _, ...shown } = stored;
  return shown;
}

function found(webhook: StoredWebhook | null): StoredWebhook {
  if (webhook === null) throw noSuchWebhook();
  return webhook;
}

function noSuchWebhook(): ProblemError {
  return new ProblemError(404, 'webhook_not_found', 'There is no webhook with this id.');
}
