import { afterEach, describe, expect, test } from 'vitest';
import { createKeyQuotas } from '../../../control-server/ingest/key-quotas.ts';
import type { KeyQuotas } from '../../../control-server/ingest/key-quotas.ts';
import { startIngest } from './ingest-server.ts';
import type { IngestServer } from './ingest-server.ts';

const MIDNIGHT = Date.parse('2026-11-21T00:00:00.000Z');

interface Clock {
  ms: number;
}

function open(limits: { snapshotsPerSecond?: number; bytesPerDay?: number }, clock: Clock): KeyQuotas {
  return createKeyQuotas(
    { snapshotsPerSecond: 200, bytesPerDay: 1_000, services: 3, ...limits },
    () => clock.ms,
  );
}

/** The code and the wait of a refusal; null when the key may go on. */
function refusal(quotas: KeyQuotas, keyId = 'k'): [code: string, retryAfter: string] | null {
  try {
    quotas.demand(keyId);
    return null;
  } catch (error) {
    const { code, headers, status } = error as {
      code: string;
      status: number;
      headers: Record<string, string>;
    };
    expect(status).toBe(429);
    return [code, headers['retry-after'] ?? ''];
  }
}

describe('the snapshots of a key', () => {
  test('may come ten seconds at once, then at their rate', () => {
    const clock = { ms: MIDNIGHT };
    const quotas = open({}, clock);
    quotas.take('k', 1_999, 0);
    expect(refusal(quotas)).toBeNull();
    quotas.take('k', 1, 0);
    expect(refusal(quotas)).toEqual(['quota_snapshots', '1']);
    clock.ms += 5;
    expect(refusal(quotas)).toBeNull();
    quotas.take('k', 1, 0);
    expect(refusal(quotas)).toEqual(['quota_snapshots', '1']);
  });

  test('of a whole queue are taken in one request, and those after it wait the longer', () => {
    const clock = { ms: MIDNIGHT };
    const quotas = open({ snapshotsPerSecond: 1 }, clock);
    quotas.take('k', 999, 0);
    quotas.take('k', 61, 0);
    expect(refusal(quotas)).toEqual(['quota_snapshots', '61']);
    clock.ms += 60_000;
    expect(refusal(quotas)).toEqual(['quota_snapshots', '1']);
    clock.ms += 1_000;
    expect(refusal(quotas)).toBeNull();
  });

  test('of another key are its own', () => {
    const quotas = open({}, { ms: MIDNIGHT });
    quotas.take('k', 5_000, 2_000);
    expect(refusal(quotas)).not.toBeNull();
    expect(refusal(quotas, 'other')).toBeNull();
  });

  test('are not held back by a clock that is set back', () => {
    const clock = { ms: MIDNIGHT + 3_600_000 };
    const quotas = open({}, clock);
    quotas.take('k', 10, 0);
    clock.ms = MIDNIGHT;
    expect(refusal(quotas)).toBeNull();
  });
});

describe('the bytes of a key', () => {
  test('are counted up to the limit, and again from midnight on', () => {
    const clock = { ms: MIDNIGHT + 86_400_000 - 90_000 };
    const quotas = open({}, clock);
    quotas.take('k', 1, 999);
    expect(refusal(quotas)).toBeNull();
    quotas.take('k', 1, 1);
    expect(refusal(quotas)).toEqual(['quota_bytes', '90']);
    expect(quotas.list()).toEqual([{ keyId: 'k', snapshotsToday: 2, bytesToday: 1_000, refusedToday: 1 }]);
    clock.ms += 90_000;
    expect(refusal(quotas)).toBeNull();
    expect(quotas.list()).toEqual([{ keyId: 'k', snapshotsToday: 0, bytesToday: 0, refusedToday: 0 }]);
  });
});

const servers: IngestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe('a capture', () => {
  const snapshot = {
    service_name: 'shop',
    label: 'checkout',
    file_path: '/app/order.ts',
    line_number: 1,
    captured_at: '2026-11-21T10:00:00.000Z',
    variables: {},
  };
  const capture = (server: IngestServer) => server.call('/sdk/snapshots/capture', { body: snapshot });

  test('of a key that has sent enough is refused with 429 and when to come back; control is not concerned', async () => {
    const clock = { ms: MIDNIGHT };
    const server = await startIngest({ quotas: open({ bytesPerDay: 1 }, clock) });
    servers.push(server);
    expect((await capture(server)).status).toBe(201);
    expect(await capture(server)).toMatchObject({
      status: 429,
      json: { code: 'quota_bytes' },
      headers: { 'retry-after': '86400', 'content-type': expect.stringContaining('problem+json') as unknown },
    });
    expect((await server.call('/sdk/snapshots/active/shop')).status).toBe(200);
    expect((await server.store.listSnapshots({})).items).toHaveLength(1);
  });

  test('is refused with 507 while the disk has no room, and taken as soon as it has', async () => {
    let isFull = true;
    const server = await startIngest({ isDiskFull: () => isFull });
    servers.push(server);
    expect(await capture(server)).toMatchObject({
      status: 507,
      json: { code: 'disk_full' },
      headers: { 'retry-after': '30', 'content-type': expect.stringContaining('problem+json') as unknown },
    });
    expect((await server.call('/sdk/snapshots/active/shop')).status).toBe(200);
    isFull = false;
    expect((await capture(server)).status).toBe(201);
  });
});

describe('the agents of a key', () => {
  test('are as many as it allows; one more is refused, those who are there are not', async () => {
    const server = await startIngest({}, undefined, { maxAgentsPerKey: 2 });
    servers.push(server);
    const other = await server.createKey();
    const poll = (instance: number, key = server.key) =>
      server.call('/sdk/snapshots/active/shop', {
        key,
        headers: { 'x-agent-instance': `11111111-1111-4111-8111-${String(instance).padStart(12, '0')}` },
      });
    expect([(await poll(1)).status, (await poll(2)).status, (await poll(1)).status]).toEqual([200, 200, 200]);
    expect(await poll(3)).toMatchObject({
      status: 429,
      json: { code: 'too_many_agents' },
      headers: { 'retry-after': '60' },
    });
    expect((await poll(2)).status).toBe(200);
    expect((await poll(3, other.text)).status).toBe(200);
    const stream = await server.call('/sdk/snapshots/stream/shop', {
      headers: { 'x-agent-instance': '22222222-1111-4111-8111-111111111111' },
    });
    expect(stream.status).toBe(429);
    expect([...server.live.countAgentsByKey().values()]).toEqual([2, 1]);
  });

  test('are not made more by labels or snapshots of agents that would be refused, which are taken all the same', async () => {
    const server = await startIngest({}, undefined, { maxAgentsPerKey: 1 });
    servers.push(server);
    const { text: key } = await server.createKey();
    const headers = (instance: number) => ({
      'x-agent-instance': `11111111-1111-4111-8111-${String(instance).padStart(12, '0')}`,
    });
    await server.call('/sdk/snapshots/active/shop', { key, headers: headers(1) });
    const registered = await server.call('/sdk/snapshots/auto-register', {
      key,
      headers: headers(2),
      body: { service_name: 'shop', label: 'l', function_name: 'f', file_path: '/a.js', line_number: 1 },
    });
    const captured = await server.call('/sdk/snapshots/capture', {
      key,
      headers: headers(3),
      body: ['shop', 'billing', 'mail'].map((service_name) => ({
        service_name,
        label: 'l',
        file_path: '/a.js',
        line_number: 1,
        captured_at: '2026-11-21T10:00:00.000Z',
        variables: {},
      })),
    });
    expect([registered.status, captured.json]).toEqual([201, expect.objectContaining({ accepted: 3 })]);
    expect(server.live.listAgents().map(({ instanceId }) => instanceId)).toEqual([
      '11111111-1111-4111-8111-000000000001',
    ]);
  });
});
