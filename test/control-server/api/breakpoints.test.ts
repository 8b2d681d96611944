import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BreakpointResource } from '../../../src/protocol/api.ts';
import { openApi } from './open-api.ts';
import type { OpenApi } from './open-api.ts';

let api: OpenApi;
let cookie: string;
beforeEach(async () => {
  api = await openApi();
  cookie = await api.signIn('operator');
});
afterEach(() => api[Symbol.asyncDispose]());

const LABEL = { serviceName: 'shop', label: 'checkout' };
const create = (body: unknown) => api.call('POST', '/api/breakpoints', { cookie, body });
const created = async (body: unknown = LABEL): Promise<BreakpointResource> => (await create(body)).json();

describe('POST /api/breakpoints', () => {
  it('sets one at a label, with the defaults, and tells the streams', async () => {
    const publish = vi.spyOn(api.live, 'publish');
    const answer = await create(LABEL);
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({
      ...LABEL,
      environment: 'default',
      enabled: true,
      mode: 'snapshot',
      condition: null,
      maxCaptures: 0,
      origin: 'person',
      version: 1,
    });
    expect(publish).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ kind: 'breakpoint_created' }));
    const state = await api.live.readState({ environment: 'default', serviceName: 'shop' });
    expect(state.breakpoints.map((breakpoint) => breakpoint.label)).toEqual(['checkout']);
  });

  it('sets one at a line, with every setting at the edge of what is allowed', async () => {
    const settings = {
      environment: 'staging',
      enabled: false,
      mode: 'logpoint',
      condition: 'cart.total > 100 && !cart.paid',
      maxCaptures: 1_000_000_000,
      expireAt: '2026-11-21T12:00:00+01:00',
      stackDepth: 50,
      maxDepth: 10,
      maxPayloadBytes: 262_144,
      captureExpressions: Array.from({ length: 20 }, (_, index) => `items.n${index}`),
      logMessage: 'total {cart.total}',
    };
    const answer = await create({ serviceName: 'shop', filePath: '/app/a.ts', lineNumber: 1, ...settings });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ ...settings, expireAt: '2026-11-21T11:00:00.000Z', lineNumber: 1 });
  });

  it('takes the least of each limit', async () => {
    const least = { maxCaptures: 0, stackDepth: 1, maxDepth: 1, maxPayloadBytes: 1_024 };
    const answer = await create({ ...LABEL, ...least });
    expect([answer.statusCode, answer.json()]).toEqual([201, expect.objectContaining(least)]);
  });

  it('refuses a second one at the same place with 409', async () => {
    await create(LABEL);
    const answer = await create(LABEL);
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'breakpoint_exists']);
    expect((await create({ ...LABEL, environment: 'staging' })).statusCode).toBe(201);
  });
});

describe('a breakpoint', () => {
  it('is listed by service and environment', async () => {
    await create(LABEL);
    await create({ ...LABEL, environment: 'staging' });
    await create({ ...LABEL, serviceName: 'a/b' });
    const list = async (query: string) => {
      const answer = await api.call('GET', `/api/breakpoints${query}`, { cookie });
      return answer
        .json<BreakpointResource[]>()
        .map((found) => `${found.serviceName} ${found.environment}`)
        .toSorted();
    };
    expect(await list('')).toEqual(['a/b default', 'shop default', 'shop staging']);
    expect(await list('?service=shop')).toEqual(['shop default', 'shop staging']);
    expect(await list('?service=a%2Fb')).toEqual(['a/b default']);
    expect(await list('?environment=staging')).toEqual(['shop staging']);
  });

  it('is read with its version as ETag, and changed only at that version when asked so', async () => {
    const { id } = await created();
    const read = await api.call('GET', `/api/breakpoints/${id}`, { cookie });
    expect(read.headers.etag).toBe('"1"');
    const patch = (ifMatch: string) =>
      api.call('PATCH', `/api/breakpoints/${id}`, {
        cookie,
        body: { condition: 'a == 1' },
        headers: { 'if-match': ifMatch },
      });
    expect((await patch('"1"')).json()).toMatchObject({ version: 2, condition: 'a == 1' });
    const stale = await patch('"1"');
    expect([stale.statusCode, stale.json().code]).toEqual([412, 'version_mismatch']);
    expect((await patch('*')).statusCode).toBe(200);
    expect((await patch('1')).json()).toMatchObject({ status: 400, code: 'bad_if_match' });
  });

  it('is patched without losing what is left out, and cleared by null', async () => {
    const { id } = await created({ ...LABEL, condition: 'a == 1', maxDepth: 5 });
    const answer = await api.call('PATCH', `/api/breakpoints/${id}`, { cookie, body: { condition: null } });
    expect(answer.json()).toMatchObject({ condition: null, maxDepth: 5 });
    for (const body of [{ label: 'x' }, { serviceName: 'x' }, { version: 1 }, { condition: 'a >' }]) {
      expect((await api.call('PATCH', `/api/breakpoints/${id}`, { cookie, body })).statusCode).toBe(400);
    }
  });

  it('is switched off and on without a body', async () => {
    const { id } = await created();
    const off = await api.call('POST', `/api/breakpoints/${id}/disable`, { cookie });
    expect(off.json()).toMatchObject({ enabled: false, version: 2 });
    const on = await api.call('POST', `/api/breakpoints/${id}/enable`, { cookie });
    expect(on.json()).toMatchObject({ enabled: true, version: 3 });
  });

  it('is not switched on after its expiry, unless it gets a later one', async () => {
    const { id } = await created({ ...LABEL, expireAt: '2026-11-21T10:00:01Z' });
    api.clock.ms += 1_000;
    const refused = await api.call('POST', `/api/breakpoints/${id}/enable`, { cookie });
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'breakpoint_expired']);
    const body = { enabled: true, expireAt: null };
    expect((await api.call('PATCH', `/api/breakpoints/${id}`, { cookie, body })).json()).toMatchObject(body);
  });

  it('is removed once, and not at another version than the one that was seen', async () => {
    const { id } = await created();
    const remove = (headers = {}) => api.call('DELETE', `/api/breakpoints/${id}`, { cookie, headers });
    expect((await remove({ 'if-match': '"7"' })).statusCode).toBe(412);
    expect((await remove({ 'if-match': '"1"' })).statusCode).toBe(204);
    expect((await remove()).json()).toMatchObject({ status: 404, code: 'breakpoint_not_found' });
  });

  it('that does not exist is 404 for every call', async () => {
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', {}],
      ['DELETE', '', undefined],
      ['POST', '/enable', undefined],
      ['POST', '/disable', undefined],
    ] as const) {
      const answer = await api.call(method, `/api/breakpoints/none${path}`, { cookie, body });
      expect(answer.statusCode).toBe(404);
    }
  });
});
