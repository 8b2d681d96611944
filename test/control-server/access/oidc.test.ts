import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ControlServerOptions } from '../../../control-server/options.ts';
import { createControlServer } from '../../../control-server/server.ts';
import type { ControlServer } from '../../../control-server/server.ts';
import type { AuditEntry } from '../../../src/protocol/api-audit.ts';
import type { UserResource } from '../../../src/protocol/api-people.ts';
import type { Me, Page } from '../../../src/protocol/api.ts';
import { openBrowser } from './browser.ts';
import type { Browser, Visited } from './browser.ts';
import { takeFreePort } from './free-port.ts';
import { CLIENT, startIdentityProvider } from './identity-provider.ts';
import type { IdentityProvider } from './identity-provider.ts';

type Oidc = NonNullable<ControlServerOptions['oidc']>;

const ROLES: Partial<Oidc> = { roleClaim: 'groups', roles: { 'debug-admins': 'admin', devs: 'operator' } };

/** A server with a provider of its own, the same for every test that wants these options. */
interface Place {
  readonly folder: string;
  readonly publicUrl: string;
  readonly provider: IdentityProvider;
  readonly server: ControlServer;
}

const places = new Map<string, Promise<Place>>();
let publicUrl: string;
let provider: IdentityProvider;
let server: ControlServer;
let browser: Browser;

beforeEach(() => {
  browser = openBrowser();
});
afterAll(async () => {
  for (const opened of places.values()) {
    const place = await opened;
    await place.server.close();
    await place.provider[Symbol.asyncDispose]();
    rmSync(place.folder, { recursive: true });
  }
});

async function open(oidc: Partial<Oidc>): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-oidc-'));
  writeFileSync(join(folder, 'client-secret'), `${CLIENT.secret}\n`);
  const url = `http://127.0.0.1:${await takeFreePort()}`;
  const own = await startIdentityProvider(url);
  const secret =
    oidc.clientSecretFile === undefined
      ? { clientSecret: CLIENT.secret }
      : { clientSecretFile: join(folder, oidc.clientSecretFile) };
  const started = await createControlServer({
    dataFolder: folder,
    port: Number(new URL(url).port),
    publicUrl: url,
    logLevel: 'silent',
    firstAdmin: { name: 'root', password: 'correct horse battery' },
    oidc: { issuer: own.issuer, clientId: CLIENT.id, ...oidc, ...secret },
  });
  return { folder, publicUrl: url, provider: own, server: started };
}

async function start(oidc: Partial<Oidc> = { defaultRole: 'viewer' }): Promise<void> {
  const name = JSON.stringify(oidc);
  const opened = places.get(name) ?? open(oidc);
  places.set(name, opened);
  ({ publicUrl, provider, server } = await opened);
}

/** Through the provider and back, up to the dashboard or a refusal. */
const signIn = (by: Browser = browser): Promise<Visited> =>
  by.visit(`${publicUrl}/api/oidc/start`, { until: (url) => url === `${publicUrl}/` });

async function me(by: Browser = browser): Promise<Me | null> {
  const answer = await by.fetch(`${publicUrl}/api/me`);
  return answer.status === 200 ? ((await answer.json()) as Me) : null;
}

async function asLocal<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
  const answer = await fetch(publicUrl + path, {
    method,
    headers: { authorization: `Bearer ${server.localToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as T;
}

const codeOf = ({ status, text }: Visited): [number, unknown] => [
  status,
  text === '' ? null : (JSON.parse(text) as { code?: string }).code,
];

describe('signing in at an identity provider', () => {
  it('makes an account and leads to the dashboard, signed in', async () => {
    await start({ defaultRole: 'operator' });
    provider.person = { sub: 'p1a', preferred_username: 'cleo', email: 'cleo@example.com' };
    expect(await signIn()).toMatchObject({ status: 303, location: `${publicUrl}/` });
    expect(await me()).toMatchObject({ name: 'cleo', role: 'operator' });
    const users = await asLocal<UserResource[]>('/api/users');
    expect(users).toMatchObject([
      { name: 'cleo', role: 'operator', signIn: 'oidc' },
      { name: 'root', signIn: 'password' },
    ]);
  });

  it('leaves the password to the provider: there is none here to change', async () => {
    await start();
    provider.person = { sub: 'p1b', preferred_username: 'nora' };
    await signIn();
    const own = await browser.fetch(`${publicUrl}/api/me/account`);
    expect(await own.json()).toEqual({ signIn: 'oidc' });
    const refused = await browser.fetch(`${publicUrl}/api/me/password`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: publicUrl },
      body: JSON.stringify({ current: 'a guess', password: 'correct horse battery' }),
    });
    expect(await refused.json()).toMatchObject({ status: 403, code: 'no_own_password' });
  });

  it('uses a code with PKCE, a state and a nonce, and cookies that no script reads', async () => {
    await start();
    provider.person = { sub: 'p2a' };
    await signIn();
    const asked = provider.asked.at(-1);
    expect(Object.fromEntries(asked ?? [])).toMatchObject({
      response_type: 'code',
      scope: 'openid profile email',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as unknown,
      state: expect.stringMatching(/^[\w-]{43}$/) as unknown,
      nonce: expect.stringMatching(/^[\w-]{43}$/) as unknown,
    });
    const cookies = browser.cookiesOf(publicUrl);
    expect(cookies[0]).toMatch(/^stillframe_oidc=[\w-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(cookies.find((line) => line.startsWith('stillframe_oidc=;'))).toBeDefined();
    expect(cookies.at(-1)).toMatch(
      /^stillframe_[\w-]{8}=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    // What is sealed says nothing of the flow to who reads the cookie.
    const sealed = Buffer.from(cookies[0]?.split(/[=;]/)[1] ?? '', 'base64url').toString('latin1');
    expect(sealed).not.toContain(asked?.get('state'));
  });

  it('finds the same account again by issuer and subject, whatever name and address have become', async () => {
    await start();
    provider.person = { sub: 'p3a', preferred_username: 'mara', email: 'cleo@example.com' };
    await signIn();
    provider.person = { sub: 'p3a', preferred_username: 'root', email: 'root@example.com' };
    await signIn();
    expect(await me()).toMatchObject({ name: 'mara' });
    const users = await asLocal<UserResource[]>('/api/users');
    expect(users.filter(({ name }) => /mara|root/.test(name)).map(({ name }) => name)).toEqual([
      'mara',
      'root',
    ]);
  });

  it('never takes over an account by its name or address', async () => {
    await start();
    provider.person = { sub: 'p4a', preferred_username: 'root', email: 'root', email_verified: true };
    await signIn();
    const host = new URL(provider.issuer).host;
    expect(await me()).toMatchObject({ name: `root (${host})`, role: 'viewer' });
    provider.person = { sub: 'another', preferred_username: 'root' };
    browser = openBrowser();
    await signIn();
    expect(await me()).toMatchObject({ name: 'root (another)', role: 'viewer' });
  });

  it('gives the highest role of the claim, anew at each sign-in', async () => {
    await start(ROLES);
    provider.person = { sub: 'p5a', preferred_username: 'nina', groups: ['devs', 'debug-admins', 'others'] };
    await signIn();
    expect(await me()).toMatchObject({ role: 'admin' });
    provider.person = { ...provider.person, groups: ['devs'] };
    await signIn();
    expect(await me()).toMatchObject({ role: 'operator' });
  });

  it('lets nobody in to whom the claim gives no role, nor who has lost it', async () => {
    await start(ROLES);
    provider.person = { sub: 'p6a', groups: ['others'] };
    expect(codeOf(await signIn())).toEqual([403, 'oidc_not_allowed']);
    provider.person = { sub: 'p6b', groups: ['devs'] };
    await signIn();
    provider.person = { sub: 'p6b', groups: [] };
    expect(codeOf(await signIn(openBrowser()))).toEqual([403, 'oidc_not_allowed']);
  });

  it('ends every session and token of who comes back without a role, and nobody else’s', async () => {
    await start(ROLES);
    provider.person = { sub: 'p6c', preferred_username: 'kim', groups: ['devs'] };
    await signIn();
    const made = await browser.fetch(`${publicUrl}/api/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'ci' }),
    });
    const { secret } = (await made.json()) as { secret: string };
    const other = openBrowser();
    provider.person = { sub: 'p6d', preferred_username: 'lou', groups: ['devs'] };
    await signIn(other);
    const byToken = async (): Promise<number> =>
      (await fetch(`${publicUrl}/api/me`, { headers: { authorization: `Bearer ${secret}` } })).status;
    const stream = await browser.fetch(`${publicUrl}/api/events`);
    expect([await byToken(), stream.status]).toEqual([200, 200]);
    provider.person = { sub: 'p6c', preferred_username: 'kim', groups: [] };
    expect(codeOf(await signIn(openBrowser()))).toEqual([403, 'oidc_not_allowed']);
    expect([await me(), await byToken()]).toEqual([null, 401]);
    await stream.text();
    expect(await me(other)).toMatchObject({ name: 'lou' });
    const { items } = await asLocal<Page<AuditEntry>>('/api/audit?limit=3');
    expect(items.map(({ action, actor }) => [action, actor])).toEqual([
      ['session.refuse', 'identity provider'],
      ['token.revoke', 'kim'],
      ['session.end', 'kim'],
    ]);
  });

  it('asks for the role again within the hour, where claims decide it', async () => {
    await start(ROLES);
    provider.person = { sub: 'p6e', groups: ['devs'] };
    await signIn();
    expect(browser.cookiesOf(publicUrl).at(-1)).toContain('; Max-Age=3600;');
  });

  it('leaves a role that administrators gave, where no claim decides it', async () => {
    await start({ defaultRole: 'viewer' });
    provider.person = { sub: 'p7a', preferred_username: 'otto' };
    await signIn();
    const users = await asLocal<UserResource[]>('/api/users');
    const id = users.find(({ name }) => name === 'otto')?.id;
    await asLocal(`/api/users/${id}`, 'PATCH', { role: 'operator' });
    await signIn();
    expect(await me()).toMatchObject({ role: 'operator' });
  });

  it.each([
    [{ email: 'cleo@example.com', email_verified: true }, 303],
    [{ email: 'cleo@EXAMPLE.com', email_verified: true }, 303],
    [{ email: 'cleo@example.com', email_verified: false }, 403],
    [{ email: 'cleo@example.com' }, 403],
    [{ email: 'cleo@example.com.evil.test', email_verified: true }, 403],
    [{ email: 'example.com', email_verified: true }, 403],
    [{}, 403],
  ])('holds %o to the allowed domains: %i', async (claims, status) => {
    await start({ defaultRole: 'viewer', allowedDomains: ['Example.com'] });
    provider.person = { sub: 'p8a', ...claims };
    expect((await signIn()).status).toBe(status);
    expect(await me()).toEqual(status === 303 ? expect.objectContaining({ role: 'viewer' }) : null);
  });

  it('lets nobody in whose account here is disabled', async () => {
    await start();
    provider.person = { sub: 'p9a', preferred_username: 'paul' };
    await signIn();
    const users = await asLocal<UserResource[]>('/api/users');
    const id = users.find(({ name }) => name === 'paul')?.id;
    await asLocal(`/api/users/${id}`, 'PATCH', { disabled: true });
    expect(await me()).toBeNull();
    expect(codeOf(await signIn())).toEqual([403, 'oidc_not_allowed']);
  });

  it('refuses what did not begin in this browser, or ends twice', async () => {
    await start();
    provider.person = { sub: 'p10a' };
    const back = await browser.visit(`${publicUrl}/api/oidc/start`, {
      until: (url) => url.startsWith(`${publicUrl}/api/oidc/callback`),
    });
    const callback = back.location ?? '';
    const victim = openBrowser();
    expect(codeOf(await victim.visit(callback))).toEqual([401, 'oidc_refused']);
    expect(await me(victim)).toBeNull();
    const wrong = new URL(callback);
    wrong.searchParams.set('state', 'A'.repeat(43));
    const other = openBrowser();
    await other.visit(`${publicUrl}/api/oidc/start`, { until: () => true });
    expect(codeOf(await other.visit(callback))).toEqual([401, 'oidc_refused']);
    expect((await browser.visit(callback, { until: () => true })).status).toBe(303);
    expect(codeOf(await browser.visit(callback))).toEqual([401, 'oidc_refused']);
  });

  it.each(['?error=access_denied', '', '?code=guessed&state=guessed'])(
    'refuses a callback with %j',
    async (query) => {
      await start();
      await browser.visit(`${publicUrl}/api/oidc/start`, { until: () => true });
      expect(codeOf(await browser.visit(`${publicUrl}/api/oidc/callback${query}`))).toEqual([
        401,
        'oidc_refused',
      ]);
    },
  );

  it('shows a browser a page with the way back, whatever went wrong', async () => {
    await start(ROLES);
    const read = async (path: string) => {
      const answer = await browser.fetch(publicUrl + path, { headers: { accept: 'text/html,*/*;q=0.8' } });
      return { answer, text: await answer.text() };
    };
    const { answer, text } = await read('/api/oidc/callback?error=%3Cscript%3E&error_description=%3Cimg%3E');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(text).toContain('<a href="/login">Back to the sign-in page</a>');
    expect(text).toContain('The sign-in at the identity provider did not end as it began here');
    expect(text).not.toMatch(/<script|<img|<style|style=/);
    await start({ defaultRole: 'viewer', issuer: `http://127.0.0.1:${await takeFreePort()}` });
    const away = await read('/api/oidc/start');
    expect([away.answer.status, away.text.includes('oidc_unavailable')]).toEqual([502, true]);
    expect(codeOf(await signIn())).toEqual([502, 'oidc_unavailable']);
  });

  it('says so when the provider does not answer, and lets people in by password all the same', async () => {
    await start({ defaultRole: 'viewer', issuer: `http://127.0.0.1:${await takeFreePort()}` });
    expect(codeOf(await signIn())).toEqual([502, 'oidc_unavailable']);
    const answer = await browser.fetch(`${publicUrl}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'root', password: 'correct horse battery' }),
    });
    expect(answer.status).toBe(200);
  });

  it('signs out here, and says where to sign out of the provider', async () => {
    await start();
    provider.person = { sub: 'p13a' };
    await signIn();
    const answer = await browser.fetch(`${publicUrl}/api/session`, { method: 'DELETE' });
    const { signOutUrl } = (await answer.json()) as { signOutUrl: string };
    expect(signOutUrl).toMatch(new RegExp(`^${provider.issuer}/session/end\\?`));
    expect(new URL(signOutUrl).searchParams.get('post_logout_redirect_uri')).toBe(`${publicUrl}/login`);
    expect((await fetch(signOutUrl)).status).toBe(200);
    expect(await me()).toBeNull();
  });

  it('is in the audit, with what was refused', async () => {
    await start(ROLES);
    provider.person = { sub: 'p14a', preferred_username: 'rosa', groups: ['devs'] };
    await signIn();
    provider.person = { ...provider.person, groups: [] };
    await signIn();
    const { items } = await asLocal<Page<AuditEntry>>('/api/audit?limit=4');
    expect(items.map(({ action, actor }) => [action, actor])).toEqual([
      ['session.refuse', 'identity provider'],
      ['session.end', 'rosa'],
      ['session.start', 'rosa'],
      ['user.create', 'rosa'],
    ]);
    expect(JSON.stringify(items)).not.toContain(CLIENT.secret);
  });

  it('is offered only where it is set up', async () => {
    await start();
    const offered = await fetch(`${publicUrl}/api/sign-in-methods`);
    expect(await offered.json()).toEqual({ password: true, oidc: { startUrl: '/api/oidc/start' } });
  });

  it('takes the secret from a file', async () => {
    await start({ defaultRole: 'viewer', clientSecretFile: 'client-secret' });
    provider.person = { sub: 'p16a' };
    expect((await signIn()).status).toBe(303);
  });
});
