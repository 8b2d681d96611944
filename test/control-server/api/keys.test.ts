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
});
