import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Webhook, WebhookWithSecret } from '../../../src/protocol/api-webhooks.ts';
import { openApi } from './open-api.ts';
import type { OpenApi } from './open-api.ts';

let api: OpenApi;
let cookie: string;
beforeEach(async () => {
  api = await openApi();
  cookie = await api.signIn('admin');
});
afterEach(() => api[Symbol.asyncDispose]());

const NEW = { url: 'https://hooks.example/T0', events: ['breaker_open', 'kill_switch'] };
const make = async (body: object = NEW): Promise<WebhookWithSecret> =>
  (await api.call('POST', '/api/webhooks', { cookie, body })).json<WebhookWithSecret>();

it('makes one, whose secret is shown once', async () => {
  const made = await api.call('POST', '/api/webhooks', { cookie, body: NEW });
  expect(made.statusCode).toBe(201);
  const { webhook, secret } = made.json<WebhookWithSecret>();
  expect(secret).toMatch(/^whsec_[\w-]{43}$/);
  expect(webhook).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    ...NEW,
    enabled: true,
    disabledReason: null,
    consecutiveFailures: 0,
    droppedDeliveries: 0,
    createdAt: '2026-11-21T10:00:00.000Z',
    createdBy: 'a admin',
    updatedAt: '2026-11-21T10:00:00.000Z',
    version: 1,
  });
  const listed = await api.call('GET', '/api/webhooks', { cookie });
  expect(listed.json<Webhook[]>()).toEqual([webhook]);
  expect((await api.call('GET', `/api/webhooks/${webhook.id}`, { cookie })).json()).toEqual(webhook);
  expect(listed.body + api.logged()).not.toContain(secret);
});

it.each([
  [{ ...NEW, url: 'http://127.0.0.1/' }, 'bad_webhook_url', 'url'],
  [{ ...NEW, url: 'javascript:alert(1)' }, 'bad_webhook_url', 'url'],
  [{ ...NEW, events: [] }, 'bad_request', 'events'],
  [{ ...NEW, events: ['everything'] }, 'bad_request', 'events/0'],
  [{ ...NEW, secret: 'mine' }, 'bad_request', 'secret'],
])('refuses %j', async (body, code, field) => {
  const answer = await api.call('POST', '/api/webhooks', { cookie, body });
  expect(answer.json()).toMatchObject({ status: 400, code, field });
});

it('changes what is asked, by who saw it last', async () => {
  const { webhook } = await make();
  const url = `/api/webhooks/${webhook.id}`;
  const change = (body: object, version: string) =>
    api.call('PATCH', url, { cookie, body, headers: { 'if-match': version } });
  expect((await change({ enabled: false }, '"1"')).json()).toMatchObject({ enabled: false, version: 2 });
  expect((await change({ enabled: true }, '"1"')).json()).toMatchObject({
    status: 412,
    code: 'version_mismatch',
  });
  expect((await change({ url: 'http://[::1]/' }, '"2"')).json()).toMatchObject({ code: 'bad_webhook_url' });
  expect((await api.call('DELETE', url, { cookie })).statusCode).toBe(204);
  for (const [method, path, body] of [
    ['GET', url],
    ['PATCH', url, {}],
    ['DELETE', url],
    ['POST', `${url}/rotate-secret`, {}],
    ['POST', `${url}/test`],
    ['GET', `${url}/deliveries`],
  ] as const) {
    const answer = await api.call(method, path, { cookie, ...(body === undefined ? {} : { body }) });
    expect(answer.json(), path).toMatchObject({ status: 404, code: 'webhook_not_found' });
  }
});

it('rotates the secret, and lets the last one sign for a while', async () => {
  const { webhook, secret } = await make();
  const rotated = await api.call('POST', `/api/webhooks/${webhook.id}/rotate-secret`, {
    cookie,
    body: { graceSeconds: 60 },
  });
  const next = rotated.json<WebhookWithSecret>().secret;
  expect(next).not.toBe(secret);
  expect((await api.store.readWebhook(webhook.id))?.secrets).toEqual([
    { secret: next, expiresAt: null },
    { secret, expiresAt: '2026-11-21T10:01:00.000Z' },
  ]);
  await api.call('POST', `/api/webhooks/${webhook.id}/rotate-secret`, { cookie, body: { graceSeconds: 0 } });
  expect((await api.store.readWebhook(webhook.id))?.secrets.length).toBe(1);
});

it('queues a test, and shows how deliveries went', async () => {
  const { webhook } = await make();
  const test = () => api.call('POST', `/api/webhooks/${webhook.id}/test`, { cookie });
  const queued = await test();
  expect([queued.statusCode, queued.json()]).toEqual([202, { queued: true }]);
  const deliveries = await api.call('GET', `/api/webhooks/${webhook.id}/deliveries`, { cookie });
  expect(deliveries.json()).toMatchObject([{ event: 'test', createdAt: '2026-11-21T10:00:00.000Z' }]);
  await api.call('PATCH', `/api/webhooks/${webhook.id}`, { cookie, body: { enabled: false } });
  expect((await test()).json()).toMatchObject({ status: 409, code: 'webhook_disabled' });
});
