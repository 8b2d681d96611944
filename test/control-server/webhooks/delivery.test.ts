import { createHmac } from 'node:crypto';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../helpers/until.ts';
import { openReceiver } from './receiver.ts';
import { openWebhooks } from './open-webhooks.ts';

it('posts JSON that is signed, and says what it is', async () => {
  const { webhooks, add, outcomes } = await openWebhooks();
  const receiver = await openReceiver();
  const { id } = await add(`http://receiver.example:${receiver.port}/hooks?team=1`);
  await webhooks.test(id);
  await until('the delivery', () => outcomes.length === 1);
  const [got] = receiver.received;
  expect(got?.path).toBe('/hooks?team=1');
  expect(got?.headers).toMatchObject({
    host: `receiver.example:${receiver.port}`,
    'content-type': 'application/json',
    'user-agent': 'stillframe-webhooks/1.2.3',
    'stillframe-event': 'test',
    'stillframe-delivery': '1',
    connection: 'close',
  });
  const signed = createHmac('sha256', 'whsec_one').update(`1795255200.${got?.body}`).digest('hex');
  expect(got?.headers['stillframe-signature']).toBe(`t=1795255200,v1=${signed}`);
});

it('tries again after a failure, with the same body, until it is taken', async () => {
  const { webhooks, store, add, outcomes } = await openWebhooks();
  const receiver = await openReceiver();
  receiver.answerWith(500, 429, 408, 503);
  const { id } = await add(`http://receiver.example:${receiver.port}/`);
  await webhooks.test(id);
  await until('the delivery', () => outcomes.length === 1);
  expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  await until('the note', async () => (await store.listWebhookDeliveries(id))[0]?.state === 'delivered');
  expect(await store.listWebhookDeliveries(id)).toMatchObject([{ attempts: 5, status: 204, error: null }]);
});

it('gives up after five tries', async () => {
  const { webhooks, store, add } = await openWebhooks();
  const receiver = await openReceiver();
  receiver.answerWith(500, 500, 500, 500, 502, 200);
  const { id } = await add(`http://receiver.example:${receiver.port}/`);
  await webhooks.test(id);
  await until('the end', async () => (await store.readWebhook(id))?.consecutiveFailures === 1);
  expect(await store.listWebhookDeliveries(id)).toMatchObject([
    { state: 'failed', attempts: 5, status: 502, error: 'status_502' },
  ]);
});

it.each([
  [301, 'redirected'],
  [307, 'redirected'],
  [400, 'status_400'],
  [404, 'status_404'],
])('does not try %s again, and never goes where it points', async (status, error) => {
  const { webhooks, store, add } = await openWebhooks();
  const receiver = await openReceiver();
  receiver.answerWith(status);
  const { id } = await add(`http://receiver.example:${receiver.port}/`);
  await webhooks.test(id);
  await until('the end', async () => (await store.listWebhookDeliveries(id))[0]?.state === 'failed');
  expect(await store.listWebhookDeliveries(id)).toMatchObject([{ attempts: 1, status, error }]);
  expect(receiver.received.map(({ path }) => path)).toEqual(['/']);
});

it('waits for no answer longer than its time-out', async () => {
  const { webhooks, store, add } = await openWebhooks({ timeoutMs: 30 });
  const receiver = await openReceiver();
  receiver.answerWith(null, null, null, null, null);
  const { id } = await add(`http://receiver.example:${receiver.port}/`);
  await webhooks.test(id);
  await until('the end', async () => (await store.listWebhookDeliveries(id))[0]?.state === 'failed');
  expect(await store.listWebhookDeliveries(id)).toMatchObject([
    { attempts: 5, status: null, error: 'timeout' },
  ]);
});

it('gives up on an answer that wants to speak another protocol', async () => {
  const { webhooks, store, add } = await openWebhooks();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n'),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { id } = await add(`http://receiver.example:${port}/`);
  await webhooks.test(id);
  await until('the end', async () => (await store.listWebhookDeliveries(id))[0]?.state === 'failed');
  expect(await store.listWebhookDeliveries(id)).toMatchObject([{ attempts: 5, error: 'connection_failed' }]);
});

it('says when a receiver is not there, has no such name, or speaks no TLS', async () => {
  const { webhooks, store, add } = await openWebhooks({
    resolveName: (name, found) =>
      name === 'nobody.example'
        ? found(new Error('ENOTFOUND'), [])
        : found(null, [{ address: '127.0.0.1', family: 4 }]),
  });
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const address = closed.address();
  const port = typeof address === 'object' ? address?.port : 0;
  await new Promise((resolve) => closed.close(resolve));
  const receiver = await openReceiver();
  const urls = [
    `http://receiver.example:${port}/`,
    'https://nobody.example/',
    `https://receiver.example:${receiver.port}/`,
  ];
  const errors = await Promise.all(
    urls.map(async (url) => {
      const { id } = await add(url);
      await webhooks.test(id);
      await until('the end', async () => (await store.listWebhookDeliveries(id))[0]?.state === 'failed');
      return (await store.listWebhookDeliveries(id))[0]?.error;
    }),
  );
  expect(errors).toEqual(['connection_failed', 'name_not_found', 'tls_failed']);
});

it('switches a webhook off after ten failed deliveries, and says so', async () => {
  const { webhooks, store, add, disabled } = await openWebhooks();
  const receiver = await openReceiver();
  receiver.answerWith(...Array.from({ length: 20 }, () => 410));
  const { id } = await add(`http://receiver.example:${receiver.port}/`);
  for (let n = 0; n < 10; n++) await webhooks.test(id);
  await until('the end', () => disabled.length === 1);
  expect(disabled).toEqual([id]);
  expect(await store.readWebhook(id)).toMatchObject({ enabled: false, disabledReason: 'failures' });
  expect(await webhooks.test(id)).toMatchObject({ queued: 0 });
  expect(receiver.received.length).toBe(10);
});

it('lets no slow receiver hold up the others', async () => {
  const { webhooks, add, outcomes } = await openWebhooks({ timeoutMs: 60_000 });
  const slow = await openReceiver();
  slow.answerWith(null);
  const quick = await openReceiver();
  const { id: slowId } = await add(`http://receiver.example:${slow.port}/`);
  const { id: quickId } = await add(`http://receiver.example:${quick.port}/`);
  await Promise.all([webhooks.test(slowId), webhooks.test(slowId)]);
  await until('the slow one', () => slow.received.length === 1);
  await webhooks.test(quickId);
  await until('the quick one', () => outcomes.length === 1);
  // One at a time: the second delivery of the slow one waits for the first.
  expect([slow.received.length, quick.received.length]).toEqual([1, 1]);
});

it('delivers each notice once, however many nodes there are', async () => {
  const { webhooks, another, add, outcomes } = await openWebhooks();
  const second = another();
  const receiver = await openReceiver();
  const { id } = await add(`http://receiver.example:${receiver.port}/`);
  for (let n = 0; n < 10; n++) await Promise.all([webhooks.test(id), second.test(id)]);
  await until('all deliveries', () => outcomes.length === 20);
  expect(new Set(receiver.received.map(({ headers }) => headers['stillframe-delivery'])).size).toBe(20);
  expect(receiver.received.length).toBe(20);
});

it('delivers what was queued before it started', async () => {
  const { webhooks, another, store, add } = await openWebhooks();
  const receiver = await openReceiver();
  const { id } = await add(`http://receiver.example:${receiver.port}/`);
  await webhooks.stop();
  const notice = { event: 'test', key: 'k', minIntervalMs: 0, body: '{}', webhookId: id } as const;
  await store.queueWebhookNotice(notice, '2026-11-21T10:00:00.000Z');
  another();
  await until('the delivery', () => receiver.received.length === 1);
});

it('keeps what was under way when it stops, for the next start', async () => {
  const { webhooks, store, add } = await openWebhooks({ timeoutMs: 60_000 });
  const receiver = await openReceiver();
  receiver.answerWith(null);
  const { id } = await add(`http://receiver.example:${receiver.port}/`);
  await webhooks.test(id);
  await until('the request', () => receiver.received.length === 1);
  await webhooks.stop();
  expect(await store.listWebhookDeliveries(id)).toMatchObject([{ state: 'waiting' }]);
});

it('neither refuses nor waits when the store is away', async () => {
  const { webhooks, store, add, problems } = await openWebhooks();
  await add('http://receiver.example:9/');
  await store.close();
  onTestFinished(() => expect(problems).toContain('webhook_not_queued'));
  webhooks.killSwitchSet({
    scope: 'global',
    serviceName: null,
    environment: null,
    on: true,
    reason: null,
    by: null,
    at: '2026-11-21T10:00:00.000Z',
    instanceId: null,
    expiresAt: null,
    written: true,
  });
  await webhooks.stop();
});
