import { afterEach, describe, expect, test } from 'vitest';
import { createControlServer } from '../../control-server/server.ts';
import type { ControlServer } from '../../control-server/server.ts';
import type { LimitOptions } from '../../control-server/limit-options.ts';
import { createTemporaryFolder } from './cli/a-running-server.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const INSTANCE = '11111111-1111-4111-8111-111111111111';

async function start(limits: LimitOptions): Promise<{
  readonly server: ControlServer;
  readonly keyId: string;
  readonly sdk: (path: string, body?: unknown) => Promise<Response>;
  readonly api: (path: string) => Promise<Response>;
}> {
  const folder = createTemporaryFolder();
  ends.push(() => folder[Symbol.dispose]());
  const server = await createControlServer({
    dataFolder: folder.path,
    port: 0,
    logLevel: 'silent',
    ...limits,
  });
  ends.push(() => server.close());
  const { key, secret } = await server.createKey({
    name: 'test',
    environment: 'default',
    serviceName: null,
    scopes: ['ingest', 'control:read'],
  });
  const headers = { 'x-api-key': secret, 'content-type': 'application/json', 'x-agent-instance': INSTANCE };
  return {
    server,
    keyId: key.id,
    sdk: (path, body) =>
      fetch(server.url + path, {
        headers,
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      }),
    api: (path) => fetch(server.url + path, { headers: { authorization: `Bearer ${server.localToken}` } }),
  };
}

const SNAPSHOT = {
  service_name: 'shop',
  label: 'checkout',
  file_path: '/app/order.ts',
  line_number: 1,
  captured_at: '2026-11-21T10:00:00.000Z',
  variables: { total: 42 },
};
const CAPTURE = '/sdk/snapshots/capture';

describe('a server', () => {
  test('whose disk is fuller than it may be stores nothing, and its control plane lives', async () => {
    // There is no machine whose disk is not used at all.
    const { sdk, api } = await start({ diskLimitPercent: 1 });
    const refused = await sdk(CAPTURE, SNAPSHOT);
    expect([refused.status, await refused.json()]).toMatchObject([507, { code: 'disk_full' }]);
    expect((await sdk('/sdk/snapshots/active/shop')).status).toBe(200);
    expect((await sdk('/sdk/snapshots/auto-register', SNAPSHOT)).status).toBe(201);
    expect(await (await api('/readyz')).json()).toEqual({ status: 'degraded', problems: ['disk_full'] });
    expect(await (await api('/api/snapshots')).json()).toMatchObject({ items: [] });
  });

  test('holds a key to its snapshots a second, and shows what it sent and may', async () => {
    const { sdk, api, keyId } = await start({ keySnapshotsPerSecond: 1, keyMbPerDay: 1, keyAgents: 3 });
    const whole = Array.from({ length: 1_000 }, () => SNAPSHOT);
    for (const status of [202, 202]) expect((await sdk(CAPTURE, whole)).status).toBe(status);
    const refused = await sdk(CAPTURE, SNAPSHOT);
    expect([refused.status, await refused.json()]).toMatchObject([429, { code: 'quota_snapshots' }]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await (await api('/api/key-usage')).json()).toEqual([
      {
        keyId,
        agents: 1,
        services: 1,
        snapshotsToday: 2_000,
        bytesToday: 2 * JSON.stringify(whole).length,
        refusedToday: 1,
        limits: { snapshotsPerSecond: 1, bytesPerDay: 1_048_576, agents: 3, services: 500 },
      },
    ]);
  });

  test('takes as many services as a key may bring, by whatever call, and shows them', async () => {
    const { sdk, api, keyId } = await start({ keyServices: 3 });
    const register = (name: string) =>
      sdk('/sdk/snapshots/auto-register', { service_name: name, label: 'checkout' });
    expect((await sdk('/sdk/snapshots/active/polls')).status).toBe(200);
    expect((await register('registers')).status).toBe(201);
    expect((await sdk(CAPTURE, { ...SNAPSHOT, service_name: 'captures' })).status).toBe(201);
    const refused = await Promise.all([
      sdk('/sdk/snapshots/active/fourth'),
      sdk('/sdk/snapshots/stream/fourth'),
      register('fourth'),
      sdk(CAPTURE, { ...SNAPSHOT, service_name: 'fourth' }),
    ]);
    for (const answer of refused) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '60']);
      expect(await answer.json()).toMatchObject({ code: 'too_many_services' });
    }
    const batch = [
      SNAPSHOT,
      { ...SNAPSHOT, service_name: 'captures' },
      { ...SNAPSHOT, service_name: 'fourth' },
    ];
    expect(await (await sdk(CAPTURE, batch)).json()).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 0, code: 'too_many_services' },
        { index: 2, code: 'too_many_services' },
      ],
    });
    for (const name of ['polls', 'registers', 'captures']) {
      expect((await sdk(`/sdk/snapshots/active/${name}`)).status).toBe(200);
    }
    const services = (await (await api('/api/services')).json()) as { name: string }[];
    expect(services.map(({ name }) => name)).toEqual(['captures', 'polls', 'registers']);
    expect(await (await api('/api/key-usage')).json()).toMatchObject([
      { keyId, services: 3, refusedToday: 6, limits: { services: 3 } },
    ]);
  });
});
