import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NewPersonalTokenSecret, PersonalToken } from '../../../src/protocol/api-people.ts';
import { openApi } from './open-api.ts';
import type { OpenApi } from './open-api.ts';

const DAY_MS = 24 * 60 * 60_000;

let api: OpenApi;
let ada: string;
let olga: string;
beforeEach(async () => {
  api = await openApi();
  for (const [id, role] of [
    ['ada', 'admin'],
    ['olga', 'operator'],
  ] as const) {
    await api.store.createUser({
      id,
      name: id,
      role,
      passwordHash: 'none',
      identity: null,
      createdAt: '2026-11-21T10:00:00.000Z',
      lastSignInAt: null,
      disabledAt: null,
    });
  }
  const forLong = { expiresAt: '2028-01-01T00:00:00Z', idleExpiresAt: '2028-01-01T00:00:00Z' };
  ada = await api.signIn('admin', { userId: 'ada', ...forLong });
  olga = await api.signIn('operator', { userId: 'olga', ...forLong });
});
afterEach(() => api[Symbol.asyncDispose]());

const create = (cookie: string, body: object) => api.call('POST', '/api/tokens', { cookie, body });
const bearer = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } });
const me = async (secret: string) => api.call('GET', '/api/me', bearer(secret));

async function make(cookie: string, body: object = { name: 'ci' }): Promise<NewPersonalTokenSecret> {
  const answer = await create(cookie, body);
  expect(answer.statusCode).toBe(201);
  return answer.json<NewPersonalTokenSecret>();
}

describe('a personal token', () => {
  it('of an account of an identity provider rests thirty days after its last sign-in, until the next', async () => {
    await api.store.createUser({
      id: 'mara',
      name: 'mara',
      role: 'operator',
      passwordHash: null,
      identity: { issuer: 'https://id.example.com', subject: 'mara-1' },
      createdAt: '2026-11-21T10:00:00.000Z',
      lastSignInAt: '2026-11-21T10:00:00.000Z',
      disabledAt: null,
    });
    const forLong = { expiresAt: '2028-01-01T00:00:00Z', idleExpiresAt: '2028-01-01T00:00:00Z' };
    const { secret } = await make(await api.signIn('operator', { userId: 'mara', ...forLong }));
    const { secret: ofOlga } = await make(olga);
    api.clock.ms += 30 * DAY_MS;
    expect((await me(secret)).statusCode).toBe(200);
    api.clock.ms += 1;
    const refused = await me(secret);
    expect([refused.statusCode, refused.json()]).toMatchObject([
      401,
      { code: 'sign_in_again', detail: expect.stringContaining('Sign in to the dashboard once') as unknown },
    ]);
    expect((await me(`${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`)).json()).toMatchObject({
      code: 'not_signed_in',
    });
    expect((await me(ofOlga)).statusCode).toBe(200);
    await api.store.noteSignIn('mara', new Date(api.clock.ms).toISOString());
    expect((await me(secret)).statusCode).toBe(200);
  });

  it('is shown once, stored as a hash, and acts for its owner', async () => {
    const { token, secret } = await make(olga);
    expect(token).toEqual({
      id: token.id,
      name: 'ci',
      userName: 'olga',
      role: 'operator',
      createdAt: '2026-11-21T10:00:00.000Z',
      expiresAt: '2027-02-19T10:00:00.000Z',
      lastUsedAt: null,
      revokedAt: null,
      replacedBy: null,
    });
    expect(secret).toMatch(new RegExp(`^sfp_${token.id}_[\\w-]{43}$`));
    expect((await me(secret)).json()).toMatchObject({ name: 'olga', role: 'operator' });
    const listed = await api.call('GET', '/api/tokens', { cookie: olga });
    const hidden = secret.split('_').slice(2).join('_');
    expect(listed.body + JSON.stringify(await api.store.readToken(token.id)) + api.logged()).not.toContain(
      hidden,
    );
    expect(listed.json()).toEqual([token]);
  });

  it('may do less than its owner, and never more', async () => {
    const lower = await make(ada, { name: 'ci', role: 'viewer' });
    expect((await me(lower.secret)).json()).toMatchObject({ role: 'viewer' });
    expect((await create(olga, { name: 'ci', role: 'admin' })).json()).toMatchObject({
      status: 400,
      field: 'role',
    });
    const own = await make(ada);
    await api.store.createUser({
      id: 'root',
      name: 'root',
      role: 'admin',
      passwordHash: 'x',
      identity: null,
      createdAt: '2026-11-21T10:00:00.000Z',
      lastSignInAt: null,
      disabledAt: null,
    });
    await api.store.updateUser('ada', { role: 'viewer' });
    expect((await me(own.secret)).json()).toMatchObject({ role: 'viewer' });
  });

  it('ends when it expires, to the millisecond', async () => {
    const { secret } = await make(olga, { name: 'ci', expiresInDays: 1 });
    api.clock.ms += DAY_MS - 1;
    expect((await me(secret)).statusCode).toBe(200);
    api.clock.ms += 1;
    expect((await me(secret)).statusCode).toBe(401);
  });

  it('neither outlives nor exceeds the token that made it', async () => {
    const parent = await make(ada, { name: 'ci', role: 'operator', expiresInDays: 2 });
    const child = await api.call('POST', '/api/tokens', {
      ...bearer(parent.secret),
      body: { name: 'child', expiresInDays: 365 },
    });
    expect(child.json<NewPersonalTokenSecret>().token).toMatchObject({
      role: 'operator',
      expiresAt: parent.token.expiresAt,
    });
    const more = { ...bearer(parent.secret), body: { name: 'child', role: 'admin' } };
    expect((await api.call('POST', '/api/tokens', more)).statusCode).toBe(400);
  });

  it('with a lower role does not get at one with a higher by rotating it', async () => {
    const strong = await make(ada, { name: 'strong' });
    const weak = await make(ada, { name: 'weak', role: 'viewer' });
    const answer = await api.call('POST', `/api/tokens/${strong.token.id}/rotate`, {
      ...bearer(weak.secret),
      body: { graceSeconds: 0 },
    });
    expect(answer.json()).toMatchObject({ status: 403, code: 'not_allowed' });
  });

  it('is rotated: both work until the grace is over', async () => {
    const { token, secret } = await make(olga, { name: 'ci', expiresInDays: 7 });
    api.clock.ms += DAY_MS;
    const body = { graceSeconds: 3_600 };
    const answer = await api.call('POST', `/api/tokens/${token.id}/rotate`, { cookie: olga, body });
    const rotated = answer.json<NewPersonalTokenSecret>();
    expect(rotated.token).toMatchObject({
      name: 'ci',
      role: 'operator',
      expiresAt: '2026-11-29T10:00:00.000Z',
    });
    expect((await me(rotated.secret)).statusCode).toBe(200);
    api.clock.ms += 3_600_000 - 1;
    expect((await me(secret)).statusCode).toBe(200);
    api.clock.ms += 1;
    expect((await me(secret)).statusCode).toBe(401);
    const again = await api.call('POST', `/api/tokens/${token.id}/rotate`, { cookie: olga, body });
    expect(again.json()).toMatchObject({ status: 409, code: 'token_ended' });
  });

  it('is revoked by its owner or an administrator, at once and with its streams', async () => {
    const endSession = vi.spyOn(api.live, 'endSession');
    for (const by of [olga, ada]) {
      const { token, secret } = await make(olga);
      expect((await api.call('DELETE', `/api/tokens/${token.id}`, { cookie: by })).statusCode).toBe(204);
      expect((await me(secret)).statusCode).toBe(401);
      expect(endSession).toHaveBeenLastCalledWith(`token:${token.id}`);
      const again = await api.call('DELETE', `/api/tokens/${token.id}`, { cookie: by });
      expect(again.json()).toMatchObject({ status: 404, code: 'token_not_found' });
    }
  });

  it('of somebody else is as if there were none', async () => {
    const { token } = await make(ada);
    const revoked = await api.call('DELETE', `/api/tokens/${token.id}`, { cookie: olga });
    const missing = await api.call('DELETE', '/api/tokens/none', { cookie: olga });
    expect([revoked.statusCode, revoked.body]).toEqual([404, missing.body]);
    expect((await api.call('GET', '/api/tokens', { cookie: olga })).json()).toEqual([]);
    expect((await api.call('GET', '/api/tokens?of=everybody', { cookie: olga })).statusCode).toBe(403);
    const all = (await api.call('GET', '/api/tokens?of=everybody', { cookie: ada })).json<PersonalToken[]>();
    expect(all.map(({ id }) => id)).toEqual([token.id]);
  });

  it('crosses no network in the clear', async () => {
    const { secret } = await make(olga);
    const answer = await api.call('GET', '/api/me', { ...bearer(secret), remoteAddress: '10.0.0.7' });
    expect(answer.json()).toMatchObject({ status: 403, code: 'insecure_transport' });
  });

  it('is made for somebody by the local token, and by nobody else', async () => {
    const body = { name: 'ci', userName: 'olga' };
    const local = await api.call('POST', '/api/tokens', { ...bearer(api.localToken), body });
    expect(local.json<NewPersonalTokenSecret>().token).toMatchObject({ userName: 'olga', role: 'operator' });
    expect((await create(ada, body)).statusCode).toBe(403);
  });

  it.each([[{}], [{ name: '' }], [{ name: 'x', expiresInDays: 366 }], [{ name: 'x', expiresInDays: 0 }]])(
    'is refused for %o',
    async (body) => {
      expect((await create(olga, body)).statusCode).toBe(400);
    },
  );
});
