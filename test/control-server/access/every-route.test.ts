import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPersonalTokenSecret } from '../../../control-server/http/personal-token.ts';
import type { Role } from '../../../control-server/http/role.ts';
import { isAtLeast } from '../../../control-server/http/role.ts';
import { createSdkKeySecret } from '../../../control-server/http/sdk-key.ts';
import type { StoredKey } from '../../../control-server/store/key-store.ts';
import type { StoredToken } from '../../../control-server/store/token-store.ts';
import { openApi } from '../api/open-api.ts';
import type { OpenApi } from '../api/open-api.ts';
import { EVERY_ROUTE } from './every-route.ts';
import type { RouteAccess } from './every-route.ts';
import { REFUSING_OIDC } from './refusing-oidc.ts';

/** Headers that say who asks; made for each request, since some requests end what they came with. */
type Ask = () => Promise<Record<string, string>>;

let api: OpenApi;
let base: string;
beforeAll(async () => {
  api = await openApi({ withAgents: true, oidc: REFUSING_OIDC });
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  // oxlint-disable-next-line no-unsafe-type-assertion -- a TCP server that listens
  base = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
  for (const [id, role] of [
    ['root', 'admin'],
    ['vera', 'viewer'],
    ['olga', 'operator'],
    ['dina', 'admin'],
  ] as const) {
    const createdAt = iso(0);
    const user = { id, name: id, role, createdAt, passwordHash: 'none', identity: null };
    await api.store.createUser({ ...user, lastSignInAt: null, disabledAt: null });
  }
  await api.store.updateUser('dina', { disabledAt: iso(0) });
});
afterAll(() => api[Symbol.asyncDispose]());

const iso = (afterMs: number): string => new Date(api.clock.ms + afterMs).toISOString();
const cookie = async (value: Promise<string>): Promise<Record<string, string>> => ({ cookie: await value });
const bearer = (text: string): Record<string, string> => ({ authorization: `Bearer ${text}` });

/** Of an account like the one that is named: one has few tokens at a time. */
async function token(likeId: string, role: Role, fields: Partial<StoredToken> = {}) {
  const { id, text, secretHash } = createPersonalTokenSecret();
  const like = await api.store.readUserById(likeId);
  if (like === null) throw new Error(`there is no ${likeId}`);
  const userId = `${likeId} of ${id}`;
  await api.store.createUser({ ...like, id: userId, name: userId });
  await api.store.createToken({
    id,
    secretHash,
    userId,
    userName: userId,
    name: 'ci',
    role,
    createdAt: iso(0),
    expiresAt: iso(60_000),
    lastUsedAt: null,
    revokedAt: null,
    replacedBy: null,
    ...fields,
  });
  return { id, headers: bearer(text) };
}

async function key(fields: Partial<StoredKey> = {}) {
  const { id, text, secretHash } = createSdkKeySecret();
  await api.store.createKey({
    id,
    secretHash,
    name: 'agents',
    environment: 'default',
    serviceName: null,
    scopes: ['ingest', 'control:read'],
    createdAt: iso(0),
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    replacedBy: null,
    ...fields,
  });
  return { id, headers: { 'x-api-key': text } };
}

async function revokedToken(): Promise<Record<string, string>> {
  const { id, headers } = await token('root', 'admin');
  await api.store.revokeToken(id, iso(0));
  return headers;
}

/** Nobody at all, or nobody any more, to either half of the server. */
const NOBODY: Readonly<Record<string, Ask>> = {
  'no credential': async () => ({}),
  'a malformed cookie': async () => ({ cookie: "stillframe_abcdefgh=' OR 1=1 --" }),
  'a guessed session': async () => ({ cookie: `stillframe_abcdefgh=${'A'.repeat(43)}` }),
  'an expired session': () => cookie(signIn('admin', { expiresAt: iso(0) })),
  'an idle session': () => cookie(signIn('admin', { idleExpiresAt: iso(0) })),
  'the session of a disabled account': () => cookie(signIn('admin', { userId: 'dina' })),
  'a malformed token': async () => bearer('sfp_root_secret'),
  'a token with a wrong secret': async () => {
    const { headers } = await token('root', 'admin');
    return { authorization: `${headers['authorization']?.slice(0, -4)}AAAA` };
  },
  'an expired token': async () => (await token('root', 'admin', { expiresAt: iso(0) })).headers,
  'a revoked token': revokedToken,
  'the token of a disabled account': async () => (await token('dina', 'admin')).headers,
  'a malformed SDK key': async () => ({ 'x-api-key': 'ctxio_test_key' }),
  'an expired SDK key': async () => (await key({ expiresAt: iso(0) })).headers,
  'a revoked SDK key': async () => (await key({ revokedAt: iso(0) })).headers,
};

/** SDK keys, which open the protocol of agents and nothing else. */
const KEYS: Readonly<Record<string, Ask>> = {
  'an SDK key': async () => (await key()).headers,
  'an SDK key of another environment': async () => (await key({ environment: 'staging' })).headers,
  'an SDK key of another service': async () => (await key({ serviceName: 'other' })).headers,
};

/** People, with what they may do and whether they see values. */
const PEOPLE: Readonly<Record<string, readonly [role: Role, seesValues: boolean, ask: Ask]>> = {
  'a viewer': ['viewer', false, () => cookie(signIn('viewer', { userId: 'vera' }))],
  'an operator': ['operator', true, () => cookie(signIn('operator', { userId: 'olga' }))],
  'an administrator': ['admin', true, () => cookie(signIn('admin', { userId: 'root' }))],
  'a personal token': ['admin', true, async () => (await token('root', 'admin')).headers],
  'a token with a lower role': ['viewer', false, async () => (await token('root', 'viewer')).headers],
  'a token of who lost the role': ['viewer', false, async () => (await token('vera', 'admin')).headers],
  'the local token': ['admin', true, async () => bearer(api.localToken)],
};

async function signIn(role: Role, fields: Parameters<OpenApi['signIn']>[1] = {}): Promise<string> {
  return api.signIn(role, fields);
}

async function ask(
  route: string,
  headers: Record<string, string>,
): Promise<{ status: number; code: unknown; body: string }> {
  const [method = '', pattern = ''] = route.split(' ');
  const { body } = EVERY_ROUTE[route] ?? {};
  const path = pattern.replace(/:\w+/, 'x1').replace('*', 'shop');
  const unique = pattern.endsWith('/capture') ? { ...(body as object), snapshot_id: randomUUID() } : body;
  const answer = await fetch(base + path, {
    method,
    redirect: 'manual',
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(unique) }),
  });
  const isProblem = answer.headers.get('content-type')?.includes('problem+json') === true;
  if (!isProblem) {
    await answer.body?.cancel();
    return { status: answer.status, code: null, body: '' };
  }
  const text = await answer.text();
  const { code } = JSON.parse(text) as { code?: unknown };
  // One backup at a time: the one before ends some time after its connection.
  if (code === 'backup_running') return ask(route, headers);
  return { status: answer.status, code, body: text };
}

const all = (wanted: (access: RouteAccess) => boolean): string[] =>
  Object.entries(EVERY_ROUTE)
    .filter(([, access]) => wanted(access))
    .map(([route]) => route);
const OF_PEOPLE = all(({ least }) => least !== 'public' && least !== 'agent');
const OF_AGENTS = all(({ least }) => least === 'agent');

describe('the table of access', () => {
  it('has every route that the server registers, and every one that is documented', async () => {
    const registered = api.routes
      .filter(({ url }) => /^\/(api|sdk|v1)\//.test(url))
      .map(({ method, url }) => `${method} ${url}`);
    expect(new Set(registered)).toEqual(new Set(Object.keys(EVERY_ROUTE)));
    const { paths } = await api.readDocumentation<{ paths: Record<string, object> }>();
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    const missing = documented.filter((route) => EVERY_ROUTE[route] === undefined);
    expect(missing.filter((route) => route.includes('/api/'))).toEqual([]);
  });
});

describe.each(OF_PEOPLE)('%s', (route) => {
  const access = EVERY_ROUTE[route] ?? { least: 'admin', status: 0 };

  it('refuses everybody without a way in with one and the same body', async () => {
    const bodies = new Set<string>();
    for (const [who, headers] of Object.entries({ ...NOBODY, ...KEYS })) {
      const { status, code, body } = await ask(route, await headers());
      expect([status, code], who).toEqual([401, 'not_signed_in']);
      bodies.add(body);
    }
    expect(bodies.size).toBe(1);
  });

  it.each(Object.entries(PEOPLE))(
    'gives %s what the role may, and no more',
    async (_, [role, sees, headers]) => {
      const { status, code } = await ask(route, await headers());
      if (access.least !== 'agent' && access.least !== 'public' && !isAtLeast(role, access.least)) {
        expect([status, code]).toEqual([403, 'not_allowed']);
        return;
      }
      expect(code).not.toBe('not_allowed');
      const expected = sees ? access.status : (access.withoutValues ?? access.status);
      expect(status).toBe(expected);
      if (!sees && access.withoutValues !== undefined) expect(code).toBe('values_not_allowed');
    },
  );
});

describe.each(OF_PEOPLE.filter((route) => EVERY_ROUTE[route]?.withoutValues !== undefined))(
  '%s for a viewer who sees values',
  (route) => {
    it('is what it is for everybody else', async () => {
      await setViewersSeeValues(true);
      try {
        const { status } = await ask(route, await cookie(signIn('viewer', { userId: 'vera' })));
        expect(status).toBe(EVERY_ROUTE[route]?.status);
      } finally {
        await setViewersSeeValues(false);
      }
    });
  },
);

describe.each(OF_AGENTS)('%s', (route) => {
  const access = EVERY_ROUTE[route];

  it('refuses everybody without a key, people among them', async () => {
    const people = Object.entries(PEOPLE).map(([who, [, , headers]]): [string, Ask] => [who, headers]);
    for (const [who, headers] of [...Object.entries(NOBODY), ...people]) {
      const { status, code } = await ask(route, await headers());
      expect([status, String(code)], who).toEqual([401, expect.stringMatching(/^sdk_key_/)]);
    }
  });

  it('lets keys in, and holds them to their service', async () => {
    for (const environment of ['default', 'staging', randomUUID()]) {
      const { status } = await ask(route, (await key({ environment })).headers);
      expect([access?.status, 200]).toContain(status);
    }
    const other = await ask(route, (await key({ serviceName: 'other' })).headers);
    expect(other.status).toBe(access?.otherService);
    if (other.status === 403) expect(other.code).toBe('wrong_service');
  });
});

describe.each(all(({ least }) => least === 'public'))('%s', (route) => {
  it('answers everybody alike', async () => {
    for (const [who, headers] of Object.entries({ ...NOBODY, ...KEYS })) {
      const { status, code } = await ask(route, await headers());
      expect(status, who).toBe(
        status === 429 && code === 'too_many_attempts' ? 429 : EVERY_ROUTE[route]?.status,
      );
    }
  });
});

async function setViewersSeeValues(viewersSeeValues: boolean): Promise<void> {
  await api.store.writeSettingsDocument(null, JSON.stringify({ viewersSeeValues }), null, 'root', iso(0));
  // The setting is asked for once a second.
  api.clock.ms += 1_000;
}
