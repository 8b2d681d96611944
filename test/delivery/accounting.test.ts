import { expect, test } from 'vitest';
import type { Delivery } from '../../src/delivery/delivery.ts';
import { createDelivery } from '../../src/delivery/create-delivery.ts';
import { createLineMemory } from '../../src/delivery/line-memory.ts';
import { createTransport } from '../../src/delivery/transport.ts';
import type { DropReason } from '../../src/protocol/drop-reason.ts';
import { startFakeControlServer } from '../helpers/fake-control-server.ts';
import type { Fault } from '../helpers/fake-control-server.ts';
import { mulberry32 } from '../helpers/mulberry32.ts';
import { recordingLog, snapshotOf } from './snapshot-fixture.ts';
import { eventually } from '../helpers/until.ts';

const FAULTS: (Fault | null)[] = [
  null,
  null,
  { kind: 'reset' },
  { kind: 'lost_answer' },
  { kind: 'no_answer' },
  { kind: 'hang' },
  { kind: 'garbage' },
  { kind: 'html' },
  { kind: 'truncated' },
  { kind: 'slow' },
  { kind: 'redirect', location: 'http://127.0.0.1:1/' },
  ...[400, 401, 403, 408, 413, 415, 429, 500, 503].map((status) => ({ kind: 'status', status }) as const),
];

function canSend(delivery: Delivery): boolean {
  const { breaker, accessDenied } = delivery.status();
  return breaker !== 'open' && !accessDenied;
}

test.each([1, 2, 3, 4, 5, 6])(
  'every snapshot ends as stored or under exactly one reason, whatever the server does (seed %i)',
  async (seed) => {
    const random = mulberry32(seed);
    const server = await startFakeControlServer();
    const transport = createTransport({
      endpoint: new URL(server.url),
      apiKey: () => server.apiKey,
      instanceId: 'i-1',
      userAgent: 'stillframe/0.0.0 node/24',
      requestTimeoutMs: 100,
    });
    let stored = 0;
    const dropped: Partial<Record<DropReason, number>> = {};
    const memory = createLineMemory();
    const delivery = createDelivery({
      transport,
      memory,
      serviceName: 'shop',
      log: recordingLog(),
      random,
      limits: {
        lingerMs: 2,
        maxBatchItems: 8,
        maxQueuedItems: 40,
        maxBatchBytes: 20_000,
        retryBaseDelayMs: 1,
        retryMaxDelayMs: 3,
        breakerCooldownMs: 10,
        authRetryMs: 10,
      },
      onStored: (count) => (stored += count),
      onDrop: (reason, count) => (dropped[reason] = (dropped[reason] ?? 0) + count),
    });

    /** The server has what it confirmed, and of the rest at most what is said to be unsure. */
    function expectBounds(): void {
      expect(server.stored.size).toBeGreaterThanOrEqual(stored);
      expect(server.stored.size).toBeLessThanOrEqual(stored + delivery.status().unconfirmed);
    }

    let submitted = 0;
    for (let round = 0; round < 40; round++) {
      const fault = FAULTS[Math.floor(random() * FAULTS.length)] ?? null;
      server.misbehave('capture', fault, 1 + Math.floor(random() * 4));
      for (let count = Math.floor(random() * 20); count > 0; count--) {
        const text = 'x'.repeat(random() < 0.02 ? 30_000 : 50);
        delivery.submit(snapshotOf(submitted, { text, number: submitted }));
        submitted += 1;
      }
      if (random() < 0.05) delivery.dropQueued('killed');
      await delivery.flush(Math.floor(random() * 60));
      expectBounds();
      await eventually(() => expect(canSend(delivery)).toBe(true), { interval: 1 });
    }
    // On a machine that is busy enough nothing got through so far, and the sums below would prove little.
    await eventually(async () => {
      if (stored === 0) {
        server.misbehave('capture', null);
        delivery.submit(snapshotOf(submitted, { number: submitted }));
        submitted += 1;
        await delivery.flush(5_000);
      }
      expect(stored).toBeGreaterThan(0);
    });
    if (random() < 0.5) server.misbehave('capture', null);
    await delivery.close(random() < 0.5 ? 0 : 500);
    await transport.close();

    const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
    expect(stored + lost).toBe(submitted);
    expect(delivery.status()).toMatchObject({ queued: 0, inFlight: 0 });
    expect(memory.lines).toBe(0);
    expectBounds();
    expect(stored + delivery.status().unconfirmed).toBeLessThanOrEqual(submitted);
    for (const [id, item] of server.stored) {
      expect(JSON.stringify(item)).toContain(`"number":${Number(id.slice(-12))}}`);
    }
    await server.close();
  },
);
