import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../src/protocol/api-audit.ts';
import type { InvitedUser, NewPersonalTokenSecret } from '../../../src/protocol/api-people.ts';
import type { BreakpointResource, NewSdkKey, Page } from '../../../src/protocol/api.ts';
import type { StoredUser } from '../../../control-server/store/people-store.ts';
import { snapshotsOf } from '../store/snapshots-of.ts';
import { openApi } from './open-api.ts';
import type { OpenApi } from './open-api.ts';
import { REFUSING_OIDC } from '../access/refusing-oidc.ts';

const ADA: StoredUser = {
  id: 'ada',
  name: 'ada',
  role: 'admin',
  passwordHash: 'none',
  identity: null,
  createdAt: '2026-11-21T10:00:00.000Z',
  lastSignInAt: null,
  disabledAt: null,
};

let api: OpenApi;
let cookie: string;
beforeEach(async () => {
  api = await openApi();
  await api.store.createUser(ADA);
  cookie = await api.signIn('admin', { userId: 'ada' });
});
afterEach(() => api[Symbol.asyncDispose]());

const call = (method: string, url: string, body?: unknown) =>
  api.call(method, url, { cookie, ...(body === undefined ? {} : { body }) });
const audit = async (query = '') => (await call('GET', `/api/audit${query}`)).json<Page<AuditEntry>>().items;

describe('the audit', () => {
  it('has one entry of every change that the API makes, in order, with who and from where', async () => {
    const breakpoint = await call('POST', '/api/breakpoints', { serviceName: 'shop', label: 'pay' });
    const { id } = breakpoint.json<BreakpointResource>();
    await call('PATCH', `/api/breakpoints/${id}`, { condition: 'total > 1' });
    await call('POST', `/api/breakpoints/${id}/disable`);
    await call('DELETE', `/api/breakpoints/${id}`);
    await call('PUT', '/api/kill-switch', { scope: 'global', on: true });
    await call('PUT', '/api/kill-switch', { scope: 'global', on: false });
    const key = (await call('POST', '/api/keys', { name: 'agents' })).json<NewSdkKey>().key;
    const rotated = await call('POST', `/api/keys/${key.id}/rotate`, { graceSeconds: 1 });
    await call('DELETE', `/api/keys/${rotated.json<NewSdkKey>().key.id}`);
    const { user } = (await call('POST', '/api/users', { name: 'bob', role: 'viewer' })).json<InvitedUser>();
    await call('PATCH', `/api/users/${user.id}`, { role: 'operator' });
    await call('DELETE', `/api/users/${user.id}`);
    const { token } = (await call('POST', '/api/tokens', { name: 'ci' })).json<NewPersonalTokenSecret>();
    await call('DELETE', `/api/tokens/${token.id}`);
    await api.store.storeSnapshots('default', snapshotsOf(1), '2026-11-21T10:00:00.000Z');
    const [snapshot] = (await api.store.listSnapshots({})).items;
    await call('GET', '/api/snapshots');
    await call('GET', `/api/snapshots/${snapshot?.id}`);
    await call('GET', `/api/snapshots/${snapshot?.id}/raw`);
    await call('PUT', `/api/snapshots/${snapshot?.id}/pin`);
    await call('DELETE', `/api/snapshots/${snapshot?.id}/pin`);
    await call('GET', '/api/snapshots/export?q=secret&service=shop');
    await call('DELETE', `/api/snapshots/${snapshot?.id}`);
    await call('POST', '/api/snapshots/import', []);
    await call('DELETE', '/api/session');

    cookie = await api.signIn('admin', { userId: 'ada' });
    const entries = (await audit('?limit=100')).toReversed();
    expect(entries.map(({ action }) => action)).toEqual([
      'breakpoint.create',
      'breakpoint.change',
      'breakpoint.change',
      'breakpoint.delete',
      'kill_switch.on',
      'kill_switch.off',
      'key.create',
      'key.rotate',
      'key.revoke',
      'user.create',
      'user.invite',
      'user.change',
      'user.delete',
      'token.create',
      'token.revoke',
      'snapshot.view',
      'snapshot.download',
      'snapshot.pin',
      'snapshot.unpin',
      'snapshot.export',
      'snapshot.delete',
      'snapshot.import',
      'session.end',
    ]);
    for (const entry of entries) {
      expect(entry).toMatchObject({
        actor: 'ada',
        actorKind: 'person',
        ip: '127.0.0.1',
        at: '2026-11-21T10:00:00.000Z',
        requestId: expect.any(String) as unknown,
      });
    }
    expect(entries.find(({ action }) => action === 'snapshot.export')?.after).toEqual({
      format: 'ndjson',
      service: 'shop',
      hasText: true,
    });
  });

  it('has sign-ins that succeeded and that failed, with the name that was tried', async () => {
    await api.call('POST', '/api/session', {
      body: { name: 'mallory', password: 'guess' },
      remoteAddress: '127.0.0.9',
    });
    await api.call('POST', '/api/session/code', { body: { code: api.loginCodes.issue() } });
    expect(await audit()).toMatchObject([
      { action: 'session.start', actor: 'local', actorKind: 'local' },
      { action: 'session.refuse', actor: 'mallory', actorKind: 'person', ip: '127.0.0.9' },
    ]);
    expect(JSON.stringify(await audit())).not.toContain('guess');
  });

  it('says when a token or the local token acted', async () => {
    const made = (await call('POST', '/api/tokens', { name: 'ci' })).json<NewPersonalTokenSecret>();
    for (const secret of [made.secret, api.localToken]) {
      const headers = { authorization: `Bearer ${secret}` };
      await api.call('PUT', '/api/kill-switch', { headers, body: { scope: 'global', on: true } });
    }
    const entries = await audit('?action=kill_switch.on');
    expect(entries.map(({ actor, actorKind }) => [actor, actorKind])).toEqual([
      ['local', 'local'],
      ['ada', 'token'],
    ]);
  });

  it('has nothing of what was refused', async () => {
    await call('POST', '/api/breakpoints', { serviceName: 'shop', label: 'pay', condition: 'total >' });
    await call('DELETE', '/api/keys/none');
    await call('GET', '/api/snapshots/none');
    cookie = await api.signIn('viewer');
    await call('PUT', '/api/kill-switch', { scope: 'global', on: true });
    cookie = await api.signIn('admin');
    expect(await audit()).toEqual([]);
  });

  it('keeps a change back when its entry cannot be written', async () => {
    const full = new Error('no room for an entry');
    const original = api.store.recordAudit;
    Object.assign(api.store, { recordAudit: () => Promise.reject(full) });
    await api.store.storeSnapshots('default', snapshotsOf(1), '2026-11-21T10:00:00.000Z');
    const [snapshot] = (await api.store.listSnapshots({})).items;
    const answer = await call('GET', `/api/snapshots/${snapshot?.id}`);
    expect([answer.statusCode, answer.body.includes('variables')]).toEqual([500, false]);
    Object.assign(api.store, { recordAudit: original });
  });

  it('is filtered, and comes in pages', async () => {
    for (const name of ['a', 'b', 'c']) await call('POST', '/api/keys', { name });
    await call('PUT', '/api/kill-switch', { scope: 'global', on: true });
    expect(await audit('?action=key.')).toHaveLength(3);
    expect(await audit('?actor=nobody')).toEqual([]);
    expect(await audit('?target=kill_switch/global')).toHaveLength(1);
    expect(await audit('?from=2026-11-21T11:00:00%2B01:00')).toHaveLength(4);
    expect(await audit('?to=2026-11-21T11:00:00%2B01:00')).toEqual([]);
    const first = (await call('GET', '/api/audit?limit=3')).json<Page<AuditEntry>>();
    expect(await audit(`?limit=3&cursor=${first.nextCursor}`)).toMatchObject([{ after: { name: 'a' } }]);
    expect((await call('GET', '/api/audit?cursor=guessed')).json()).toMatchObject({ code: 'bad_cursor' });
    expect((await call('GET', '/api/audit?sort=actor')).statusCode).toBe(400);
  });
});

describe('the export of the audit', () => {
  const HOSTILE = [
    '=1+1',
    '\uff1d1+1',
    '+cmd',
    '-2',
    '@SUM(A1)',
    '\tx',
    '\rx',
    ' =1',
    'say "hi", twice',
    'two\r\nlines',
    '\u001b[31m',
  ];

  beforeEach(async () => {
    for (const [index, actor] of HOSTILE.entries()) {
      await api.store.recordAudit({
        at: new Date(api.clock.ms + index).toISOString(),
        actor,
        actorKind: 'person',
        ip: null,
        requestId: null,
        action: 'session.refuse',
        target: 'session',
        before: null,
        after: { text: actor },
      });
    }
  });

  it('as NDJSON has an entry a line, whatever is in it, and itself', async () => {
    const answer = await call('GET', '/api/audit/export?format=ndjson');
    expect(answer.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'content-disposition': 'attachment; filename="audit.ndjson"',
    });
    const entries = answer.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as AuditEntry);
    expect(entries.map(({ actor }) => actor)).toEqual(
      ['ada', ...HOSTILE].toSorted((left, right) =>
        left === 'ada' ? -1 : right === 'ada' ? 1 : HOSTILE.indexOf(right) - HOSTILE.indexOf(left),
      ),
    );
    expect(entries[0]).toMatchObject({ action: 'audit.export', after: { format: 'ndjson' } });
  });

  it('as CSV has nothing that a spreadsheet takes for a formula', async () => {
    const answer = await call('GET', '/api/audit/export?format=csv&action=session.');
    const rows = answer.body.split('\r\n20');
    expect(rows[0]).toBe('at,actor,actorKind,ip,action,target,before,after,requestId');
    const actors = rows.slice(1).map((row) => row.slice(row.indexOf(',') + 1).split(',person')[0]);
    expect(actors).toEqual([
      '\u001b[31m',
      '"two\r\nlines"',
      '"say ""hi"", twice"',
      "' =1",
      '"\'\rx"',
      "'\tx",
      "'@SUM(A1)",
      "'-2",
      "'+cmd",
      "'\uff1d1+1",
      "'=1+1",
    ]);
  });

  it('takes every page, and needs to know how', async () => {
    const entry = {
      at: new Date(api.clock.ms).toISOString(),
      actor: 'many',
      actorKind: 'system',
      ip: null,
      requestId: null,
      action: 'a.b',
      target: 't',
      before: null,
      after: null,
    } as const;
    await Promise.all(Array.from({ length: 505 }, () => api.store.recordAudit(entry)));
    const answer = await call('GET', '/api/audit/export?format=ndjson&actor=many');
    expect(answer.body.trimEnd().split('\n')).toHaveLength(505);
    expect((await call('GET', '/api/audit/export')).statusCode).toBe(400);
  });
});

describe('what nobody had to sign in for', () => {
  it('is in the audit a few times for an address, and not each time that it is asked for', async () => {
    await api[Symbol.asyncDispose]();
    api = await openApi({ oidc: REFUSING_OIDC });
    const refused = async () => {
      const { items } = await api.store.listAudit({ action: 'session.refuse', limit: 500 });
      return items.map(({ ip }) => ip);
    };
    for (let n = 0; n < 20; n++) {
      expect((await api.call('GET', '/api/oidc/callback?code=x&state=y')).statusCode).toBe(401);
    }
    expect(await refused()).toEqual(Array.from({ length: 5 }, () => '127.0.0.1'));
    api.clock.ms += 1_000;
    await api.call('GET', '/api/oidc/callback');
    expect(await refused()).toHaveLength(6);
  });
});
