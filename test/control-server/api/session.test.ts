import { randomBytes, scryptSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Passwords } from '../../../control-server/http/password.ts';
import { ProblemError } from '../../../control-server/http/problem.ts';
import { openApi } from './open-api.ts';
import type { OpenApi } from './open-api.ts';

const PASSWORD = 'correct horse battery';

let api: OpenApi;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api[Symbol.asyncDispose]());

const cookieOf = (answer: { headers: Record<string, unknown> }) => String(answer.headers['set-cookie']);

/** A hash as the server checks it, made with less work than it takes for its own. */
function cheapHash(password: string): string {
  const salt = randomBytes(16);
  const hash = scryptSync(password, salt, 32, { N: 1_024, r: 8, p: 1 });
  return ['scrypt', 1_024, 8, 1, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** An administrator `ada`, without the slow hash of a set-up. */
async function makeAccount(): Promise<void> {
  const createdAt = new Date(api.clock.ms).toISOString();
  await api.store.createUser({
    id: 'ada',
    name: 'ada',
    role: 'admin',
    passwordHash: cheapHash(PASSWORD),
    createdAt,
    identity: null,
    lastSignInAt: null,
    disabledAt: null,
  });
}

async function signIn(): Promise<string> {
  const answer = await api.call('POST', '/api/session', { body: { name: 'ada', password: PASSWORD } });
  expect(answer.statusCode).toBe(200);
  return cookieOf(answer).split(';', 1)[0] ?? '';
}

async function setUp(): Promise<string> {
  const body = { code: api.setupCodes.issue(), name: 'ada', password: PASSWORD };
  const answer = await api.call('POST', '/api/setup', { body });
  expect(answer.statusCode).toBe(201);
  return cookieOf(answer).split(';', 1)[0] ?? '';
}

describe('set-up', () => {
  it('makes the first administrator and signs in', async () => {
    const cookie = await setUp();
    const me = await api.call('GET', '/api/me', { cookie });
    expect(me.json()).toEqual({ name: 'ada', role: 'admin', serverVersion: '1.2.3' });
  });

  it('works once with a code, also when two try at the same time', async () => {
    const body = { code: api.setupCodes.issue(), name: 'ada', password: PASSWORD };
    const answers = await Promise.all([1, 2].map(() => api.call('POST', '/api/setup', { body })));
    expect(answers.map((answer) => answer.statusCode).toSorted()).toEqual([201, 401]);
    expect(await api.store.countUsers()).toBe(1);
  });

  it('makes no second administrator by the link of another node', async () => {
    const other = api.setupCodes.issue();
    await makeAccount();
    const body = { code: other, name: 'eve', password: PASSWORD };
    const answer = await api.call('POST', '/api/setup', { body });
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'already_set_up']);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(await api.store.countUsers()).toBe(1);
    expect((await api.store.listAudit({ action: 'user.create' })).items).toEqual([]);
  });

  it('hashes no password for who has no code', async () => {
    let hashed = 0;
    const counting: Passwords = {
      hash: async () => {
        hashed++;
        return cheapHash(PASSWORD);
      },
      verify: async () => false,
    };
    await using open = await openApi({ passwords: counting });
    open.setupCodes.issue();
    const body = { code: 'guessed', password: PASSWORD };
    for (const [path, fields] of [
      ['/api/setup', { ...body, name: 'eve' }],
      ['/api/invitation', body],
    ] as const) {
      const answer = await open.call('POST', path, { body: fields });
      expect([answer.statusCode, answer.json().code]).toEqual([401, 'code_lapsed']);
    }
    expect(hashed).toBe(0);
  });

  it('does not cost its code while too many sign in at the same time', async () => {
    let isBusy = true;
    const busy: Passwords = {
      async hash() {
        if (isBusy) throw new ProblemError(429, 'too_many_sign_ins', 'Try again shortly.');
        return cheapHash(PASSWORD);
      },
      verify: async () => false,
    };
    await using open = await openApi({ passwords: busy });
    const body = { code: open.setupCodes.issue(), name: 'ada', password: PASSWORD };
    const refused = await open.call('POST', '/api/setup', { body });
    expect([refused.statusCode, refused.json().code]).toEqual([429, 'too_many_sign_ins']);
    isBusy = false;
    expect((await open.call('POST', '/api/setup', { body })).statusCode).toBe(201);
  });

  it('works for ten minutes', async () => {
    const code = api.setupCodes.issue();
    api.clock.ms += 10 * 60_000;
    const answer = await api.call('POST', '/api/setup', { body: { code, name: 'ada', password: PASSWORD } });
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'code_lapsed']);
  });

  it('asks for twelve characters, and a refused password leaves the code as it was', async () => {
    const code = api.setupCodes.issue();
    const attempt = (password: string) =>
      api.call('POST', '/api/setup', { body: { code, name: 'ada', password } });
    const short = await attempt('a'.repeat(11));
    expect([short.statusCode, short.json().field]).toEqual([400, 'password']);
    expect((await attempt('a'.repeat(12))).statusCode).toBe(201);
  });

  it('takes no code of a login link', async () => {
    const body = { code: api.loginCodes.issue(), name: 'ada', password: PASSWORD };
    expect((await api.call('POST', '/api/setup', { body })).statusCode).toBe(401);
  });

  it('refuses a name that a terminal would obey', async () => {
    const body = { code: api.setupCodes.issue(), name: 'ada\u001b[2J', password: PASSWORD };
    expect((await api.call('POST', '/api/setup', { body })).statusCode).toBe(400);
  });
});

describe('signing in', () => {
  it('gives a cookie that no script reads and no other site sends', async () => {
    await makeAccount();
    const answer = await api.call('POST', '/api/session', { body: { name: 'ada', password: PASSWORD } });
    expect(answer.statusCode).toBe(200);
    expect(cookieOf(answer)).toMatch(
      /^stillframe_abcdefgh=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  it('says the same of a wrong password and of an unknown name', async () => {
    await setUp();
    const wrong = await api.call('POST', '/api/session', { body: { name: 'ada', password: 'x' } });
    const unknown = await api.call('POST', '/api/session', { body: { name: 'nobody', password: 'x' } });
    expect([wrong.statusCode, wrong.json().code]).toEqual([401, 'wrong_credentials']);
    expect(unknown.body).toBe(wrong.body);
    expect(wrong.headers['set-cookie']).toBeUndefined();
  });

  it('waits after five wrong attempts, even for the right password', async () => {
    await makeAccount();
    const attempt = (password: string) =>
      api.call('POST', '/api/session', { body: { name: 'ada', password } });
    for (let count = 0; count < 5; count++) expect((await attempt('wrong')).statusCode).toBe(401);
    const throttled = await attempt(PASSWORD);
    expect([throttled.statusCode, throttled.json().code]).toEqual([429, 'too_many_attempts']);
    expect(throttled.headers['retry-after']).toBe('1');
    api.clock.ms += 1_000;
    expect((await attempt(PASSWORD)).statusCode).toBe(200);
  });

  it('ends the session that the browser had: its old cookie is worth nothing', async () => {
    await makeAccount();
    const former = await signIn();
    const body = { name: 'ada', password: PASSWORD };
    const again = await api.call('POST', '/api/session', { cookie: former, body });
    const [current] = cookieOf(again).split(';', 1);
    expect(current).not.toBe(former);
    expect((await api.call('GET', '/api/me', { cookie: former })).statusCode).toBe(401);
    expect((await api.call('GET', '/api/me', { cookie: current ?? '' })).statusCode).toBe(200);
  });

  it('lasts twelve hours and not a millisecond more', async () => {
    await makeAccount();
    const cookie = await signIn();
    const isSignedIn = async () => (await api.call('GET', '/api/me', { cookie })).statusCode;
    for (let hour = 1; hour < 12; hour++) {
      api.clock.ms += 60 * 60_000;
      expect(await isSignedIn()).toBe(200);
    }
    api.clock.ms += 60 * 60_000 - 1;
    expect(await isSignedIn()).toBe(200);
    api.clock.ms += 1;
    expect(await isSignedIn()).toBe(401);
  });

  it('ends after two hours in which nothing was asked for', async () => {
    await makeAccount();
    const cookie = await signIn();
    const isSignedIn = async () => (await api.call('GET', '/api/me', { cookie })).statusCode;
    api.clock.ms += 2 * 60 * 60_000 - 1;
    expect(await isSignedIn()).toBe(200);
    api.clock.ms += 2 * 60 * 60_000 - 1;
    expect(await isSignedIn()).toBe(200);
    api.clock.ms += 2 * 60 * 60_000;
    expect(await isSignedIn()).toBe(401);
  });

  it('keeps neither cookie nor password where the store or the log could show it', async () => {
    const cookie = await setUp();
    const user = await api.store.readUser('ada');
    expect(user?.passwordHash).toMatch(/^scrypt\$/);
    expect(
      await api.store.readSession(cookie.split('=')[1] ?? '', new Date(api.clock.ms).toISOString()),
    ).toBeNull();
    await api.call('POST', '/api/session', { body: { name: 'ada', password: 'hunter2 hunter2' } });
    expect(api.logged()).toContain('sign-in refused');
    expect(api.logged()).not.toContain('hunter2');
  });

  it('by the code of a login link works once, for five minutes', async () => {
    const [code, late] = [api.loginCodes.issue(), api.loginCodes.issue()];
    const first = await api.call('POST', '/api/session/code', { body: { code } });
    expect([first.statusCode, first.body]).toEqual([204, '']);
    const [cookie = ''] = cookieOf(first).split(';', 1);
    expect((await api.call('GET', '/api/me', { cookie })).json()).toMatchObject({
      name: 'local',
      role: 'admin',
    });
    const second = await api.call('POST', '/api/session/code', { body: { code } });
    expect([second.statusCode, second.json().code]).toEqual([401, 'code_lapsed']);
    api.clock.ms += 5 * 60_000;
    expect((await api.call('POST', '/api/session/code', { body: { code: late } })).statusCode).toBe(401);
    expect(api.logged()).not.toContain(code);
  });

  it.each([
    ['from another machine', { remoteAddress: '10.0.0.7' }],
    ['through a proxy', { headers: { 'x-forwarded-for': '10.0.0.7' } }],
  ])('over plain http is refused %s, and costs no code', async (_where, from) => {
    const code = api.setupCodes.issue();
    const body = { code, name: 'ada', password: PASSWORD };
    for (const [url, sent] of [
      ['/api/setup', body],
      ['/api/session', { name: 'ada', password: PASSWORD }],
      ['/api/session/code', { code: api.loginCodes.issue() }],
    ] as const) {
      const answer = await api.call('POST', url, { body: sent, ...from });
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'insecure_transport']);
    }
    expect((await api.call('POST', '/api/setup', { body })).statusCode).toBe(201);
  });

  it('over plain http works from elsewhere when the operator wants it so', async () => {
    await using open = await openApi({ allowsInsecureSignIn: true });
    const body = { code: open.loginCodes.issue() };
    const answer = await open.call('POST', '/api/session/code', { body, remoteAddress: '10.0.0.7' });
    expect(answer.statusCode).toBe(204);
  });
});

describe('a disabled account', () => {
  it('is refused like a wrong password, and the audit has no sign-in of it', async () => {
    await makeAccount();
    await api.store.createUser({
      id: 'dina',
      name: 'dina',
      role: 'viewer',
      passwordHash: cheapHash(PASSWORD),
      createdAt: '2026-11-21T10:00:00.000Z',
      identity: null,
      lastSignInAt: null,
      disabledAt: '2026-11-21T10:00:00.000Z',
    });
    const answer = await api.call('POST', '/api/session', { body: { name: 'dina', password: PASSWORD } });
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'wrong_credentials']);
    const { items } = await api.store.listAudit({ actor: 'dina' });
    expect(items.map(({ action }) => action)).toEqual(['session.refuse']);
    expect(await api.store.readUserById('dina')).toMatchObject({ lastSignInAt: null });
  });
});

describe('a session', () => {
  it('ends after two hours in which nothing was asked for, and not before', async () => {
    await makeAccount();
    const cookie = await signIn();
    const ask = async (): Promise<number> => (await api.call('GET', '/api/me', { cookie })).statusCode;
    for (let use = 0; use < 3; use++) {
      api.clock.ms += 2 * 60 * 60_000 - 1;
      expect(await ask()).toBe(200);
    }
    api.clock.ms += 2 * 60 * 60_000;
    expect(await ask()).toBe(401);
  });

  it('ends after two hours when nothing was ever asked for', async () => {
    await makeAccount();
    const [early, late] = [await signIn(), await signIn()];
    api.clock.ms += 2 * 60 * 60_000 - 1;
    expect((await api.call('GET', '/api/me', { cookie: early })).statusCode).toBe(200);
    api.clock.ms += 1;
    expect((await api.call('GET', '/api/me', { cookie: late })).statusCode).toBe(401);
  });

  it('ends after twelve hours, however much it is used', async () => {
    await makeAccount();
    const cookie = await signIn();
    const ask = async (): Promise<number> => (await api.call('GET', '/api/me', { cookie })).statusCode;
    for (let hour = 1; hour < 12; hour++) {
      api.clock.ms += 60 * 60_000;
      expect(await ask()).toBe(200);
    }
    api.clock.ms += 60 * 60_000 - 1;
    expect(await ask()).toBe(200);
    api.clock.ms += 1;
    expect(await ask()).toBe(401);
  });
});

describe('signing out', () => {
  it('ends the session and clears the cookie', async () => {
    await makeAccount();
    const cookie = await signIn();
    const answer = await api.call('DELETE', '/api/session', { cookie });
    expect(answer.statusCode).toBe(204);
    expect(cookieOf(answer)).toMatch(/^stillframe_abcdefgh=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970/);
    expect((await api.call('GET', '/api/me', { cookie })).statusCode).toBe(401);
  });
});

describe('a sign-in that is under way', () => {
  const passwordHash = cheapHash('another password');
  const disabledAt = '2026-11-21T10:00:00.000Z';

  it.each([
    ['the password is changed', { passwordHash }],
    ['the account is disabled', { disabledAt }],
  ])('opens no session when %s meanwhile', async (_, change) => {
    await api[Symbol.asyncDispose]();
    api = await openApi({
      passwords: {
        hash: () => Promise.resolve(passwordHash),
        async verify() {
          await api.store.updateUser('ada', change);
          return true;
        },
      },
    });
    await makeAccount();
    await api.store.createUser({
      id: 'bob',
      name: 'bob',
      role: 'admin',
      passwordHash,
      createdAt: disabledAt,
      identity: null,
      lastSignInAt: null,
      disabledAt: null,
    });
    const answer = await api.call('POST', '/api/session', { body: { name: 'ada', password: PASSWORD } });
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'wrong_credentials']);
    await api.store.updateUser('ada', { disabledAt: null });
    expect(await api.store.listSessions('ada', new Date(api.clock.ms).toISOString())).toEqual([]);
    const cookie = cookieOf(answer).split(';', 1)[0] ?? '';
    expect((await api.call('GET', '/api/me', { cookie })).statusCode).toBe(401);
  });
});
