import { afterEach, describe, expect, test } from 'vitest';
import { createForeignRate } from '../../../control-server/ingest/foreign-rate.ts';
import { aSnapshot } from '../../helpers/a-snapshot.ts';
import { agentClient } from '../live/live-server.ts';
import { startIngest } from './ingest-server.ts';
import type { IngestServer } from './ingest-server.ts';

const JAVA = agentClient({ userAgent: 'Java-http-client/17.0.15' });

describe('the rate of a client of another language', () => {
  test('is 10 a second of one breakpoint, 100 at once', () => {
    let nowMs = 0;
    const rate = createForeignRate(() => nowMs);
    const snapshot = aSnapshot({});
    const allowed = (count: number) =>
      Array.from({ length: count }, () => rate.allows(JAVA, snapshot)).filter((isAllowed) => isAllowed)
        .length;
    expect(allowed(150)).toBe(100);
    nowMs += 99;
    expect(allowed(5)).toBe(0);
    nowMs += 1;
    expect(allowed(5)).toBe(1);
    nowMs += 60_000;
    expect(allowed(150)).toBe(100);
  });

  test('is counted by breakpoint, by client and by key', () => {
    const rate = createForeignRate(() => 0);
    const snapshot = aSnapshot({});
    while (rate.allows(JAVA, snapshot)) continue;
    expect(rate.allows(JAVA, aSnapshot({ label: 'another' }))).toBe(true);
    expect(rate.allows({ ...JAVA, address: '10.0.0.9' }, snapshot)).toBe(true);
    expect(rate.allows({ ...JAVA, keyId: 'key-2' }, snapshot)).toBe(true);
    expect(rate.allows(JAVA, snapshot)).toBe(false);
  });

  test('is not that of our agents, which count for themselves', () => {
    const rate = createForeignRate(() => 0);
    const own = agentClient();
    const allowed = Array.from({ length: 1_000 }, () => rate.allows(own, aSnapshot({})));
    expect(allowed).not.toContain(false);
  });
});

const servers: IngestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

test('beyond its rate a lone capture is answered by a success that says why it was not stored', async () => {
  const server = await startIngest({ now: () => 1_795_000_000_000 });
  servers.push(server);
  const capture = () =>
    server.call('/sdk/snapshots/capture', {
      isForeign: true,
      headers: { 'user-agent': 'Ruby', 'content-type': 'application/json' },
      body: {
        service_name: 'shop',
        label: 'checkout',
        file_path: '/app/order.rb',
        line_number: 1,
        captured_at: '2026-11-21T10:00:00.000Z',
        variables: {},
      },
    });
  for (let count = 0; count < 100; count++) expect((await capture()).status).toBe(201);
  expect(await capture()).toMatchObject({
    status: 200,
    json: { accepted: 0, rejected: [{ index: 0, code: 'rate' }] },
  });
  expect((await server.store.listSnapshots({ limit: 500 })).items).toHaveLength(100);
});
