import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM_CLOCK } from '../../src/delivery/clock.ts';
import { DeliveryError } from '../../src/delivery/delivery-error.ts';
import { createTransport } from '../../src/delivery/transport.ts';
import type { Transport, TransportOptions, TransportRequest } from '../../src/delivery/transport.ts';
import { activePath, CAPTURE_PATH, streamPath } from '../../src/protocol/routes.ts';
import { portOf, startFakeControlServer } from '../helpers/fake-control-server.ts';
import type { FakeControlServer, Fault } from '../helpers/fake-control-server.ts';
import { until } from '../helpers/until.ts';

let server: FakeControlServer;
let transport: Transport;
const open: Transport[] = [];

beforeEach(async () => {
  server = await startFakeControlServer();
  transport = connect();
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
  await server.close();
});

function connect(options: Partial<TransportOptions> = {}): Transport {
  const made = createTransport({
    endpoint: new URL(server.url),
    apiKey: () => server.apiKey,
    instanceId: 'i-1',
    userAgent: 'stillframe/0.0.0 node/24',
    requestTimeoutMs: 60_000,
    ...options,
  });
  open.push(made);
  return made;
}

async function failureOf(work: Promise<unknown>): Promise<DeliveryError> {
  const outcome = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(outcome instanceof DeliveryError)) throw new Error('expected a DeliveryError', { cause: outcome });
  return outcome;
}

const post = (bytes: number): TransportRequest => ({
  method: 'POST',
  path: CAPTURE_PATH,
  contentType: 'application/x-ndjson',
  body: Buffer.alloc(bytes, 'a'),
});

const getActive = { method: 'GET', path: activePath('shop') } as const;

test('sends key, instance and user agent, and gives the parsed answer', async () => {
  const answer = await transport.request(getActive);
  expect(answer).toMatchObject({ status: 200, body: { breakpoints: [], kill_switch: false } });
  expect(server.requests[0]?.headers).toMatchObject({
    'x-api-key': server.apiKey,
    'x-agent-instance': 'i-1',
    'user-agent': 'stillframe/0.0.0 node/24',
  });
});

test('keeps a base path and encodes the service name', async () => {
  const behindProxy = connect({ endpoint: new URL(`${server.url}/stillframe/`) });
  await behindProxy.request({ method: 'GET', path: activePath('a b/c') });
  expect(server.requests[0]?.path).toBe('/stillframe/sdk/snapshots/active/a%20b%2Fc');
  expect(behindProxy.resolve(streamPath('shop')).href).toBe(
    `${server.url}/stillframe/sdk/snapshots/stream/shop`,
  );
});

describe('a body', () => {
  test('of less than 1 KiB goes as it is', async () => {
    await transport.request(post(1_023));
    expect(server.requests[0]?.headers['content-encoding']).toBeUndefined();
  });

  test('of 1 KiB goes as zstd', async () => {
    await transport.request(post(1_024));
    expect(server.requests[0]?.headers['content-encoding']).toBe('zstd');
    expect(server.requests[0]?.body).toBe('a'.repeat(1_024));
  });

  test('goes as gzip from then on when a server does not know zstd, and plain when it knows neither', async () => {
    server.misbehave('capture', { kind: 'status', status: 415 }, 2);
    await transport.request(post(2_000));
    await transport.request(post(2_000));
    expect(server.requests.map((request) => request.headers['content-encoding'])).toEqual([
      'zstd',
      'gzip',
      undefined,
      undefined,
    ]);
  });
});

test.each<[Fault, Partial<DeliveryError>]>([
  [{ kind: 'reset' }, { code: 'network' }],
  [{ kind: 'hang' }, { code: 'timeout' }],
  [{ kind: 'slow' }, { code: 'timeout' }],
  [{ kind: 'truncated' }, { code: 'network' }],
  [{ kind: 'garbage' }, { code: 'bad_answer' }],
  [{ kind: 'html' }, { code: 'bad_answer' }],
  [
    { kind: 'redirect', location: 'http://127.0.0.1:1/' },
    { code: 'redirect', status: 307 },
  ],
  [
    { kind: 'status', status: 500 },
    { code: 'status', status: 500 },
  ],
  [
    { kind: 'status', status: 404 },
    { code: 'status', status: 404, message: 'The control server answered 404 (planned_fault)' },
  ],
  [
    { kind: 'status', status: 429, headers: { 'retry-after': '7' } },
    { code: 'status', status: 429, retryAfterMs: 7_000 },
  ],
])('%j is %j', async (fault, expected) => {
  server.misbehave('active', fault, 1);
  const hasty = connect({ requestTimeoutMs: expected.code === 'timeout' ? 1_000 : 60_000 });
  expect(await failureOf(hasty.request(getActive))).toMatchObject(expected);
  await transport.request(getActive);
});

test('a refused connection and an unknown host are network errors', async () => {
  const nobody = connect({ endpoint: new URL('http://127.0.0.1:1') });
  expect(await failureOf(nobody.request(getActive))).toMatchObject({ code: 'network' });
  const unknown = connect({ endpoint: new URL('http://stillframe.invalid') });
  expect(await failureOf(unknown.request(getActive))).toMatchObject({ code: 'network' });
});

test('the deadline covers a key that never comes and a request that waits for a free connection', async () => {
  const keyless = connect({ apiKey: () => new Promise<string>(() => {}), requestTimeoutMs: 300 });
  expect(await failureOf(keyless.request(getActive))).toMatchObject({ code: 'api_key_timeout' });
  server.misbehave('active', { kind: 'hang' });
  const hasty = connect({ requestTimeoutMs: 300 });
  const crowd = await Promise.all(Array.from({ length: 5 }, () => failureOf(hasty.request(getActive))));
  expect(crowd.map((failure) => failure.code)).toEqual(Array.from({ length: 5 }, () => 'timeout'));
});

test('an answer may be as large as the limit and no larger', async () => {
  const small = connect({ maxAnswerBytes: 1_000 });
  const sendBytes = (bytes: number): void =>
    server.misbehave('active', {
      kind: 'custom',
      handle: (_request, response) => {
        response.end(`"${'x'.repeat(bytes - 2)}"`);
      },
    });
  sendBytes(1_000);
  expect((await small.request(getActive)).body).toHaveLength(998);
  sendBytes(1_001);
  expect(await failureOf(small.request(getActive))).toMatchObject({ code: 'bad_answer' });
});

test.each([
  ['text/event-stream', 'bad_answer'],
  ['text/html; charset=utf-8', 'bad_answer'],
  ['application/json; charset=utf-8', 'timeout'],
  ['application/problem+json', 'timeout'],
])('an answer of 200 that is %s and never ends: %s', async (type, code) => {
  server.misbehave('active', {
    kind: 'custom',
    handle: (_request, response) => {
      response.writeHead(200, { 'content-type': type }).write('{');
    },
  });
  const hasty = connect({ requestTimeoutMs: code === 'timeout' ? 1_000 : 60_000 });
  expect(await failureOf(hasty.request(getActive))).toMatchObject({ code });
});

test('never opens more than two connections for requests', async () => {
  await Promise.all(Array.from({ length: 20 }, () => transport.request(getActive)));
  expect(server.maxOpenSockets).toBe(2);
});

test('keeps its connections from one request to the next', async () => {
  for (let round = 0; round < 20; round++) await transport.request(getActive);
  expect(server.socketCount).toBeLessThanOrEqual(2);
});

describe('the key', () => {
  test('is asked for once, and again after it was refused', async () => {
    const given: string[] = [];
    const rotating = connect({
      apiKey: async () => {
        await Promise.resolve();
        given.push(given.length === 0 ? 'old' : server.apiKey);
        return `${given.at(-1)}\n`;
      },
    });
    expect(await failureOf(rotating.request(getActive))).toMatchObject({ status: 401 });
    await rotating.request(getActive);
    await rotating.request(getActive);
    expect(given).toEqual(['old', server.apiKey]);
  });

  test('is asked for again after a minute without an answer, and an answer is waited for until then', async () => {
    let nowMs = 0;
    let asked = 0;
    const slow = Promise.withResolvers<string>();
    const vault = connect({
      requestTimeoutMs: 1_000,
      clock: { ...SYSTEM_CLOCK, now: () => nowMs },
      apiKey: () => [new Promise<string>(() => {}), slow.promise][asked++] ?? server.apiKey,
    });
    expect(await failureOf(vault.request(getActive))).toMatchObject({ code: 'api_key_timeout' });
    nowMs = 59_999;
    expect(await failureOf(vault.request(getActive))).toMatchObject({ code: 'api_key_timeout' });
    expect(asked).toBe(1);
    nowMs = 60_000;
    expect(await failureOf(vault.request(getActive))).toMatchObject({ code: 'api_key_timeout' });
    slow.resolve(server.apiKey);
    await vault.request(getActive);
    nowMs = 1e9;
    await vault.request(getActive);
    expect(asked).toBe(2);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('no vault');
      },
    ],
    ['is empty', () => '  '],
    ['would break the header', () => 'a\r\nx-evil: 1'],
  ])('is a fault of our own when it %s', async (_what, apiKey) => {
    const failure = await failureOf(connect({ apiKey }).request(getActive));
    expect(failure.code).toBe('api_key');
    expect(server.requests).toEqual([]);
  });

  test('reaches no other origin: neither by a redirect nor by an absolute stream address', async () => {
    const seen: string[] = [];
    const other = createServer((request, response) => {
      seen.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const elsewhere = `http://127.0.0.1:${portOf(other)}/`;
    const init = {
      signal: new AbortController().signal,
      headers: { Accept: 'text/event-stream' },
      mode: 'cors',
      cache: 'no-store',
      redirect: 'follow',
    } as const;
    server.misbehave('active', { kind: 'redirect', location: elsewhere });
    server.misbehave('stream', { kind: 'redirect', location: elsewhere });
    await failureOf(transport.request(getActive));
    await failureOf(transport.openStream(transport.resolve(streamPath('shop')), init));
    await failureOf(transport.openStream(elsewhere, init));
    expect(seen).toEqual([]);
    other.close();
  });
});

test('closing gives up what is in flight, at once', async () => {
  server.misbehave('active', { kind: 'hang' });
  const patient = connect({ requestTimeoutMs: 60_000 });
  const failed = failureOf(patient.request(getActive));
  await server.until(() => server.requestsTo('active').length === 1);
  await patient.close();
  expect(await failed).toMatchObject({ code: 'aborted' });
  expect(await failureOf(patient.request(getActive))).toMatchObject({ code: 'aborted' });
});

test('closing leaves no socket behind, not even one in the middle of a TLS handshake', async () => {
  const sockets: Socket[] = [];
  const mute = createTcpServer((socket) => void sockets.push(socket.resume()));
  await new Promise<void>((resolve) => {
    mute.listen(0, '127.0.0.1', resolve);
  });
  const secure = connect({
    endpoint: new URL(`https://127.0.0.1:${portOf(mute)}`),
    requestTimeoutMs: 60_000,
    connectTimeoutMs: 60_000,
  });
  const failure = failureOf(secure.request(getActive));
  await until('a connection', () => sockets.length === 1);
  await secure.close();
  expect(await failure).toMatchObject({ code: 'aborted' });
  await until('no connection', () => sockets.every((socket) => socket.destroyed));
  mute.close();
});

test('the caller can give a request up', async () => {
  server.misbehave('active', { kind: 'hang' });
  const controller = new AbortController();
  const failed = failureOf(transport.request({ ...getActive, signal: controller.signal }));
  await server.until(() => server.requestsTo('active').length === 1);
  controller.abort();
  expect(await failed).toMatchObject({ code: 'aborted' });
});
