import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NewSdkKey } from '../../../src/protocol/api.ts';
import { checkSdkKey } from '../../../control-server/http/sdk-key.ts';
import { openApi } from './open-api.ts';
import type { OpenApi } from './open-api.ts';

let api: OpenApi;
let cookie: string;
beforeEach(async () => {
  api = await openApi();
  cookie = await api.signIn('admin');
});
afterEach(() => api[Symbol.asyncDispose]());

const create = (body: unknown) => api.call('POST', '/api/keys', { cookie, body });
const check = (text: string) => checkSdkKey(text, (id) => api.store.readKey(id), api.clock.ms);

describe('keys', () => {
  it('are made with their secret shown once and stored as a hash', async () => {
    const answer = await create({ name: 'agents' });
    expect(answer.statusCode).toBe(201);
    const { key, secret } = answer.json<NewSdkKey>();
    expect(key).toEqual({
      id: key.id,
      name: 'agents',
      environment: 'default',
      serviceName: null,
      scopes: ['ingest', 'control:read'],
      createdAt: '2026-11-21T10:00:00.000Z',
      lastUsedAt: null,
      expiresAt: null,
      revokedAt: null,
      replacedBy: null,
    });
    expect(secret).toMatch(new RegExp(`^sf_${key.id}_[\\w-]{43}$`));
    expect(await check(secret)).toMatchObject({ id: key.id });
    const listed = await api.call('GET', '/api/keys', { cookie });
    expect(listed.json()).toEqual([key]);
    const stored = await api.store.readKey(key.id);
    const hidden = secret.split('_').slice(2).join('_');
    expect(JSON.stringify(stored) + listed.body + api.logged()).not.toContain(hidden);
    expect(listed.body).not.toContain(stored?.secretHash);
  });

  it('belong to an environment, a service and scopes when asked so', async () => {
    const wanted = { name: 'ci', environment: 'staging', serviceName: 'shop', scopes: ['ingest', 'ingest'] };
    expect((await create(wanted)).json<NewSdkKey>().key).toMatchObject({ ...wanted, scopes: ['ingest'] });
  });

  it.each([
    [{}],
    [{ name: '' }],
    [{ name: 'x'.repeat(101) }],
    [{ name: 'x', scopes: [] }],
    [{ name: 'x', scopes: ['admin'] }],
    [{ name: 'x', secretHash: 'mine' }],
    [{ name: 'x', environment: '' }],
  ])('are refused for %o', async (body) => {
    expect((await create(body)).statusCode).toBe(400);
    expect(await api.store.listKeys()).toEqual([]);
  });

  it('end their streams at once when revoked, and let nobody in any more', async () => {
    const endKey = vi.spyOn(api.live, 'endKey');
    const { key, secret } = (await create({ name: 'agents' })).json<NewSdkKey>();
    const revoke = () => api.call('DELETE', `/api/keys/${key.id}`, { cookie });
    expect((await revoke()).statusCode).toBe(204);
    expect(endKey).toHaveBeenCalledExactlyOnceWith(key.id);
    expect(await check(secret)).toBeNull();
    expect((await api.store.listKeys())[0]?.revokedAt).toBe('2026-11-21T10:00:00.000Z');
    expect((await revoke()).json()).toMatchObject({ status: 404, code: 'key_not_found' });
  });

  it('end when they expire, to the millisecond', async () => {
    const { key, secret } = (
      await create({ name: 'x', expiresAt: '2026-11-21T11:00:01+01:00' })
    ).json<NewSdkKey>();
    expect(key.expiresAt).toBe('2026-11-21T10:00:01.000Z');
    api.clock.ms += 999;
    expect(await check(secret)).not.toBeNull();
    api.clock.ms += 1;
    expect(await check(secret)).toBeNull();
  });

  it.each(['2026-11-21T10:00:00Z', '2020-01-01T00:00:00Z', 'tomorrow'])(
    'are refused when they would expire at %s',
    async (expiresAt) => {
      expect((await create({ name: 'x', expiresAt })).json()).toMatchObject({
        status: 400,
        field: 'expiresAt',
      });
    },
  );

  it('are rotated: the same kind under another secret, and the old one until the grace is over', async () => {
    const wanted = { name: 'ci', environment: 'staging', serviceName: 'shop', scopes: ['ingest'] };
    const old = (await create(wanted)).json<NewSdkKey>();
    const rotate = () =>
      api.call('POST', `/api/keys/${old.key.id}/rotate`, { cookie, body: { graceSeconds: 60 } });
    const answer = await rotate();
    const renewed = answer.json<NewSdkKey>();
    expect([answer.statusCode, renewed.key]).toMatchObject([201, { ...wanted, replacedBy: null }]);
    expect(await api.store.readKey(old.key.id)).toMatchObject({
      expiresAt: '2026-11-21T10:01:00.000Z',
      replacedBy: renewed.key.id,
    });
    expect([await check(old.secret), await check(renewed.secret)]).not.toContain(null);
    expect((await rotate()).json()).toMatchObject({ status: 409, code: 'key_ended' });
    api.clock.ms += 60_000;
    expect([await check(old.secret), await check(renewed.secret)]).toMatchObject([null, { name: 'ci' }]);
  });

  it('are rotated without a grace: the old one and its streams end at once', async () => {
    const endKey = vi.spyOn(api.live, 'endKey');
    const { key, secret } = (await create({ name: 'agents' })).json<NewSdkKey>();
    await api.call('POST', `/api/keys/${key.id}/rotate`, { cookie, body: { graceSeconds: 0 } });
    expect(await check(secret)).toBeNull();
    expect(endKey).toHaveBeenCalledExactlyOnceWith(key.id);
  });

  it.each([[{}], [{ graceSeconds: -1 }], [{ graceSeconds: 2_592_001 }], [{ graceSeconds: 1.5 }]])(
    'are not rotated with %o',
    async (body) => {
      const { key } = (await create({ name: 'agents' })).json<NewSdkKey>();
      const answer = await api.call('POST', `/api/keys/${key.id}/rotate`, { cookie, body });
      expect(answer.statusCode).toBe(400);
      expect(await api.store.listKeys()).toHaveLength(1);
    },
  );
});
