import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { guardRoutes } from '../../../control-server/api/access.ts';
import { createApp } from '../../../control-server/http/app.ts';
import { createSdkKeySecret } from '../../../control-server/http/sdk-key.ts';
import { REFUSING_OIDC } from '../access/refusing-oidc.ts';
import { API_ROUTES } from './api-routes.ts';
import { openApi } from './open-api.ts';
import type { OpenApi } from './open-api.ts';

const GUARDED = API_ROUTES.filter(([, , least]) => least !== 'public');
const CHANGES = API_ROUTES.filter(([method]) => method !== 'GET');
const PUBLIC_CHANGES = CHANGES.filter(([, , least]) => least === 'public');
const pathOf = (url: string) => url.replace(/:\w+/, 'x1');

let api: OpenApi;
let sdkKey: string;

beforeAll(async () => {
  api = await openApi({ oidc: REFUSING_OIDC });
  await api.store.createUser({
    id: 'u',
    name: 'ada',
    passwordHash: 'none',
    role: 'admin',
    identity: null,
    createdAt: new Date(api.clock.ms).toISOString(),
    lastSignInAt: null,
    disabledAt: null,
  });
  const { id, text, secretHash } = createSdkKeySecret();
  await api.store.createKey({
    id,
    secretHash,
    name: 'agents',
    environment: 'default',
    serviceName: null,
    scopes: ['ingest', 'control:read'],
    createdAt: new Date(api.clock.ms).toISOString(),
    lastUsedAt: null,
    expiresAt: null,
    revokedAt: null,
    replacedBy: null,
  });
  sdkKey = text;
});
afterAll(() => api[Symbol.asyncDispose]());

const known = ([method, url]: readonly [string, string, ...unknown[]]) => `${method} ${url}`;

describe('the guard of the API', () => {
  it.each(PUBLIC_CHANGES)('%s %s reads at most 16 KiB of what a stranger sends', async (_, url) => {
    const send = (bytes: number) => api.call('POST', url, { body: { code: 'x'.repeat(bytes - 11) } });
    expect((await send(16_384)).statusCode).toBe(400);
    expect((await send(16_385)).statusCode).toBe(413);
  });

  it('is tested on every route there is', () => {
    const registered = api.routes
      .filter(({ url }) => url.startsWith('/api'))
      .map((r) => known([r.method, r.url]));
    expect(new Set(registered)).toEqual(new Set(API_ROUTES.map(known)));
  });

  it.each(GUARDED)('%s %s refuses who has no way in, always with the same body', async (method, url) => {
    const stale = await api.signIn();
    api.clock.ms += 60_000;
    const ended = await api.signIn();
    await api.call('DELETE', '/api/session', { cookie: ended });
    const local = { authorization: `Bearer ${api.localToken}` };
    const [name = ''] = ended.split('=', 1);
    const attempts = {
      nothing: {},
      'an empty cookie': { cookie: `${name}=` },
      'a guessed cookie': { cookie: `${name}=${'A'.repeat(43)}` },
      'a malformed cookie': { cookie: `${name}=' OR 1=1 --` },
      'an expired session': { cookie: stale },
      'an ended session': { cookie: ended },
      'the cookie of another instance': { cookie: ended.replace('abcdefgh', 'zzzzzzzz') },
      'an SDK key': { headers: { 'x-api-key': sdkKey } },
      'an SDK key as token': { headers: { authorization: `Bearer ${sdkKey}` } },
      'a wrong token': { headers: { authorization: `Bearer ${'A'.repeat(43)}` } },
      'the token without its scheme': { headers: { authorization: api.localToken } },
      'the token of this machine from another': { headers: local, remoteAddress: '10.0.0.7' },
      'the token behind X-Forwarded-For': { headers: { ...local, 'x-forwarded-for': '127.0.0.1' } },
      'the token behind Forwarded': { headers: { ...local, forwarded: 'for=127.0.0.1' } },
      'the token behind Via': { headers: { ...local, via: '1.1 proxy' } },
    };
    const bodies = new Set<string>();
    for (const [attempt, call] of Object.entries(attempts)) {
      const answer = await api.call(method, pathOf(url), call);
      expect(answer.statusCode, attempt).toBe(401);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      bodies.add(answer.body);
    }
    expect([...bodies].map((body): unknown => JSON.parse(body))).toMatchObject([{ code: 'not_signed_in' }]);
  });

  it.each(API_ROUTES)('%s %s refuses another Host, however well one is signed in', async (method, url) => {
    const cookie = await api.signIn();
    for (const host of ['evil.example:7070', 'localhost.evil.example']) {
      const answer = await api.call(method, pathOf(url), { cookie, headers: { host } });
      expect(answer.statusCode).toBe(421);
    }
  });

  it.each(CHANGES)('%s %s refuses what another site or port makes a browser send', async (method, url) => {
    const cookie = await api.signIn();
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'http://localhost:3000' },
      { origin: 'http://localhost' },
      { origin: 'null' },
      { origin: 'http://localhost:7070.evil.example' },
      { origin: 'file://' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { origin: 'http://localhost:7070', 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    ]) {
      const answer = await api.call(method, pathOf(url), { cookie, headers });
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'cross_site']);
    }
  });

  it.each(GUARDED)('%s %s answers no script, style, frame or picture of a page', async (method, url) => {
    const cookie = await api.signIn();
    const ask = (destination: string) =>
      api.call(method, pathOf(url), { cookie, headers: { 'sec-fetch-dest': destination } });
    for (const destination of ['script', 'style', 'iframe', 'frame', 'embed', 'object', 'image', 'worker']) {
      const answer = await ask(destination);
      expect([answer.statusCode, answer.json<{ code: string }>().code], destination).toEqual([
        403,
        'embedded',
      ]);
    }
  });

  it('answers pages that fetch, and links that people follow', async () => {
    const cookie = await api.signIn();
    for (const destination of ['empty', 'document']) {
      const headers = { 'sec-fetch-dest': destination, 'sec-fetch-site': 'same-origin' };
      expect((await api.call('GET', '/api/me', { cookie, headers })).statusCode).toBe(200);
    }
  });

  it.each(CHANGES)('%s %s refuses a body that is not JSON', async (method, url) => {
    const cookie = await api.signIn();
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const answer = await api.call(method, pathOf(url), {
        cookie,
        body: '{}',
        headers: { 'content-type': type },
      });
      expect(answer.statusCode).toBe(415);
    }
  });

  it.each(GUARDED.filter(([method]) => method === 'GET'))(
    '%s %s is not read by another site either',
    async (method, url) => {
      const cookie = await api.signIn();
      for (const site of ['cross-site', 'same-site']) {
        const answer = await api.call(method, pathOf(url), { cookie, headers: { 'sec-fetch-site': site } });
        expect([answer.statusCode, answer.json().code]).toEqual([403, 'cross_site']);
      }
    },
  );

  it.each(GUARDED.filter(([, , least]) => least !== 'viewer'))(
    '%s %s refuses a lesser role',
    async (method, url, least) => {
      const lesser = least === 'admin' ? (['viewer', 'operator'] as const) : (['viewer'] as const);
      for (const role of lesser) {
        const answer = await api.call(method, pathOf(url), { cookie: await api.signIn(role), body: {} });
        expect([answer.statusCode, answer.json().code]).toEqual([403, 'not_allowed']);
      }
    },
  );

  it('lets the token of this machine in, and a session with the page at its own address', async () => {
    const local = await api.call('GET', '/api/me', {
      headers: { authorization: `Bearer ${api.localToken}` },
    });
    expect(local.json()).toEqual({ name: 'local', role: 'admin', serverVersion: '1.2.3' });
    const headers = { origin: 'http://localhost:7070', 'sec-fetch-site': 'same-origin' };
    const cookie = await api.signIn('operator');
    const changed = await api.call('POST', '/api/services/shop/kill-switch', {
      cookie,
      headers,
      body: { enabled: false },
    });
    expect(changed.statusCode).toBe(200);
    expect(
      (await api.call('GET', '/api/me', { cookie, headers: { 'sec-fetch-site': 'none' } })).statusCode,
    ).toBe(200);
  });

  it('judges a request with a token by the token alone', async () => {
    const answer = await api.call('GET', '/api/me', {
      cookie: await api.signIn(),
      headers: { authorization: 'Bearer nonsense' },
    });
    expect(answer.statusCode).toBe(401);
  });

  it('never lets an answer be cached, nor another origin read one', async () => {
    const cookie = await api.signIn();
    for (const [, url] of API_ROUTES.filter(
      ([method, route]) => method === 'GET' && route !== '/api/events',
    )) {
      const answer = await api.call('GET', pathOf(url), {
        cookie,
        headers: { origin: 'http://localhost:7070' },
      });
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('logs neither keys, cookies nor tokens', () => {
    for (const secret of [sdkKey, api.localToken]) expect(api.logged()).not.toContain(secret);
    expect(api.logged()).not.toMatch(/stillframe_abcdefgh=/);
  });
});

describe('before the first account', () => {
  it('lets nobody but administrators to a route that does not say who may use it', async () => {
    const app = createApp({
      logger: pino({ level: 'silent' }),
      allowsHost: () => true,
      tls: null,
      translateError: () => null,
    });
    await app.register((scope, _options, done) => {
      guardRoutes(scope, {
        store: api.store,
        now: () => api.clock.ms,
        allowsInsecureSignIn: false,
        authenticate: async ({ headers }) => ({
          name: 'ada',
          role: headers['x-role'] === 'admin' ? 'admin' : 'operator',
          kind: 'person',
          userId: 'u',
          tokenId: null,
          sessionId: null,
          expiresAt: null,
        }),
      });
      scope.get('/silent', () => 'answer');
      done();
    });
    for (const [role, status] of [
      ['operator', 403],
      ['admin', 200],
    ] as const) {
      const answer = await app.inject({ url: '/silent', headers: { 'x-role': role } });
      expect([role, answer.statusCode]).toEqual([role, status]);
    }
    await app.close();
  });

  it('says that set-up is pending', async () => {
    await using fresh = await openApi();
    const answer = await fresh.call('GET', '/api/me');
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'setup_pending']);
  });
});
