import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openApi } from './open-api.ts';
import type { OpenApi } from './open-api.ts';

const INSTANCE = 'aaaaaaaa-1111-4111-8111-111111111111';

let api: OpenApi;
let cookie: string;
beforeEach(async () => {
  api = await openApi();
  cookie = await api.signIn('admin');
});
afterEach(() => api[Symbol.asyncDispose]());

const put = (body: unknown, as = cookie) => api.call('PUT', '/api/kill-switch', { cookie: as, body });
const killed = async (serviceName: string, environment = 'default') =>
  (await api.live.readState({ environment, serviceName })).killed;

describe('the kill switch', () => {
  it('stops and releases everything, and says who, when and why', async () => {
    const on = await put({ scope: 'global', on: true, reason: 'load test' });
    expect(on.json()).toEqual({
      scope: 'global',
      serviceName: null,
      environment: null,
      instanceId: null,
      on: true,
      reason: 'load test',
      by: 'a admin',
      at: '2026-11-21T10:00:00.000Z',
      expiresAt: null,
      written: true,
    });
    expect(await killed('shop')).toEqual({ global: true, service: false, agents: [] });
    expect((await api.call('GET', '/api/kill-switch', { cookie })).json()).toEqual([on.json()]);
    await put({ scope: 'global', on: false });
    expect(await killed('shop')).toEqual({ global: false, service: false, agents: [] });
  });

  it('stops one service, in one environment or in all', async () => {
    for (const environment of ['default', 'staging']) {
      await api.store.touchService({ environment, serviceName: 'shop' }, '2026-11-21T10:00:00.000Z');
    }
    await put({ scope: 'service', serviceName: 'shop', environment: 'staging', on: true });
    expect(await killed('shop')).toEqual({ global: false, service: false, agents: [] });
    expect(await killed('shop', 'staging')).toEqual({ global: false, service: true, agents: [] });
    const alias = await api.call('POST', '/api/services/shop/kill-switch', {
      cookie,
      body: { enabled: true },
    });
    expect(alias.json()).toMatchObject({
      scope: 'service',
      serviceName: 'shop',
      environment: null,
      on: true,
    });
    expect(await killed('shop')).toEqual({ global: false, service: true, agents: [] });
    expect(await killed('billing')).toEqual({ global: false, service: false, agents: [] });
  });

  it('takes a service whose name has a slash', async () => {
    const answer = await api.call('POST', '/api/services/a%2Fb/kill-switch', {
      cookie,
      body: { enabled: true },
    });
    expect(answer.json()).toMatchObject({ serviceName: 'a/b' });
    expect(await killed('a/b')).toEqual({ global: false, service: true, agents: [] });
  });

  it.each([
    [{ scope: 'service', on: true }],
    [{ scope: 'global', serviceName: 'shop', on: true }],
    [{ scope: 'global', environment: 'staging', on: true }],
    [{ scope: 'agent', on: true }],
    [{ scope: 'agent', instanceId: 'stream:1', on: true }],
    [{ scope: 'agent', instanceId: INSTANCE, serviceName: 'shop', on: true }],
    [{ scope: 'global', instanceId: INSTANCE, on: true }],
    [{ scope: 'global', on: true, expiresAt: '2026-11-21T10:00:00.000Z' }],
    [{ scope: 'global', on: true, expiresAt: 'soon' }],
    [{ scope: 'global', on: false, expiresAt: '2026-11-21T11:00:00.000Z' }],
    [{ scope: 'nobody', on: true }],
    [{ scope: 'global' }],
    [{ scope: 'global', on: 'false' }],
    [{ scope: 'global', on: 0 }],
    [{ scope: 'global', on: true, by: 'somebody else' }],
    [{ scope: 'global', on: true, reason: 'x'.repeat(501) }],
  ])('refuses %o and changes nothing', async (body) => {
    expect((await put(body)).statusCode).toBe(400);
    expect(await api.store.listKillSwitches()).toEqual([]);
  });

  it('stops one agent by its instance, however it is written, and is listed with it', async () => {
    const on = await put({
      scope: 'agent',
      instanceId: INSTANCE.toUpperCase(),
      on: true,
      reason: 'it leaks',
    });
    expect(on.json()).toMatchObject({ scope: 'agent', instanceId: INSTANCE, serviceName: null, on: true });
    expect(await killed('shop')).toEqual({ global: false, service: false, agents: [INSTANCE] });
    expect((await api.call('GET', '/api/kill-switch', { cookie })).json()).toEqual([on.json()]);
    await put({ scope: 'agent', instanceId: INSTANCE, on: false });
    expect(await killed('shop')).toEqual({ global: false, service: false, agents: [] });
  });

  it('takes an end, and says it', async () => {
    const on = await put({ scope: 'global', on: true, expiresAt: '2026-11-21T10:00:00.001Z' });
    expect(on.json()).toMatchObject({ on: true, expiresAt: '2026-11-21T10:00:00.001Z' });
  });

  it('may be put on by every operator, and released everywhere by an administrator only', async () => {
    const operator = await api.signIn('operator');
    expect((await put({ scope: 'global', on: true }, operator)).statusCode).toBe(200);
    const release = await put({ scope: 'global', on: false }, operator);
    expect([release.statusCode, release.json().code]).toEqual([403, 'not_allowed']);
    expect(await killed('shop')).toEqual({ global: true, service: false, agents: [] });
    expect((await put({ scope: 'service', serviceName: 'shop', on: false }, operator)).statusCode).toBe(200);
  });

  it('is not made to end earlier by an operator either, which would be a release', async () => {
    const operator = await api.signIn('operator');
    const until = async (expiresAt: string | null, as = operator) =>
      (await put({ scope: 'global', on: true, expiresAt }, as)).statusCode;
    expect(await until('2026-11-21T11:00:00Z')).toBe(200);
    expect(await until('2026-11-21T10:59:59.999Z')).toBe(403);
    expect(await until('2026-11-21T13:00:00+02:00')).toBe(200);
    expect(await until(null)).toBe(200);
    expect(await until('2027-11-21T10:00:00Z')).toBe(403);
    expect((await api.call('GET', '/api/kill-switch', { cookie })).json()).toMatchObject([
      { on: true, expiresAt: null },
    ]);
    expect(await until('2026-11-21T10:00:01Z', cookie)).toBe(200);
  });
});
