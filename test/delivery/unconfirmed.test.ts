import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDelivery } from '../../src/delivery/create-delivery.ts';
import type { Delivery, DeliveryOptions } from '../../src/delivery/delivery.ts';
import { createTransport } from '../../src/delivery/transport.ts';
import type { Transport } from '../../src/delivery/transport.ts';
import type { DropReason } from '../../src/protocol/drop-reason.ts';
import { startFakeControlServer } from '../helpers/fake-control-server.ts';
import type { FakeControlServer, Fault } from '../helpers/fake-control-server.ts';
import { recordingLog, snapshotOf } from './snapshot-fixture.ts';

let server: FakeControlServer;
let transport: Transport;
let delivery: Delivery;
let stored: number;
let spooled: number;
let dropped: Partial<Record<DropReason, number>>;
/** What the server does with each try, one after the other; null: its job. */
let faults: (Fault | null)[];

beforeEach(async () => {
  server = await startFakeControlServer();
  stored = 0;
  spooled = 0;
  dropped = {};
  faults = [];
});

afterEach(async () => {
  await delivery.close(0);
  await transport.close();
  await server.close();
});

function deliver(options: Partial<DeliveryOptions> = {}): void {
  transport = createTransport({
    endpoint: new URL(server.url),
    apiKey: () => server.apiKey,
    instanceId: 'i-1',
    userAgent: 'stillframe/0.0.0 node/24',
    requestTimeoutMs: 60_000,
  });
  const { request } = transport;
  delivery = createDelivery({
    transport: {
      ...transport,
      request(given) {
        const fault = faults.shift();
        if (fault !== undefined) server.misbehave('capture', fault, 1);
        return request(given);
      },
    },
    serviceName: 'shop',
    log: recordingLog(),
    onStored: (count) => (stored += count),
    onSpooled: (count) => (spooled += count),
    onDrop: (reason, count) => (dropped[reason] = (dropped[reason] ?? 0) + count),
    ...options,
    limits: { lingerMs: 5, retryBaseDelayMs: 1, retryMaxDelayMs: 1, ...options.limits },
  });
}

/** What the books say, beside what the server really has. */
const books = (): object => {
  const { queued, inFlight, unconfirmed } = delivery.status();
  return { stored, dropped, waiting: queued + inFlight, unconfirmed, onServer: server.stored.size };
};

const LOST: Fault = { kind: 'lost_answer' };
const refuse = (status: number): Fault => ({ kind: 'status', status, headers: { 'retry-after': '0' } });
const REJECTS: Fault = {
  kind: 'custom',
  handle: (_request, response) =>
    response
      .writeHead(202)
      .end(JSON.stringify({ accepted: 0, duplicates: 0, rejected: [{ index: 0, code: 'planned' }] })),
};

test.each<[string, readonly (Fault | null)[], object]>([
  [
    'whose answer is lost each time is lost, and the server has it',
    [LOST, LOST, LOST],
    { stored: 0, dropped: { send: 1 }, unconfirmed: 1, onServer: 1 },
  ],
  [
    'whose answer was lost is stored once another one comes',
    [LOST, LOST, null],
    { stored: 1, dropped: {}, unconfirmed: 0, onServer: 1 },
  ],
  [
    'whose answer was lost may be there although it is refused from then on',
    [LOST, refuse(400)],
    { stored: 0, dropped: { rejected: 1 }, unconfirmed: 1, onServer: 1 },
  ],
  [
    'whose answer was lost may be there although the server takes nothing so large from then on',
    [LOST, refuse(413)],
    { stored: 0, dropped: { size: 1 }, unconfirmed: 1, onServer: 1 },
  ],
  [
    'that a server failed over may be there: it can have failed after its commit',
    [refuse(500), refuse(500), refuse(500)],
    { stored: 0, dropped: { send: 1 }, unconfirmed: 1, onServer: 0 },
  ],
  [
    'that is answered with a page of somebody else may be there',
    [{ kind: 'html' }, { kind: 'html' }, { kind: 'html' }],
    { stored: 0, dropped: { send: 1 }, unconfirmed: 1, onServer: 0 },
  ],
  [
    'that is asked to come back later is not there',
    [refuse(429), refuse(408), refuse(429)],
    { stored: 0, dropped: { send: 1 }, unconfirmed: 0, onServer: 0 },
  ],
  [
    'that is refused is not there',
    [refuse(400)],
    { stored: 0, dropped: { rejected: 1 }, unconfirmed: 0, onServer: 0 },
  ],
  [
    'that is refused by a receipt is not there',
    [REJECTS],
    { stored: 0, dropped: { rejected: 1 }, unconfirmed: 0, onServer: 0 },
  ],
  [
    'that is sent elsewhere is not there',
    [{ kind: 'redirect', location: 'http://127.0.0.1:1/' }],
    { stored: 0, dropped: { send: 1 }, unconfirmed: 0, onServer: 0 },
  ],
])('a snapshot %s', async (_what, tries, expected) => {
  faults = [...tries];
  deliver();
  delivery.submit(snapshotOf(1));
  await delivery.flush(30_000);
  expect(books()).toEqual({ waiting: 0, ...expected });
});

test('a snapshot that is refused however it is packed is not there', async () => {
  server.misbehave('capture', refuse(415), 3);
  deliver();
  delivery.submit(snapshotOf(1, { text: 'x'.repeat(2_000) }));
  await delivery.flush(30_000);
  const encodings = server.requestsTo('capture').map(({ headers }) => headers['content-encoding']);
  expect(encodings).toEqual(['zstd', 'gzip', undefined]);
  expect(books()).toEqual({ stored: 0, dropped: { rejected: 1 }, waiting: 0, unconfirmed: 0, onServer: 0 });
});

test('what is refused as it is packed is not there, also when it cannot go packed otherwise', async () => {
  const refused: Fault = {
    kind: 'custom',
    handle: (_request, response) =>
      response.writeHead(415, { connection: 'close' }).end(() => void server.close()),
  };
  server.misbehave('capture', refused, 1);
  deliver();
  delivery.submit(snapshotOf(1, { text: 'x'.repeat(2_000) }));
  await delivery.flush(30_000);
  expect(server.requestsTo('capture')).toHaveLength(1);
  expect(books()).toEqual({ stored: 0, dropped: { send: 1 }, waiting: 0, unconfirmed: 0, onServer: 0 });
});

test('what never left is not there: nobody listens', async () => {
  await server.close();
  deliver();
  delivery.submit(snapshotOf(1));
  await delivery.flush(30_000);
  expect(books()).toEqual({ stored: 0, dropped: { send: 1 }, waiting: 0, unconfirmed: 0, onServer: 0 });
});

test('a flush whose time is over leaves what the server has already, and says so', async () => {
  faults = [{ kind: 'no_answer' }];
  deliver({ limits: { maxBatchItems: 2 } });
  for (const number of [1, 2, 3]) delivery.submit(snapshotOf(number));
  await server.until(() => server.stored.size === 2);
  await delivery.flush(0);
  expect(books()).toEqual({ stored: 0, dropped: {}, waiting: 3, unconfirmed: 2, onServer: 2 });
});

test('what is given up at the end while its answer is on its way is shutdown, and the server has it', async () => {
  faults = [{ kind: 'no_answer' }];
  deliver({ limits: { maxBatchItems: 2 } });
  for (const number of [1, 2, 3]) delivery.submit(snapshotOf(number));
  await server.until(() => server.stored.size === 2);
  await delivery.close(0);
  expect(books()).toEqual({
    stored: 0,
    dropped: { shutdown: 3 },
    waiting: 0,
    unconfirmed: 2,
    onServer: 2,
  });
});

test('what a kill keeps from another try is killed, and the server has it', async () => {
  faults = [LOST];
  deliver({ random: () => 1, limits: { retryBaseDelayMs: 60_000, retryMaxDelayMs: 60_000 } });
  delivery.submit(snapshotOf(1));
  await server.until(() => server.stored.size === 1);
  delivery.dropQueued('killed');
  await delivery.flush(30_000);
  expect(books()).toEqual({ stored: 0, dropped: { killed: 1 }, waiting: 0, unconfirmed: 1, onServer: 1 });
});

test('what the key is refused for after its answer was lost waits, and the server has it', async () => {
  faults = [LOST, refuse(401)];
  deliver();
  delivery.submit(snapshotOf(1));
  await delivery.flush(30_000);
  expect(books()).toEqual({ stored: 0, dropped: {}, waiting: 1, unconfirmed: 1, onServer: 1 });
});

test('what is kept in a file after its answers were lost is on the server too', async () => {
  faults = [LOST, LOST, LOST];
  deliver({
    failedSpool: {
      start() {},
      write: async (lines) => lines.length,
      async idle() {},
      close() {},
    },
  });
  delivery.submit(snapshotOf(1));
  await delivery.flush(30_000, true);
  expect(spooled).toBe(1);
  expect(books()).toEqual({ stored: 0, dropped: {}, waiting: 0, unconfirmed: 1, onServer: 1 });
});
