import { chmodSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDelivery } from '../../src/delivery/create-delivery.ts';
import type { Delivery, DeliveryOptions } from '../../src/delivery/delivery.ts';
import { createLineMemory } from '../../src/delivery/line-memory.ts';
import type { LineMemory } from '../../src/delivery/line-memory.ts';
import { createSpool } from '../../src/delivery/spool.ts';
import type { Spool } from '../../src/delivery/spool.ts';
import type { SpoolKind } from '../../src/delivery/spool-folder.ts';
import { createTransport } from '../../src/delivery/transport.ts';
import type { Transport } from '../../src/delivery/transport.ts';
import type { DropReason } from '../../src/protocol/drop-reason.ts';
import { startFakeControlServer } from '../helpers/fake-control-server.ts';
import type { FakeControlServer } from '../helpers/fake-control-server.ts';
import { recordingLog, snapshotOf } from './snapshot-fixture.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { eventually } from '../helpers/until.ts';

let server: FakeControlServer;
let stored: number;
let spooled: number;
let dropped: Partial<Record<DropReason, number>>;
let folder: string;
const open: { delivery: Delivery; transport: Transport; memory: LineMemory }[] = [];

beforeEach(async () => {
  server = await startFakeControlServer();
  stored = 0;
  spooled = 0;
  dropped = {};
  folder = join(temporaryFolder(), 'spool');
});

afterEach(async () => {
  for (const { delivery, transport, memory } of open.splice(0)) {
    await delivery.close(0);
    await transport.close();
    expect(memory.lines, 'lines of a delivery that is closed').toBe(0);
  }
  await server.close();
});

function spoolOf(kind: SpoolKind, maxBytes = 1_000_000): Spool {
  return createSpool({
    folder,
    kind,
    maxBytes,
    now: () => performance.now(),
    wallNow: Date.now,
    onProblem() {},
    onUsable() {},
  });
}

function deliver(options: Partial<DeliveryOptions> = {}): Delivery {
  const transport = createTransport({
    endpoint: new URL(server.url),
    apiKey: () => server.apiKey,
    instanceId: 'i-1',
    userAgent: 'stillframe/0.0.0 node/24',
    requestTimeoutMs: 60_000,
  });
  const memory = createLineMemory();
  const delivery = createDelivery({
    transport,
    memory,
    serviceName: 'shop',
    log: recordingLog(),
    failedSpool: spoolOf('failed'),
    onStored: (count) => (stored += count),
    onSpooled: (count) => (spooled += count),
    onDrop: (reason, count) => (dropped[reason] = (dropped[reason] ?? 0) + count),
    ...options,
    limits: { lingerMs: 5, retryBaseDelayMs: 1, retryMaxDelayMs: 1, ...options.limits },
  });
  open.push({ delivery, transport, memory });
  return delivery;
}

function submit(delivery: Delivery, count: number, from = 0): void {
  for (let index = 0; index < count; index++) delivery.submit(snapshotOf(from + index));
}

/** Numbers of the snapshots in the files of this kind. */
function numbersIn(kind: SpoolKind): number[] {
  return textsIn(kind)
    .join('')
    .split('\n')
    .filter(Boolean)
    .map((text) => (JSON.parse(text) as { variables: { number: number } }).variables.number);
}

function textsIn(kind: SpoolKind): string[] {
  const names = readdirSync(folder).filter((name) => name.startsWith(`${kind}-`));
  return names.map((name) => readFileSync(join(folder, name), 'utf8'));
}

describe('with a spool', () => {
  it('a batch that failed after its tries is kept, and nothing is lost', async () => {
    server.misbehave('capture', { kind: 'status', status: 503 }, 3);
    const delivery = deliver();
    submit(delivery, 3);
    await eventually(() => expect(spooled).toBe(3));
    submit(delivery, 2, 3);
    await eventually(() => expect(stored).toBe(2));
    expect(numbersIn('failed')).toEqual([0, 1, 2]);
    expect(dropped).toEqual({});
    expect(delivery.status()).toMatchObject({ queued: 0, inFlight: 0 });
  });

  it('what overflows the queue is kept, oldest first', async () => {
    server.misbehave('capture', { kind: 'hang' });
    const delivery = deliver({ limits: { maxBatchItems: 1, maxQueuedItems: 2 } });
    submit(delivery, 1);
    submit(delivery, 5, 1);
    await eventually(() => expect(spooled).toBe(3));
    expect(numbersIn('failed')).toEqual([1, 2, 3]);
  });

  it('what is left at shutdown is kept, what is on the wire too', async () => {
    server.misbehave('capture', { kind: 'hang' });
    const delivery = deliver({ limits: { maxBatchItems: 2 } });
    submit(delivery, 5);
    await delivery.close(20);
    await eventually(() => expect(spooled).toBe(5));
    expect(numbersIn('failed').toSorted()).toEqual([0, 1, 2, 3, 4]);
    submit(delivery, 1);
    expect(dropped).toEqual({ shutdown: 1 });
  });

  it('what is kept at the end is counted before the last word', async () => {
    server.acceptsKey = false;
    const delivery = deliver();
    submit(delivery, 2);
    await eventually(() => expect(delivery.status().accessDenied).toBe(true));
    const counted: unknown[] = [];
    await delivery.close(30_000, async () => void counted.push(spooled, delivery.status().inFlight));
    expect(counted).toEqual([2, 0]);
  });

  it('what the key was refused for is kept at the end', async () => {
    server.acceptsKey = false;
    const delivery = deliver();
    submit(delivery, 2);
    await eventually(() => expect(delivery.status().accessDenied).toBe(true));
    await delivery.close(20);
    await eventually(() => expect([spooled, dropped]).toEqual([2, {}]));
  });

  it.each([
    [400, 'rejected'],
    [413, 'size'],
  ] as const)(
    'what the server refuses with %i is lost as %s: it would be refused again',
    async (status, reason) => {
      server.misbehave('capture', { kind: 'status', status });
      submit(deliver(), 1);
      await eventually(() => expect(dropped).toEqual({ [reason]: 1 }));
      expect(spooled).toBe(0);
    },
  );

  it('what a kill drops is not kept', async () => {
    server.misbehave('capture', { kind: 'status', status: 503, headers: { 'retry-after': '60' } });
    const delivery = deliver({ limits: { maxBatchItems: 2 } });
    submit(delivery, 5);
    await server.until(() => server.requestsTo('capture').length === 1);
    delivery.dropQueued('killed');
    await eventually(() => expect(dropped).toEqual({ killed: 5 }));
    await delivery.close(20);
    expect(spooled).toBe(0);
  });

  it('what the spool does not take is counted under its reason', async () => {
    mkdirSync(folder, { mode: 0o755 });
    chmodSync(folder, 0o755);
    server.misbehave('capture', { kind: 'status', status: 503 });
    submit(deliver(), 2);
    await eventually(() => expect(dropped).toEqual({ send: 2 }));
  });

  it('a full one takes what it can', async () => {
    server.misbehave('capture', { kind: 'status', status: 503 });
    const bytes = Buffer.byteLength(JSON.stringify(snapshotOf(1)));
    submit(deliver({ failedSpool: spoolOf('failed', bytes * 2) }), 5);
    await eventually(() => expect(spooled + (dropped['send'] ?? 0)).toBe(5));
    expect(spooled).toBeGreaterThan(0);
    expect(numbersIn('failed')).toHaveLength(spooled);
  });

  it('a last flush keeps what a server that hangs did not take', async () => {
    server.misbehave('capture', { kind: 'hang' });
    const delivery = deliver({ limits: { maxBatchItems: 2 } });
    submit(delivery, 5);
    expect(await delivery.flush(20, true)).toEqual({ unsent: 0 });
    expect(spooled).toBe(5);
    server.misbehave('capture', null);
    submit(delivery, 1, 5);
    expect(await delivery.flush(60_000, true)).toEqual({ unsent: 0 });
    expect(stored).toBe(1);
  });
});

describe('with a spool for all', () => {
  it('the file is what the server got, byte by byte', async () => {
    const delivery = deliver({ allSpool: spoolOf('all'), limits: { maxBatchItems: 2 } });
    submit(delivery, 5);
    await eventually(() => expect(stored).toBe(5));
    await delivery.close(100);
    expect(textsIn('all').join('')).toBe(
      server
        .requestsTo('capture')
        .map(({ body }) => body)
        .join(''),
    );
  });

  it('a snapshot is in it once, however often it was tried', async () => {
    server.misbehave('capture', { kind: 'lost_answer' }, 2);
    const delivery = deliver({ allSpool: spoolOf('all') });
    submit(delivery, 2);
    await eventually(() => expect(stored).toBe(2));
    await delivery.close(100);
    expect(numbersIn('all')).toEqual([0, 1]);
  });
});

it('a process that ends by itself leaves in the spool what the server did not take, scrubbed', async () => {
  server.misbehave('capture', { kind: 'hang' });
  const root = join(import.meta.dirname, '..', '..');
  const options = {
    apiKey: server.apiKey,
    endpoint: server.url,
    serviceName: 'shop',
    exitFlushMs: 500,
    env: false,
    failedPayloadsDir: folder,
  };
  const program = `
    import { init, captureSnapshot, status } from ${JSON.stringify(pathToFileURL(join(root, 'src', 'index.ts')).href)};
    init(${JSON.stringify(options)});
    captureSnapshot('last words', { mail: 'ada@example.com' });
    while (status().held > 0) await new Promise((resolve) => setTimeout(resolve, 5));`;
  const { stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: root,
  });
  expect(stderr).toBe('');
  expect(JSON.parse(textsIn('failed').join(''))).toMatchObject({
    label: 'last words',
    variables: { mail: '[REDACTED:email]' },
  });
});

it('loses by name what it has no memory to copy, and rejects nothing', async () => {
  const delivery = deliver({
    allSpool: spoolOf('all'),
    memory: {
      keep: (text) => ({
        bytes: text.length,
        copyTo() {
          throw new RangeError('Array buffer allocation failed');
        },
        letGo() {},
      }),
      lines: 0,
      pages: 0,
    },
  });
  submit(delivery, 2);
  await eventually(() => expect(dropped).toEqual({ send: 2 }));
  expect(delivery.status()).toMatchObject({ queued: 0, inFlight: 0 });
  expect(spooled).toBe(0);
});
