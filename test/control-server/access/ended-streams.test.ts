import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createControlServer } from '../../../control-server/server.ts';
import type { ControlServer } from '../../../control-server/server.ts';
import type { AuditEntry } from '../../../src/protocol/api-audit.ts';
import type { InvitedUser, NewPersonalTokenSecret } from '../../../src/protocol/api-people.ts';
import type { NewSdkKey, Page } from '../../../src/protocol/api.ts';
import { openStream } from '../live/stream-reader.ts';
import type { StreamReader } from '../live/stream-reader.ts';
import { A_SECOND_MS } from '../../helpers/until.ts';

let folder: string;
let server: ControlServer;
let opened: StreamReader[] = [];
/** How far the clock of the server is ahead. */
let aheadMs = 0;
beforeAll(async () => {
  const systemClock = Date.now;
  vi.spyOn(Date, 'now').mockImplementation(() => systemClock() + aheadMs);
  folder = mkdtempSync(join(tmpdir(), 'stillframe-streams-'));
  server = await createControlServer({
    dataFolder: folder,
    port: 0,
    logLevel: 'silent',
    firstAdmin: { name: 'root', password: 'correct horse battery' },
  });
});
afterEach(() => {
  for (const reader of opened) reader.close();
  opened = [];
  aheadMs = 0;
});
afterAll(async () => {
  await server.close();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<T> {
  const answer = await fetch(server.url + path, {
    method,
    headers: {
      ...(headers ?? { authorization: `Bearer ${server.localToken}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
  const text = await answer.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function open(path: string, headers: Record<string, string>): Promise<StreamReader> {
  const reader = await openStream(server.url + path, headers);
  opened.push(reader);
  expect(reader.status).toBe(200);
  await reader.next(path.startsWith('/sdk') ? 'init' : 'hello');
  return reader;
}

const openAgent = (secret: string) => open('/sdk/snapshots/stream/shop', { 'x-api-key': secret });
const openDashboard = (headers: Record<string, string>) => open('/api/events', headers);

async function endsInTime(reader: StreamReader): Promise<true> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('The stream is still open.')), A_SECOND_MS);
  try {
    await Promise.race([reader.ended, late.promise]);
    return true;
  } finally {
    clearTimeout(timer);
  }
}

async function makePerson(name: string, role: string): Promise<{ id: string; cookie: string }> {
  const { user, invitation } = await call<InvitedUser>('POST', '/api/users', { name, role });
  const code = new URL(invitation.link).hash.replace('#code=', '');
  const answer = await fetch(`${server.url}/api/invitation`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, password: 'a password of many words' }),
  });
  return { id: user.id, cookie: answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '' };
}

describe('the streams of a key end', () => {
  const make = (body: object) => call<NewSdkKey>('POST', '/api/keys', { name: 'agents', ...body });

  it('when it is revoked, and no other stream does', async () => {
    const [{ key, secret }, other] = [await make({}), await make({})];
    const [reader, staying] = [await openAgent(secret), await openAgent(other.secret)];
    await call('DELETE', `/api/keys/${key.id}`);
    expect(await endsInTime(reader)).toBe(true);
    await call('PUT', '/api/kill-switch', { scope: 'service', serviceName: 'shop', on: true });
    await staying.next('kill_switch');
    await call('PUT', '/api/kill-switch', { scope: 'service', serviceName: 'shop', on: false });
  });

  it('when it expires, and no other stream does', async () => {
    const [{ secret }, other] = [
      await make({ expiresAt: new Date(Date.now() + 60_000).toISOString() }),
      await make({ expiresAt: new Date(Date.now() + 600_000).toISOString() }),
    ];
    const [reader, staying] = [await openAgent(secret), await openAgent(other.secret)];
    aheadMs = 60_000;
    expect(await endsInTime(reader)).toBe(true);
    await call('PUT', '/api/kill-switch', { scope: 'service', serviceName: 'shop', on: true });
    await staying.next('kill_switch');
    await call('PUT', '/api/kill-switch', { scope: 'service', serviceName: 'shop', on: false });
    const again = await openStream(`${server.url}/sdk/snapshots/stream/shop`, { 'x-api-key': secret });
    opened.push(again);
    expect(again.status).toBe(401);
  });

  it('when its grace is over, while those of its successor go on', async () => {
    const { key, secret } = await make({});
    const reader = await openAgent(secret);
    const successor = await call<NewSdkKey>('POST', `/api/keys/${key.id}/rotate`, { graceSeconds: 1 });
    const staying = await openAgent(successor.secret);
    expect(await endsInTime(reader)).toBe(true);
    await call('PUT', '/api/kill-switch', { scope: 'service', serviceName: 'shop', on: true });
    await staying.next('kill_switch');
    await call('PUT', '/api/kill-switch', { scope: 'service', serviceName: 'shop', on: false });
  });

  it('when its successor is revoked during its grace', async () => {
    const { key, secret } = await make({});
    const reader = await openAgent(secret);
    const successor = await call<NewSdkKey>('POST', `/api/keys/${key.id}/rotate`, { graceSeconds: 600 });
    await call('DELETE', `/api/keys/${successor.key.id}`);
    expect(await endsInTime(reader)).toBe(true);
  });
});

describe('the streams of a person end', () => {
  it('when the account is disabled, in the browser and of a token', async () => {
    const { id, cookie } = await makePerson('bob', 'operator');
    const { secret } = await call<NewPersonalTokenSecret>('POST', '/api/tokens', { name: 'ci' }, { cookie });
    const readers = [
      await openDashboard({ cookie }),
      await openDashboard({ authorization: `Bearer ${secret}` }),
    ];
    const staying = await openDashboard({ authorization: `Bearer ${server.localToken}` });
    await call('PATCH', `/api/users/${id}`, { disabled: true });
    expect(await Promise.all(readers.map(endsInTime))).toEqual([true, true]);
    await call('POST', '/api/keys', { name: 'another' });
    await staying.next('keys');
  });

  it('when a token is revoked', async () => {
    const { cookie } = await makePerson('cleo', 'viewer');
    const made = await call<NewPersonalTokenSecret>('POST', '/api/tokens', { name: 'ci' }, { cookie });
    const reader = await openDashboard({ authorization: `Bearer ${made.secret}` });
    await call('DELETE', `/api/tokens/${made.token.id}`, undefined, { cookie });
    expect(await endsInTime(reader)).toBe(true);
  });

  it('when the grace of a token is over, while those of its successor go on', async () => {
    const { cookie } = await makePerson('gus', 'viewer');
    const made = await call<NewPersonalTokenSecret>('POST', '/api/tokens', { name: 'ci' }, { cookie });
    const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
    const reader = await openDashboard(bearer(made.secret));
    const path = `/api/tokens/${made.token.id}/rotate`;
    const successor = await call<NewPersonalTokenSecret>('POST', path, { graceSeconds: 1 }, { cookie });
    const staying = await openDashboard(bearer(successor.secret));
    expect(await endsInTime(reader)).toBe(true);
    await call('PUT', '/api/kill-switch', { scope: 'service', serviceName: 'shop', on: true });
    await staying.next('kill_switch');
    await call('PUT', '/api/kill-switch', { scope: 'service', serviceName: 'shop', on: false });
  });

  it('when the person signs out, in this browser and in no other', async () => {
    const { cookie } = await makePerson('fay', 'viewer');
    const answer = await fetch(`${server.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'fay', password: 'a password of many words' }),
    });
    const other = answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    const [reader, staying] = [await openDashboard({ cookie }), await openDashboard({ cookie: other })];
    await call('DELETE', '/api/session', undefined, { cookie });
    expect(await endsInTime(reader)).toBe(true);
    await call('PUT', '/api/kill-switch', { scope: 'service', serviceName: 'shop', on: true });
    await staying.next('kill_switch');
    await call('PUT', '/api/kill-switch', { scope: 'service', serviceName: 'shop', on: false });
  });

  it('when the password is set anew by an invitation', async () => {
    const { id, cookie } = await makePerson('dora', 'viewer');
    const reader = await openDashboard({ cookie });
    const { invitation } = await call<InvitedUser>('POST', `/api/users/${id}/invitation`);
    const code = new URL(invitation.link).hash.replace('#code=', '');
    await call('POST', '/api/invitation', { code, password: 'another of many words' }, {});
    expect(await endsInTime(reader)).toBe(true);
  });
});

describe('the program that embeds the server', () => {
  it('makes keys with names that lists can show, and is in the audit', async () => {
    for (const wanted of [
      { name: '' },
      { name: ' ' },
      { name: 'x'.repeat(101) },
      { name: 'a\u001b[31m' },
      { name: 'x', environment: '' },
      { name: 'x', serviceName: 'a\nb' },
      { name: 'x', expiresAt: '2020-01-01T00:00:00Z' },
    ]) {
      await expect(server.createKey(wanted)).rejects.toMatchObject({ code: 'bad_option' });
    }
    const { key } = await server.createKey({ name: 'x'.repeat(100) });
    const { items } = await call<Page<AuditEntry>>('GET', `/api/audit?target=key/${key.id}`);
    expect(items).toMatchObject([{ action: 'key.create', actor: 'server', actorKind: 'system' }]);
  });

  it('finds a backup in the audit', async () => {
    const answer = await fetch(`${server.url}/api/backup`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.localToken}` },
    });
    await answer.body?.cancel();
    const { items } = await call<Page<AuditEntry>>('GET', '/api/audit?action=backup.create');
    expect(items).toMatchObject([{ actor: 'local', actorKind: 'local' }]);
  });
});
