import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAgentEvent } from '../../../src/protocol/agent-event.ts';
import { METRICS_TOKEN, openApi } from './open-api.ts';
import type { OpenApi } from './open-api.ts';

let api: OpenApi;
let isReady: boolean;
let isDiskFull: boolean;
beforeEach(async () => {
  isReady = true;
  isDiskFull = false;
  api = await openApi({ isReady: () => isReady, isDiskFull: () => isDiskFull });
});
afterEach(() => api[Symbol.asyncDispose]());

interface Documented {
  readonly openapi: string;
  readonly paths: Record<
    string,
    Record<string, { summary?: string; responses: Record<string, { content?: object }> }>
  >;
}

describe('GET /api/health', () => {
  it('tells everybody the version and the time since the start', async () => {
    api.clock.ms += 61_500;
    const answer = await api.call('GET', '/api/health', { remoteAddress: '10.0.0.7' });
    expect(answer.json()).toEqual({ status: 'ok', version: '1.2.3', uptimeSeconds: 61 });
  });
});

describe('GET /api/nodes', () => {
  it('tells administrators of the one process that there is, and of its disk', async () => {
    const cookie = await api.signIn('admin');
    api.clock.ms += 30_500;
    const answer = await api.call('GET', '/api/nodes', { cookie });
    expect(answer.json()).toEqual([
      {
        id: 'node-1',
        host: 'till-1',
        version: '1.2.3',
        startedAt: '2026-11-21T10:00:00.000Z',
        lastSeenAt: '2026-11-21T10:00:30.500Z',
        current: true,
        alive: true,
        agents: 0,
        diskUsedPercent: 41.5,
        diskLimitPercent: 90,
      },
    ]);
  });
});

describe('probes', () => {
  it('answer HEAD as well, which some load balancers send', async () => {
    for (const url of ['/healthz', '/readyz']) {
      const answer = await api.call('HEAD', url);
      expect([answer.statusCode, answer.body]).toEqual([200, '']);
    }
  });

  it('say that the process lives, whatever else', async () => {
    isReady = false;
    expect((await api.call('GET', '/healthz')).json()).toEqual({ status: 'ok' });
  });

  it('say that work is welcome, until the server closes', async () => {
    expect((await api.call('GET', '/readyz')).json()).toEqual({ status: 'ready', problems: [] });
    isReady = false;
    expect((await api.call('GET', '/readyz')).json()).toMatchObject({ status: 503, code: 'closing' });
  });

  it('say that the disk is full, and that control works on', async () => {
    isDiskFull = true;
    const answer = await api.call('GET', '/readyz');
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { status: 'degraded', problems: ['disk_full'] },
    ]);
  });

  it('say that work is not welcome when the store is gone', async () => {
    await api.store.close();
    expect((await api.call('GET', '/readyz')).json()).toMatchObject({ status: 503, code: 'store_failed' });
    const answer = await api.call('GET', '/api/keys', { cookie: `stillframe_abcdefgh=${'A'.repeat(43)}` });
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'store_failed']);
  });
});

describe('GET /metrics', () => {
  it('counts requests by the pattern of their route, and shows no path', async () => {
    await api.call('GET', '/api/health');
    await api.call('GET', '/api/breakpoints/very-secret-id', { cookie: await api.signIn() });
    await api.call('GET', '/nowhere/very-secret-path');
    const text = (await api.call('GET', '/metrics')).body;
    expect(text).toContain('stillframe_http_requests_total{route="/api/health",method="GET",status="200"} 1');
    expect(text).toContain(
      'stillframe_http_requests_total{route="/api/breakpoints/:id",method="GET",status="404"} 1',
    );
    expect(text).toContain('stillframe_info{version="1.2.3"} 1');
    expect(text).toContain('stillframe_agents{streaming="true"} 0');
    expect(text).toMatch(/process_resident_memory_bytes \d{7,}/);
    expect(text).not.toContain('very-secret');
  });

  it('is for this machine, and for who is signed in', async () => {
    const elsewhere = { remoteAddress: '10.0.0.7' };
    expect((await api.call('GET', '/metrics', elsewhere)).statusCode).toBe(401);
    expect(
      (await api.call('GET', '/metrics', { headers: { 'x-forwarded-for': '10.0.0.7' } })).statusCode,
    ).toBe(401);
    expect(
      (await api.call('GET', '/metrics', { ...elsewhere, cookie: await api.signIn('viewer') })).statusCode,
    ).toBe(200);
  });
});

describe('the token of the metrics', () => {
  const elsewhere = { remoteAddress: '10.0.0.7' };
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  it('opens the metrics from anywhere, and nothing else', async () => {
    const scraped = await api.call('GET', '/metrics', { ...elsewhere, ...bearer(METRICS_TOKEN) });
    expect(scraped.statusCode).toBe(200);
    for (const url of ['/api/me', '/api/services', '/api/keys', '/api/openapi.json']) {
      expect((await api.call('GET', url, bearer(METRICS_TOKEN))).statusCode, url).toBe(401);
    }
  });

  it.each([METRICS_TOKEN.slice(0, -1), `${METRICS_TOKEN}0`, '', 'nonsense'])('is not "%s"', async (token) => {
    const answer = await api.call('GET', '/metrics', { ...elsewhere, ...bearer(token) });
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'not_signed_in']);
  });
});

describe('a store that is away', () => {
  it('is a metric, and leaves the others where they are', async () => {
    await api.store.close();
    const { body, statusCode } = await api.call('GET', '/metrics');
    expect(statusCode).toBe(200);
    expect(body).toContain('stillframe_store_up 0');
    expect(body).toContain('stillframe_agents{streaming="true"} 0');
    expect(body).not.toMatch(/^stillframe_store_size_bytes \d/m);
  });
});

describe('GET /api/openapi.json', () => {
  it('documents every route of the API with a summary and its problems, and nothing else', async () => {
    const answer = await api.call('GET', '/api/openapi.json', { cookie: await api.signIn('viewer') });
    const { openapi, paths } = answer.json<Documented>();
    expect(openapi).toBe('3.1.0');
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const registered = api.routes
      .filter(({ url }) => url.startsWith('/api/'))
      .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`);
    expect(documented.toSorted()).toEqual(registered.toSorted());
    for (const [path, methods] of Object.entries(paths)) {
      for (const operation of Object.values(methods)) {
        expect(operation.summary, path).toMatch(/^[A-Z].{8,}[^.]$/);
        if (path === '/api/health') continue;
        expect(operation.responses['401']?.content, path).toHaveProperty('application/problem+json');
      }
    }
  });
});

describe('services and agents', () => {
  it('are empty before the first agent, and a service is there once it was heard of', async () => {
    const cookie = await api.signIn('viewer');
    expect((await api.call('GET', '/api/services', { cookie })).json()).toEqual([]);
    expect((await api.call('GET', '/api/agents', { cookie })).json()).toEqual([]);
    const client = {
      environment: 'default',
      serviceName: 'shop',
      userAgent: 'stillframe/1',
      address: '::1',
      keyId: 'k',
    };
    await api.store.touchService(client, new Date(api.clock.ms).toISOString());
    for (const instanceId of ['i1', 'i2']) api.live.noteAgent({ ...client, instanceId });
    api.live.noteAgent({ ...client, instanceId: 'i3', environment: 'staging' });
    expect((await api.call('GET', '/api/services', { cookie })).json()).toEqual([
      {
        name: 'shop',
        environment: 'default',
        agentsOnline: 2,
        breakpoints: { total: 0, enabled: 0 },
        snapshotsLastHour: 0,
        snapshotsByFiveMinutes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        killed: { global: false, service: false },
        release: null,
        commit: null,
        firstSeenAt: '2026-11-21T10:00:00.000Z',
        lastSeenAt: '2026-11-21T10:00:00.000Z',
      },
    ]);
    const ids = async (query: string) =>
      (await api.call('GET', `/api/agents${query}`, { cookie }))
        .json<{ instanceId: string }[]>()
        .map((agent) => agent.instanceId)
        .toSorted();
    expect(await ids('?service=shop&environment=default')).toEqual(['i1', 'i2']);
    expect(await ids('?service=other')).toEqual([]);
    expect(await ids('')).toEqual(['i1', 'i2', 'i3']);
  });

  it('has what the agents of a service counted by label, by environment where one is named', async () => {
    const cookie = await api.signIn('viewer');
    const status = parseAgentEvent({
      type: 'agent_status',
      labels: [{ label: 'checkout', captured: 2, stored: 1, spooled: 0, dropped: { rate: 40, send: 1 } }],
    });
    for (const environment of ['default', 'staging']) {
      api.live.noteAgent(
        {
          environment,
          serviceName: 'a/b',
          instanceId: 'i1',
          userAgent: 'stillframe/1',
          address: '::1',
          keyId: 'k',
        },
        status === null ? [] : [status],
      );
    }
    const countsOf = async (query: string): Promise<unknown> =>
      (await api.call('GET', `/api/services/a%2Fb/label-counts${query}`, { cookie })).json();
    expect(await countsOf('?environment=staging')).toEqual([
      { label: 'checkout', captured: 2, stored: 1, spooled: 0, dropped: { rate: 40, send: 1 }, agents: 1 },
    ]);
    expect(await countsOf('')).toEqual([
      { label: 'checkout', captured: 4, stored: 2, spooled: 0, dropped: { rate: 80, send: 2 }, agents: 2 },
    ]);
    expect(await countsOf('?environment=none')).toEqual([]);
  });
});
