import type { ServerResponse } from 'node:http';
import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM_CLOCK } from '../../src/delivery/clock.ts';
import { createDelivery } from '../../src/delivery/create-delivery.ts';
import type { Delivery, DeliveryOptions } from '../../src/delivery/delivery.ts';
import { createLineMemory } from '../../src/delivery/line-memory.ts';
import type { LineMemory } from '../../src/delivery/line-memory.ts';
import { createTransport } from '../../src/delivery/transport.ts';
import type { Transport, TransportOptions } from '../../src/delivery/transport.ts';
import type { Registration } from '../../src/protocol/breakpoint.ts';
import type { DropReason } from '../../src/protocol/drop-reason.ts';
import type { JsonObject } from '../../src/protocol/json.ts';
import { startFakeControlServer } from '../helpers/fake-control-server.ts';
import type { FakeControlServer, RecordedRequest } from '../helpers/fake-control-server.ts';
import { recordingLog, snapshotOf } from './snapshot-fixture.ts';
import type { RecordingLog } from './snapshot-fixture.ts';
import { eventually } from '../helpers/until.ts';

/** Times short enough for a test; the numbers themselves are tested on injected clocks. */
const QUICK = {
  lingerMs: 5,
  retryBaseDelayMs: 2,
  retryMaxDelayMs: 5,
  registrationBaseDelayMs: 2,
  registrationMaxDelayMs: 5,
} as const;

let server: FakeControlServer;
let log: RecordingLog;
let stored: number;
let dropped: Partial<Record<DropReason, number>>;
/** What was said of the key: why it is refused, or null. */
let accessProblems: (string | null)[];
const open: { delivery: Delivery; transport: Transport; memory: LineMemory }[] = [];

beforeEach(async () => {
  server = await startFakeControlServer();
  log = recordingLog();
  stored = 0;
  dropped = {};
  accessProblems = [];
});

afterEach(async () => {
  for (const { delivery, transport, memory } of open.splice(0)) {
    await delivery.close(0);
    await transport.close();
    expect(memory.lines, 'lines of a delivery that is closed').toBe(0);
  }
  await server.close();
});

function deliver(
  options: Partial<DeliveryOptions> = {},
  transportOptions: Partial<TransportOptions> = {},
): Delivery {
  const transport = createTransport({
    endpoint: new URL(server.url),
    apiKey: () => server.apiKey,
    instanceId: 'i-1',
    userAgent: 'stillframe/0.0.0 node/24',
    requestTimeoutMs: 60_000,
    ...transportOptions,
  });
  const memory = createLineMemory();
  const delivery = createDelivery({
    transport,
    memory,
    serviceName: 'shop',
    log,
    onAccess: (problem) => accessProblems.push(problem),
    onStored: (count) => (stored += count),
    onDrop: (reason, count) => (dropped[reason] = (dropped[reason] ?? 0) + count),
    ...options,
    limits: { ...QUICK, ...options.limits },
  });
  open.push({ delivery, transport, memory });
  return delivery;
}

function submit(delivery: Delivery, count: number, from = 0): void {
  for (let index = 0; index < count; index++) delivery.submit(snapshotOf(from + index));
}

const registration = (label: string): Registration => ({
  serviceName: 'shop',
  filePath: '/app/order.js',
  lineNumber: 42,
  functionName: 'placeOrder',
  label,
});

const rude = (): never => {
  throw new Error('rude');
};

const linesOf = (request: RecordedRequest): number => request.body.trim().split('\n').length;
const batchSizes = (): number[] => server.requestsTo('capture').map(linesOf);

describe('batches', () => {
  test('go as lines of JSON in wire names and are confirmed as stored', async () => {
    const delivery = deliver();
    submit(delivery, 3);
    await server.until(() => server.stored.size === 3);
    await eventually(() => expect(stored).toBe(3));
    expect(server.requestsTo('capture')[0]?.headers['content-type']).toBe('application/x-ndjson');
    expect([...server.stored.values()][0]).toMatchObject({ service_name: 'shop', label: 'checkout' });
    expect(delivery.status()).toEqual({
      queued: 0,
      queuedBytes: 0,
      inFlight: 0,
      unconfirmed: 0,
      breaker: 'closed',
      accessDenied: false,
      lastError: null,
    });
  });

  test('of a hundred leave at once; ninety-nine wait for company', async () => {
    const delivery = deliver({ limits: { lingerMs: 60_000 } });
    submit(delivery, 99);
    expect(delivery.status()).toMatchObject({ queued: 99, inFlight: 0 });
    submit(delivery, 1, 99);
    expect(delivery.status()).toMatchObject({ queued: 0, inFlight: 100 });
    await server.until(() => server.stored.size === 100);
    expect(batchSizes()).toEqual([100]);
  });

  test('of more than the bytes allowed are parted', async () => {
    const delivery = deliver({ limits: { maxBatchBytes: 3_000 } });
    for (let index = 0; index < 4; index++) delivery.submit(snapshotOf(index, { text: 'x'.repeat(1_000) }));
    await server.until(() => server.stored.size === 4);
    expect(Math.max(...batchSizes())).toBeLessThanOrEqual(2);
  });

  test('are sent one after the other', async () => {
    const delivery = deliver({ limits: { maxBatchItems: 10 } });
    submit(delivery, 100);
    expect(delivery.status().inFlight).toBe(10);
    await server.until(() => server.stored.size === 100);
    expect(delivery.status().inFlight).toBeLessThanOrEqual(10);
    expect([...server.stored.keys()]).toEqual(
      Array.from({ length: 100 }, (_, index) => snapshotOf(index).snapshotId),
    );
  });
});

describe('a full queue', () => {
  test('drops the oldest by count', async () => {
    server.misbehave('capture', { kind: 'hang' });
    const delivery = deliver({ limits: { maxBatchItems: 1, maxQueuedItems: 5 } });
    submit(delivery, 1);
    submit(delivery, 7, 1);
    expect(dropped).toEqual({ queue: 2 });
    expect(new Set(log.warnings)).toEqual(new Set(['STILLFRAME_QUEUE_FULL']));
    expect(delivery.status()).toMatchObject({ queued: 5, inFlight: 1 });
  });

  test('drops the oldest by bytes', () => {
    const delivery = deliver({ limits: { lingerMs: 60_000, maxQueuedBytes: 3_000, maxBatchBytes: 5_000 } });
    for (let index = 0; index < 4; index++) delivery.submit(snapshotOf(index, { text: 'x'.repeat(800) }));
    expect(dropped['queue']).toBeGreaterThan(0);
    expect(delivery.status().queuedBytes).toBeLessThanOrEqual(3_000);
  });
});

describe('an answer', () => {
  test('that reports duplicates counts them as stored: a lost answer costs nothing', async () => {
    server.misbehave('capture', { kind: 'lost_answer' }, 1);
    submit(deliver(), 3);
    await eventually(() => expect(stored).toBe(3));
    expect(server.stored.size).toBe(3);
    expect(dropped).toEqual({});
  });

  test('that rejects some counts exactly those', async () => {
    server.misbehave('capture', {
      kind: 'custom',
      handle: (_request, response) => {
        const rejected = [
          { index: 1, code: 'bad_captured_at' },
          { index: 1, code: 'twice' },
          { index: 99, code: 'out_of_range' },
        ];
        response.writeHead(202).end(JSON.stringify({ accepted: 1_000, duplicates: 7, rejected }));
      },
    });
    submit(deliver(), 3);
    await eventually(() => expect(stored).toBe(2));
    expect(dropped).toEqual({ rejected: 1 });
  });

  test.each([200, 202, 204])(
    'of %i without a receipt confirms nothing: the batch is sent again',
    async (status) => {
      const silent = (_request: unknown, response: ServerResponse): void =>
        void response.writeHead(status).end();
      server.misbehave('capture', { kind: 'custom', handle: silent }, 1);
      submit(deliver(), 3);
      await eventually(() => expect(stored).toBe(3));
      expect(batchSizes()).toEqual([3, 3]);
      expect(server.stored.size).toBe(3);
    },
  );

  test.each([400, 404, 422])('of %i loses the batch as rejected, without a second try', async (status) => {
    server.misbehave('capture', { kind: 'status', status });
    submit(deliver(), 2);
    await eventually(() => expect(dropped).toEqual({ rejected: 2 }));
    expect(batchSizes()).toEqual([2]);
  });

  test('of 413 splits the batch until it fits, and a single snapshot is lost as size', async () => {
    const delivery = deliver();
    server.misbehave('capture', { kind: 'status', status: 413 }, 3);
    submit(delivery, 4);
    await eventually(() => expect(stored + (dropped['size'] ?? 0)).toBe(4));
    expect(batchSizes()).toEqual([4, 2, 1, 1, 2]);
    expect(dropped).toEqual({ size: 1 });
  });

  test('of 413, then a refused key, keeps all of the batch in its order, after one more request', async () => {
    const kept: string[] = [];
    const delivery = deliver({
      failedSpool: {
        start() {},
        async write(lines) {
          kept.push(...lines.map((line) => /-(\d{12})"/.exec(Buffer.from(line).toString())?.[1] ?? ''));
          return lines.length;
        },
        async idle() {},
        close() {},
      },
    });
    server.misbehave('capture', {
      kind: 'custom',
      handle: (_request, response) => {
        response.statusCode = server.requestsTo('capture').length === 1 ? 413 : 401;
        response.end('{}');
      },
    });
    submit(delivery, 8);
    await eventually(() => expect(delivery.status()).toMatchObject({ accessDenied: true, inFlight: 0 }));
    expect(delivery.status().queued).toBe(8);
    expect(server.requestsTo('capture')).toHaveLength(2);
    await delivery.close(0);
    expect(kept.map(Number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('of 413, then a kill, sends no second part', async () => {
    const delivery = deliver();
    server.misbehave('capture', { kind: 'status', status: 413 }, 1);
    submit(delivery, 8);
    await server.until(() => server.requestsTo('capture').length === 1);
    server.misbehave('capture', {
      kind: 'custom',
      handle: (_request, response) => {
        delivery.dropQueued('killed');
        response.setHeader('content-type', 'application/json');
        response.end('{"accepted":4,"duplicates":0,"rejected":[]}');
      },
    });
    await eventually(() => expect(delivery.status().inFlight).toBe(0));
    expect({ stored, dropped }).toEqual({ stored: 4, dropped: { killed: 4 } });
    expect(server.requestsTo('capture')).toHaveLength(2);
  });

  test.each(['reset', 'garbage', 'html', 'truncated', 'hang', 'slow'] as const)(
    'of the kind %s is tried three times, then the batch is lost as send',
    async (kind) => {
      server.misbehave('capture', { kind });
      // Longer than a try takes to reach the server on any machine: each is counted there.
      submit(deliver({}, { requestTimeoutMs: 1_000 }), 2);
      await eventually(() => expect(dropped).toEqual({ send: 2 }));
      expect(batchSizes()).toEqual([2, 2, 2]);
    },
  );
});

describe('a snapshot', () => {
  test('may be longer than a batch, and then goes alone', async () => {
    const delivery = deliver({ limits: { maxBatchBytes: 1_000 } });
    const text = 'x'.repeat(2_000);
    for (let index = 0; index < 3; index++) delivery.submit(snapshotOf(index, { text }));
    await eventually(() => expect(stored).toBe(3));
    expect(batchSizes()).toEqual([1, 1, 1]);
    expect(dropped).toEqual({});
  });

  test('may be as long as a request; one byte more is size', () => {
    const bytes = 2_000;
    const delivery = deliver({ limits: { lingerMs: 60_000 } });
    delivery.submit(snapshotOf(1, { text: 'x'.repeat(bytes) }));
    const line = delivery.status().queuedBytes;
    const exact = deliver({ limits: { lingerMs: 60_000, maxRequestBytes: line } });
    exact.submit(snapshotOf(1, { text: 'x'.repeat(bytes) }));
    expect(dropped).toEqual({});
    exact.submit(snapshotOf(1, { text: 'x'.repeat(bytes + 1) }));
    expect(dropped).toEqual({ size: 1 });
  });

  test('that cannot be serialised is an error and harms nobody', () => {
    const delivery = deliver();
    let deep: JsonObject = {};
    for (let level = 0; level < 50_000; level++) deep = { deep };
    delivery.submit(snapshotOf(1, deep));
    expect(dropped).toEqual({ error: 1 });
  });
});

describe('the breaker', () => {
  test('opens at the third lost delivery, keeps the queue, probes, and reports the outage once the server is back', async () => {
    const states: string[] = [];
    const delivery = deliver({
      limits: { maxBatchItems: 1, breakerCooldownMs: 60 },
      onBreaker: (state) => states.push(state),
    });
    server.misbehave('capture', { kind: 'status', status: 500 }, 9);
    submit(delivery, 5);
    await eventually(() => expect(stored).toBe(2));
    expect(dropped).toEqual({ send: 3 });
    expect(server.requestsTo('capture')).toHaveLength(11);
    expect(states).toEqual(['open', 'half_open', 'closed']);
    await server.until(() => server.requestsTo('active').length === 1);
    expect(JSON.parse(server.requestsTo('active')[0]?.body ?? '')).toEqual({
      events: [
        {
          type: 'circuit_breaker_tripped',
          failure_count: 3,
          window_seconds: 60,
          cooldown_seconds: 0,
          timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
        },
      ],
    });
    expect(log.warnings).toEqual(['STILLFRAME_BREAKER_OPEN', 'STILLFRAME_BREAKER_CLOSED']);
  });

  test('the outage is told by one of two reports at the same time, and again only when that is lost', async () => {
    const delivery = deliver({ limits: { maxBatchItems: 1 } }, { requestTimeoutMs: 2_000 });
    server.misbehave('capture', { kind: 'reset' });
    submit(delivery, 3);
    await eventually(() => expect(delivery.status().breaker).toBe('open'));
    const status = {
      type: 'breakpoint_status',
      breakpointId: 'b-1',
      state: 'received',
      reason: null,
    } as const;
    const timesTold = (): number[] =>
      server
        .requestsTo('active')
        .map((request) => request.body.match(/circuit_breaker_tripped/g)?.length ?? 0)
        .toSorted((a, b) => a - b);
    server.misbehave('active', { kind: 'hang' }, 2);
    await Promise.all([delivery.report([status]), delivery.report([status])]);
    expect(timesTold()).toEqual([0, 1]);
    await Promise.all([delivery.report([status]), delivery.report([status])]);
    expect(timesTold()).toEqual([0, 0, 1, 1]);
    await delivery.report([status]);
    expect(timesTold()).toEqual([0, 0, 0, 1, 1]);
  });

  test('the outage goes with the next report when that comes first, once', async () => {
    const delivery = deliver({ limits: { maxBatchItems: 1 } });
    server.misbehave('capture', { kind: 'reset' });
    submit(delivery, 3);
    await eventually(() => expect(delivery.status().breaker).toBe('open'));
    const status = {
      type: 'breakpoint_status',
      breakpointId: 'b-1',
      state: 'received',
      reason: null,
    } as const;
    expect(await delivery.report([status])).toMatchObject({ killSwitch: false });
    await delivery.report([status]);
    const types = server
      .requestsTo('active')
      .map((request) => [...request.body.matchAll(/"type":"(\w+)"/g)].map((match) => match[1]));
    expect(types).toEqual([['circuit_breaker_tripped', 'breakpoint_status'], ['breakpoint_status']]);
  });
});

describe('a key that is refused', () => {
  test('stops sending with one warning, keeps the queue, and is tried again slowly', async () => {
    const keys: string[] = [];
    const delivery = deliver(
      { limits: { authRetryMs: 80 } },
      {
        apiKey: () => {
          keys.push(server.acceptsKey ? 'good' : 'bad');
          return server.apiKey;
        },
      },
    );
    server.acceptsKey = false;
    submit(delivery, 2);
    await eventually(() => expect(delivery.status().accessDenied).toBe(true));
    submit(delivery, 1, 2);
    expect(delivery.status()).toMatchObject({ queued: 3, inFlight: 0 });
    await server.until(() => server.requestsTo('capture').length >= 2);
    server.acceptsKey = true;
    await eventually(() => expect(stored).toBe(3));
    expect(accessProblems).toEqual([expect.stringContaining('answered 401 (unknown_key)'), null]);
    expect(keys.at(-1)).toBe('good');
    expect(delivery.status().breaker).toBe('closed');
    expect(dropped).toEqual({});
  });

  test.each([
    ['fails', () => Promise.reject(new Error('no vault')), 'The apiKey function failed. Check the API key'],
    [
      'does not answer',
      () => new Promise<string>(() => {}),
      'The apiKey function gave no key within 30 ms. Check the API key',
    ],
  ])(
    'is no fault of the server when its function %s: the breaker stays closed and the queue is kept',
    async (_what, apiKey, problem) => {
      const delivery = deliver(
        { limits: { authRetryMs: 20, breakerFailures: 1 } },
        { apiKey, requestTimeoutMs: 30 },
      );
      submit(delivery, 2);
      await eventually(() => expect(accessProblems).toEqual([expect.stringContaining(problem)]));
      await delivery.flush(150);
      expect(delivery.status().breaker).toBe('closed');
      expect(delivery.status().queued + delivery.status().inFlight).toBe(2);
      expect({ dropped, requests: server.requests }).toEqual({ dropped: {}, requests: [] });
    },
  );

  test('is waited for by the next try when its function is slow', async () => {
    const key = Promise.withResolvers<string>();
    const delivery = deliver({}, { apiKey: () => key.promise, requestTimeoutMs: 2_000 });
    submit(delivery, 1);
    await eventually(() => expect(delivery.status().inFlight).toBe(1));
    // The first of three tries has given up by then.
    setTimeout(() => key.resolve(server.apiKey), 2_100);
    await eventually(() => expect(stored).toBe(1));
    expect(accessProblems).toEqual([]);
  });

  test('is tried again although the timer fires before the clock says so, as after a long turn', async () => {
    const delivery = deliver({
      limits: { authRetryMs: 80 },
      clock: {
        ...SYSTEM_CLOCK,
        setTimer: (callback, delayMs, options) => SYSTEM_CLOCK.setTimer(callback, delayMs / 2, options),
      },
    });
    server.acceptsKey = false;
    submit(delivery, 1);
    await eventually(() => expect(delivery.status().accessDenied).toBe(true));
    server.acceptsKey = true;
    await eventually(() => expect(stored).toBe(1));
  });

  test('loses what does not fit, and what is left at the end, as auth', async () => {
    server.acceptsKey = false;
    const delivery = deliver({ limits: { maxQueuedItems: 3 } });
    submit(delivery, 1);
    await eventually(() => expect(delivery.status().accessDenied).toBe(true));
    submit(delivery, 4, 1);
    expect(dropped).toEqual({ auth: 2 });
    await delivery.close(1_000);
    expect(dropped).toEqual({ auth: 5 });
  });
});

describe('a kill', () => {
  test('drops what is queued and what would be tried again', async () => {
    server.misbehave('capture', { kind: 'status', status: 503, headers: { 'retry-after': '60' } });
    const delivery = deliver({ limits: { maxBatchItems: 2 } });
    submit(delivery, 5);
    await server.until(() => server.requestsTo('capture').length === 1);
    delivery.dropQueued('killed');
    await eventually(() => expect(delivery.status().inFlight).toBe(0));
    expect(dropped).toEqual({ killed: 5 });
    expect(server.requestsTo('capture')).toHaveLength(1);
  });

  test('lets a try that is under way end, and counts what it stored', async () => {
    const gate = Promise.withResolvers<void>();
    server.misbehave('capture', {
      kind: 'custom',
      handle: (_request, response) => {
        void gate.promise.then(() =>
          response.writeHead(202).end('{"accepted":2,"duplicates":0,"rejected":[]}'),
        );
      },
    });
    const delivery = deliver({ limits: { maxBatchItems: 2 } });
    submit(delivery, 3);
    await server.until(() => server.requestsTo('capture').length === 1);
    delivery.dropQueued('killed');
    expect(dropped).toEqual({ killed: 1 });
    gate.resolve();
    await eventually(() => expect(stored).toBe(2));
    expect(dropped).toEqual({ killed: 1 });
  });
});

describe('flush', () => {
  test('sends at once what waits for company, and says that nothing is left', async () => {
    const delivery = deliver({ limits: { lingerMs: 60_000 } });
    submit(delivery, 250);
    expect(await delivery.flush(60_000)).toEqual({ unsent: 0 });
    expect(stored).toBe(250);
  });

  test('ends at its time and says what is left, which stays queued', async () => {
    server.misbehave('capture', { kind: 'hang' });
    const delivery = deliver({ limits: { maxBatchItems: 2 } }, { requestTimeoutMs: 60_000 });
    submit(delivery, 5);
    const start = performance.now();
    expect(await delivery.flush(50)).toEqual({ unsent: 5 });
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(delivery.status()).toMatchObject({ queued: 3, inFlight: 2 });
  });

  test('does not wait for a breaker that is open', async () => {
    server.misbehave('capture', { kind: 'reset' });
    const delivery = deliver({ limits: { maxBatchItems: 1 } });
    submit(delivery, 5);
    expect(await delivery.flush(60_000)).toEqual({ unsent: 2 });
  });

  test('with nothing to send is over at once', async () => {
    expect(await deliver().flush(60_000)).toEqual({ unsent: 0 });
  });
});

describe('with syncFlush', () => {
  test('nothing leaves before a flush, however much there is, nor after it', async () => {
    const delivery = deliver({ limits: { lingerMs: null, maxBatchItems: 2 } });
    submit(delivery, 5);
    expect(delivery.status()).toMatchObject({ queued: 5, inFlight: 0 });
    expect(await delivery.flush(60_000)).toEqual({ unsent: 0 });
    expect(stored).toBe(5);
    submit(delivery, 2, 5);
    expect(delivery.status()).toMatchObject({ queued: 2, inFlight: 0 });
  });
});

describe('close', () => {
  test('flushes, then counts the rest as shutdown; later snapshots too', async () => {
    server.misbehave('capture', { kind: 'hang' });
    const delivery = deliver({ limits: { maxBatchItems: 2 } }, { requestTimeoutMs: 60_000 });
    submit(delivery, 5);
    await Promise.all([delivery.close(30), delivery.close(30)]);
    expect(dropped).toEqual({ shutdown: 5 });
    submit(delivery, 1, 5);
    expect(dropped).toEqual({ shutdown: 6 });
    expect(delivery.status()).toMatchObject({ queued: 0, inFlight: 0 });
  });

  test('lets a last word be said when all is counted, and nothing after it', async () => {
    const delivery = deliver();
    submit(delivery, 2);
    const heard: unknown[] = [];
    await delivery.close(30_000, async () => {
      heard.push(stored, await delivery.report([]));
    });
    expect(heard).toEqual([2, expect.objectContaining({ killSwitch: false })]);
    expect(await delivery.report([])).toBeNull();
    expect(server.requestsTo('active')).toHaveLength(1);
  });

  test('waits a second for the last word, not as long as the time that is left', async () => {
    server.misbehave('active', { kind: 'hang' });
    const delivery = deliver({}, { requestTimeoutMs: 60_000 });
    const startedMs = performance.now();
    await delivery.close(600_000, () => delivery.report([]));
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(990);
    expect(server.requestsTo('active')).toHaveLength(1);
  });

  test('lets no last word be said when the time is over', async () => {
    server.misbehave('capture', { kind: 'hang' });
    const delivery = deliver({}, { requestTimeoutMs: 60_000 });
    submit(delivery, 1);
    await delivery.close(20, () => delivery.report([]));
    expect(dropped).toEqual({ shutdown: 1 });
    expect(server.requestsTo('active')).toHaveLength(0);
  });
});

describe('registration', () => {
  test('gives the breakpoint that the server made, or knew', async () => {
    const delivery = deliver();
    const made = await delivery.register(registration('checkout'));
    expect(made).toMatchObject({ label: 'checkout', enabled: true, maxCaptures: 0 });
    expect(await delivery.register(registration('checkout'))).toEqual(made);
  });

  test('is tried again until the server is back', async () => {
    server.misbehave('register', { kind: 'reset' }, 5);
    expect(await deliver().register(registration('checkout'))).toMatchObject({ label: 'checkout' });
    expect(server.requestsTo('register')).toHaveLength(6);
  });

  test('gives up after its tries, or at once when trying again cannot help', async () => {
    const delivery = deliver({ limits: { maxRegistrationTries: 3 } });
    server.misbehave('register', { kind: 'status', status: 500 });
    expect(await delivery.register(registration('a'))).toBeNull();
    server.misbehave('register', { kind: 'status', status: 400 });
    expect(await delivery.register(registration('b'))).toBeNull();
    expect(server.requestsTo('register')).toHaveLength(4);
  });

  test('of a thousand labels at once asks for one after the other', async () => {
    const delivery = deliver();
    const known = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => delivery.register(registration(`label ${index}`))),
    );
    expect(known.map((breakpoint) => breakpoint?.label)).toEqual([...server.breakpoints.keys()]);
    expect(server.maxOpenSockets).toBeLessThanOrEqual(2);
  });

  test('ends with null when the agent shuts down meanwhile', async () => {
    server.misbehave('register', { kind: 'hang' });
    const delivery = deliver({}, { requestTimeoutMs: 60_000 });
    const pending = [delivery.register(registration('a')), delivery.register(registration('b'))];
    await server.until(() => server.requestsTo('register').length === 1);
    await delivery.close(0);
    expect(await Promise.all(pending)).toEqual([null, null]);
  });
});

describe('a report', () => {
  test('brings the state back, to the caller and to onState', async () => {
    const seen: unknown[] = [];
    server.killSwitch = true;
    const delivery = deliver({ onState: (state) => seen.push(state) });
    const state = await delivery.report([]);
    expect(state).toMatchObject({ killSwitch: true, version: { rev: 1 } });
    expect(seen).toEqual([state]);
    expect(server.requestsTo('active')[0]?.method).toBe('GET');
  });

  test.each(['reset', 'html', 'hang'] as const)('that meets %s is null', async (kind) => {
    server.misbehave('active', { kind });
    const delivery = deliver({}, { requestTimeoutMs: 50 });
    expect(await delivery.report([])).toBeNull();
    await expect(delivery.fetchState()).rejects.toHaveProperty('name', 'DeliveryError');
  });

  test('is not sent again and again with a key that is refused', async () => {
    server.acceptsKey = false;
    const delivery = deliver();
    expect(await delivery.report([])).toBeNull();
    expect(await delivery.report([])).toBeNull();
    expect(server.requestsTo('active')).toHaveLength(1);
    expect(accessProblems).toEqual([
      'The control server answered 401 (unknown_key). Check the API key and what it is allowed to; the next try is in 300 s.',
    ]);
  });
});

test('what the host carries in its async context does not come along', async () => {
  const host = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  const delivery = deliver({ onStored: () => seen.push(host.getStore()) });
  host.run('a request of the host', () => submit(delivery, 1));
  await eventually(() => expect(seen).toHaveLength(1));
  expect(seen).toEqual([undefined]);
});

test('listeners that throw harm nobody', async () => {
  const delivery = deliver({
    onStored: rude,
    onDrop: rude,
    onState: rude,
    onBreaker: rude,
    limits: { maxBatchItems: 1 },
  });
  submit(delivery, 2);
  await server.until(() => server.stored.size === 2);
  server.misbehave('capture', { kind: 'reset' });
  submit(delivery, 3, 2);
  await eventually(() => expect(delivery.status().breaker).toBe('open'));
  expect(await delivery.report([])).not.toBeNull();
});

test('a snapshot for which the process has no memory is lost by name, and the caller hears nothing', () => {
  const delivery = deliver({
    memory: {
      keep() {
        throw new RangeError('Array buffer allocation failed');
      },
      lines: 0,
      pages: 0,
    },
  });
  submit(delivery, 2);
  expect(dropped).toEqual({ error: 2 });
  expect(delivery.status()).toMatchObject({ queued: 0, inFlight: 0 });
});
