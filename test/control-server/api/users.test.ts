import { randomBytes, scryptSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InvitedUser, SessionResource, UserResource } from '../../../src/protocol/api-people.ts';
import { openApi } from './open-api.ts';
import type { OpenApi } from './open-api.ts';

const PASSWORD = 'correct horse battery';

let api: OpenApi;
let admin: string;
beforeEach(async () => {
  api = await openApi();
  await api.store.createUser({
    id: 'ada',
    name: 'ada',
    role: 'admin',
    passwordHash: cheapHash(PASSWORD),
    identity: null,
    createdAt: '2026-11-21T10:00:00.000Z',
    lastSignInAt: null,
    disabledAt: null,
  });
  admin = await signIn('ada');
});
afterEach(() => api[Symbol.asyncDispose]());

/** A hash as the server checks it, made with less work than it takes for its own. */
function cheapHash(password: string): string {
  const salt = randomBytes(16);
  const hash = scryptSync(password, salt, 32, { N: 1_024, r: 8, p: 1 });
  return ['scrypt', 1_024, 8, 1, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

async function signIn(name: string, password = PASSWORD): Promise<string> {
  const answer = await api.call('POST', '/api/session', { body: { name, password } });
  expect(answer.statusCode).toBe(200);
  return String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';
}

const asAdmin = (method: string, url: string, body?: unknown) =>
  api.call(method, url, { cookie: admin, ...(body === undefined ? {} : { body }) });

async function invite(name: string, role = 'viewer'): Promise<InvitedUser> {
  const answer = await asAdmin('POST', '/api/users', { name, role });
  expect(answer.statusCode).toBe(201);
  return answer.json<InvitedUser>();
}

const codeOf = (invited: InvitedUser): string => new URL(invited.invitation.link).hash.replace('#code=', '');
const accept = (code: string, password = PASSWORD) =>
  api.call('POST', '/api/invitation', { body: { code, password } });

describe('an invitation', () => {
  it('makes an account without a password, which nobody can sign in to yet', async () => {
    const { user, invitation } = await invite('bob', 'operator');
    expect(user).toEqual({
      id: user.id,
      name: 'bob',
      role: 'operator',
      signIn: 'invited',
      createdAt: '2026-11-21T10:00:00.000Z',
      lastSignInAt: null,
      disabledAt: null,
    });
    expect(invitation.link).toMatch(/^http:\/\/localhost:7070\/invitation#code=[\w-]{43}$/);
    expect(invitation.expiresAt).toBe('2026-11-24T10:00:00.000Z');
    const answer = await api.call('POST', '/api/session', { body: { name: 'bob', password: PASSWORD } });
    expect(answer.json()).toMatchObject({ code: 'wrong_credentials' });
  });

  it('lets the person choose a password once, and signs in', async () => {
    const invited = await invite('bob', 'operator');
    const answer = await accept(codeOf(invited));
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { name: 'bob', role: 'operator', serverVersion: '1.2.3' },
    ]);
    expect(String(answer.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await accept(codeOf(invited), 'another password')).json()).toMatchObject({ code: 'code_lapsed' });
    const { body } = await asAdmin('GET', `/api/users/${invited.user.id}`);
    expect(JSON.parse(body)).toMatchObject({ signIn: 'password', lastSignInAt: '2026-11-21T10:00:00.000Z' });
    expect(body + api.logged()).not.toContain(codeOf(invited));
  });

  it('lapses after 72 hours, to the millisecond', async () => {
    const [first, second] = [codeOf(await invite('bob')), codeOf(await invite('cleo'))];
    api.clock.ms += 72 * 60 * 60_000 - 1;
    expect((await accept(first)).statusCode).toBe(200);
    api.clock.ms += 1;
    expect((await accept(second)).json()).toMatchObject({ status: 401, code: 'code_lapsed' });
  });

  it('is replaced by a newer one, and resets a forgotten password', async () => {
    const first = await invite('bob');
    const answer = await asAdmin('POST', `/api/users/${first.user.id}/invitation`);
    const second = answer.json<InvitedUser>();
    expect((await accept(codeOf(first))).statusCode).toBe(401);
    expect((await accept(codeOf(second))).statusCode).toBe(200);
    const third = (await asAdmin('POST', `/api/users/${first.user.id}/invitation`)).json<InvitedUser>();
    await signIn('bob');
    expect((await accept(codeOf(third), 'a better password')).statusCode).toBe(200);
    await signIn('bob', 'a better password');
  });

  it.each([
    [{ name: 'bob' }],
    [{ name: '', role: 'viewer' }],
    [{ name: 'b\u001bob', role: 'viewer' }],
    [{ name: 'bob', role: 'root' }],
    [{ name: 'bob', role: 'viewer', passwordHash: 'mine' }],
  ])('is refused for %o', async (body) => {
    expect((await asAdmin('POST', '/api/users', body)).statusCode).toBe(400);
  });

  it('is refused for a name that is taken, and for who is disabled', async () => {
    const { user } = await invite('bob');
    expect((await asAdmin('POST', '/api/users', { name: 'bob', role: 'admin' })).json()).toMatchObject({
      status: 409,
      code: 'user_exists',
    });
    await asAdmin('PATCH', `/api/users/${user.id}`, { disabled: true });
    expect((await asAdmin('POST', `/api/users/${user.id}/invitation`)).json()).toMatchObject({
      status: 409,
      code: 'cannot_be_invited',
    });
  });
});

describe('an account', () => {
  it('has another role at the very next request', async () => {
    const invited = await invite('bob', 'viewer');
    await accept(codeOf(invited));
    const cookie = await signIn('bob');
    await asAdmin('PATCH', `/api/users/${invited.user.id}`, { role: 'operator' });
    expect((await api.call('GET', '/api/me', { cookie })).json()).toMatchObject({ role: 'operator' });
    await asAdmin('PATCH', `/api/users/${invited.user.id}`, { role: 'viewer' });
    const stopped = await api.call('PUT', '/api/kill-switch', {
      cookie,
      body: { scope: 'global', on: true },
    });
    expect(stopped.statusCode).toBe(403);
  });

  it('that is disabled is signed out everywhere, with its streams, and stays out', async () => {
    const endSession = vi.spyOn(api.live, 'endSession');
    const invited = await invite('bob', 'admin');
    await accept(codeOf(invited));
    const cookie = await signIn('bob');
    const token = await api.call('POST', '/api/tokens', { cookie, body: { name: 'ci' } });
    const { secret, token: made } = token.json<{ secret: string; token: { id: string } }>();
    const answer = await asAdmin('PATCH', `/api/users/${invited.user.id}`, { disabled: true });
    expect(answer.json<UserResource>().disabledAt).toBe('2026-11-21T10:00:00.000Z');
    expect(endSession).toHaveBeenCalledWith(`token:${made.id}`);
    expect(endSession).toHaveBeenCalledTimes(3); // two browsers, one token
    expect((await api.call('GET', '/api/me', { cookie })).statusCode).toBe(401);
    const byToken = await api.call('GET', '/api/me', { headers: { authorization: `Bearer ${secret}` } });
    expect(byToken.statusCode).toBe(401);
    const again = await api.call('POST', '/api/session', { body: { name: 'bob', password: PASSWORD } });
    expect(again.json()).toMatchObject({ status: 401, code: 'wrong_credentials' });
    await asAdmin('PATCH', `/api/users/${invited.user.id}`, { disabled: false });
    expect((await api.call('GET', '/api/me', { cookie })).statusCode).toBe(401);
    await signIn('bob');
  });

  it('of the last administrator is neither demoted, disabled nor deleted', async () => {
    await invite('bob', 'admin'); // has no password yet, and so can't help anybody
    for (const [method, body] of [
      ['PATCH', { role: 'operator' }],
      ['PATCH', { disabled: true }],
      ['DELETE', undefined],
    ] as const) {
      const answer = await asAdmin(method, '/api/users/ada', body);
      expect(answer.json()).toMatchObject({ status: 409, code: 'last_admin' });
    }
    expect((await asAdmin('GET', '/api/me')).statusCode).toBe(200);
  });

  it('that is deleted is gone with its sessions', async () => {
    const invited = await invite('bob');
    const cookie = String((await accept(codeOf(invited))).headers['set-cookie']).split(';', 1)[0] ?? '';
    expect((await asAdmin('DELETE', `/api/users/${invited.user.id}`)).statusCode).toBe(204);
    expect((await api.call('GET', '/api/me', { cookie })).statusCode).toBe(401);
    expect((await asAdmin('DELETE', `/api/users/${invited.user.id}`)).json()).toMatchObject({
      code: 'user_not_found',
    });
  });

  it.each([[{ role: 'root' }], [{ name: 'eve' }], [{ passwordHash: 'x' }], [{ disabled: 'yes' }]])(
    'is not changed by %o',
    async (body) => {
      expect((await asAdmin('PATCH', '/api/users/ada', body)).statusCode).toBe(400);
    },
  );
});

describe('the own password', () => {
  const change = (cookie: string, body: object) => api.call('POST', '/api/me/password', { cookie, body });

  it('is changed with the old one: others are signed out, and this session goes on under a new id', async () => {
    const other = await signIn('ada');
    const answer = await change(admin, { current: PASSWORD, password: 'a better password' });
    expect(answer.statusCode).toBe(204);
    const renewed = String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';
    expect(renewed).not.toBe(admin);
    const status = async (cookie: string) => (await api.call('GET', '/api/me', { cookie })).statusCode;
    expect([await status(other), await status(admin), await status(renewed)]).toEqual([401, 401, 200]);
    await signIn('ada', 'a better password');
  });

  it('stays without the old one, and guessing it is slowed down', async () => {
    for (let attempt = 0; attempt < 5; attempt++) {
      const answer = await change(admin, { current: 'not the password', password: 'a better password' });
      expect(answer.json()).toMatchObject({ status: 403, code: 'wrong_password', field: 'current' });
    }
    const answer = await change(admin, { current: PASSWORD, password: 'a better password' });
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '1']);
  });

  it('belongs to an account, which who has none is told', async () => {
    const own = await api.call('GET', '/api/me/account', { cookie: admin });
    expect(own.json()).toEqual({ signIn: 'password' });
    const headers = { authorization: `Bearer ${api.localToken}` };
    const local = await api.call('GET', '/api/me/account', { headers });
    expect([local.statusCode, local.body]).toEqual([200, 'null']);
  });

  it('is not changed by a personal token, nor without an account', async () => {
    const token = await api.call('POST', '/api/tokens', { cookie: admin, body: { name: 'ci' } });
    const { secret } = token.json<{ secret: string }>();
    for (const authorization of [`Bearer ${secret}`, `Bearer ${api.localToken}`]) {
      const body = { current: PASSWORD, password: 'a better password' };
      const answer = await api.call('POST', '/api/me/password', { headers: { authorization }, body });
      expect(answer.json()).toMatchObject({ status: 403, code: 'no_own_password' });
    }
  });
});

describe('own sessions', () => {
  const list = async (cookie: string) =>
    (await api.call('GET', '/api/sessions', { cookie })).json<SessionResource[]>();

  it('are listed with where they are, and ended one by one', async () => {
    const endSession = vi.spyOn(api.live, 'endSession');
    api.clock.ms += 1;
    const other = await signIn('ada');
    const sessions = await list(admin);
    expect(sessions.map(({ current }) => current)).toEqual([false, true]);
    expect(sessions[0]).toMatchObject({
      address: '127.0.0.1',
      userAgent: 'lightMyRequest',
      createdAt: '2026-11-21T10:00:00.001Z',
    });
    const id = sessions[0]?.id ?? '';
    const end = (cookie: string) => api.call('DELETE', `/api/sessions/${id}`, { cookie });
    expect((await end(admin)).statusCode).toBe(204);
    expect(endSession).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(new RegExp(`^${id}`)));
    expect((await api.call('GET', '/api/me', { cookie: other })).statusCode).toBe(401);
    expect((await end(admin)).json()).toMatchObject({ status: 404, code: 'session_not_found' });
  });

  it('are nobody else’s', async () => {
    const invited = await invite('bob', 'admin');
    const bob = String((await accept(codeOf(invited))).headers['set-cookie']).split(';', 1)[0] ?? '';
    const [own] = await list(admin);
    expect((await api.call('DELETE', `/api/sessions/${own?.id}`, { cookie: bob })).statusCode).toBe(404);
    expect(await list(bob)).toHaveLength(1);
  });
});
