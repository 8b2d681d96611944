import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createControlServer } from '../../control-server/index.ts';
import type { ControlServer, ControlServerOptions } from '../../control-server/index.ts';
import { encodeSnapshot } from '../../src/protocol/snapshot.ts';
import { aSnapshot } from '../helpers/a-snapshot.ts';
import { createSelfSignedCertificate } from '../helpers/self-signed-certificate.ts';
import { A_SECOND_MS, eventually } from '../helpers/until.ts';
import { clockAhead } from './clock-ahead.ts';

const PASSWORD = 'correct horse battery';

let folder: string;
let running: ControlServer[];
let notices: string[];
let logLines: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stillframe-server-'));
  [running, notices, logLines] = [[], [], []];
});
afterEach(async () => {
  await Promise.all(running.map((server) => server.close()));
  await rm(folder, { recursive: true });
});

async function start(options: ControlServerOptions = {}): Promise<ControlServer> {
  const server = await createControlServer({
    port: 0,
    dataFolder: folder,
    logLevel: 'debug',
    logDestination: { write: (line) => void logLines.push(line) },
    onNotice: (notice) => void notices.push(notice),
    ...options,
  });
  running.push(server);
  return server;
}

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

const bearer = (server: ControlServer) => ({ authorization: `Bearer ${server.localToken}` });
const codeOf = (link: string | null) => new URLSearchParams(new URL(link ?? '').hash.slice(1)).get('code');

async function setUp(server: ControlServer): Promise<string> {
  const answer = await post(`${server.url}/api/setup`, {
    code: codeOf(server.setupLink),
    name: 'ada',
    password: PASSWORD,
  });
  expect(answer.status).toBe(201);
  return answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
}

describe('a first start', () => {
  it('gives a set-up link that works once, in the notice and nowhere in the log', async () => {
    const server = await start();
    expect(server.setupLink).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/setup#code=[\w-]{43}$/);
    expect(notices).toEqual([`Create the first account within 10 minutes: ${server.setupLink}`]);
    const pending = await fetch(`${server.url}/api/me`);
    expect(await pending.json()).toMatchObject({ status: 401, code: 'setup_pending' });
    const cookie = await setUp(server);
    const me = await fetch(`${server.url}/api/me`, { headers: { cookie } });
    expect(await me.json()).toMatchObject({ name: 'ada', role: 'admin' });
    const body = { code: codeOf(server.setupLink), name: 'eve', password: PASSWORD };
    expect((await post(`${server.url}/api/setup`, body)).status).toBe(401);
    expect(await (await fetch(`${server.url}/api/me`)).json()).toMatchObject({ code: 'not_signed_in' });
  });

  it('gives a link that is good for ten minutes and no longer', async () => {
    const clock = clockAhead();
    const [late, inTime] = [await start(), await start({ dataFolder: join(folder, 'another') })];
    // The rest is for a busy machine.
    clock.aheadMs = 10 * 60_000 - 10_000;
    expect(await setUp(inTime)).not.toBe('');
    clock.aheadMs = 10 * 60_000;
    const body = { code: codeOf(late.setupLink), name: 'ada', password: PASSWORD };
    const answer = await post(`${late.url}/api/setup`, body);
    expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'code_lapsed' }]);
  });

  it('tells the command line of this user where it is, and how to get in', async () => {
    const server = await start();
    const file = join(folder, 'server.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const info: unknown = JSON.parse(await readFile(file, 'utf8'));
    expect(info).toEqual({ url: server.url, pid: process.pid, localToken: server.localToken });
    const me = await fetch(`${server.url}/api/me`, { headers: bearer(server) });
    expect(await me.json()).toMatchObject({ name: 'local', role: 'admin' });
  });

  it('writes no secret to its log, even at its most talkative', async () => {
    const server = await start();
    const cookie = await setUp(server);
    const link = server.createLoginLink();
    await post(`${server.url}/api/session/code`, { code: codeOf(link) });
    await post(`${server.url}/api/session`, { name: 'ada', password: 'wrong wrong wrong' });
    const { secret } = await server.createKey({ name: 'agents' });
    await fetch(`${server.url}/sdk/snapshots/active/shop`, { headers: { 'x-api-key': secret } });
    await fetch(`${server.url}/api/none`, { headers: bearer(server) });
    const log = logLines.join('');
    const secrets = [
      cookie,
      PASSWORD,
      'wrong wrong',
      secret,
      server.localToken,
      codeOf(link),
      codeOf(server.setupLink),
    ];
    for (const text of secrets) expect(log).not.toContain(text);
  });
});

describe('a login link', () => {
  it('signs one browser in, once', async () => {
    const server = await start();
    const link = server.createLoginLink();
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/login#code=[\w-]{43}$/);
    const first = await post(`${server.url}/api/session/code`, { code: codeOf(link) });
    expect([first.status, first.headers.get('set-cookie')]).toEqual([
      204,
      expect.stringMatching(/; HttpOnly/),
    ]);
    expect((await post(`${server.url}/api/session/code`, { code: codeOf(link) })).status).toBe(401);
  });
});

describe('an agent', () => {
  it('comes in with a key, and its captures reach the dashboard scrubbed', async () => {
    const server = await start();
    const { secret } = await server.createKey({ name: 'agents', serviceName: 'shop' });
    const active = await fetch(`${server.url}/sdk/snapshots/active/shop`, {
      headers: { 'x-api-key': secret },
    });
    expect(await active.json()).toMatchObject({ breakpoints: [], kill_switch: false });
    const snapshot = aSnapshot({
      variables: { mail: 'ada@example.com' },
      capturedAt: new Date().toISOString(),
    });
    const captured = await post(`${server.url}/sdk/snapshots/capture`, encodeSnapshot(snapshot), {
      'x-api-key': secret,
    });
    expect(captured.status).toBe(201);
    const list = await fetch(`${server.url}/api/snapshots?service=shop`, { headers: bearer(server) });
    const { items } = (await list.json()) as { items: { id: string; flags: string[] }[] };
    expect(items).toHaveLength(1);
    const one = await fetch(`${server.url}/api/snapshots/${items[0]?.id}`, { headers: bearer(server) });
    expect(await one.json()).toMatchObject({ variables: { mail: '[REDACTED:email]' } });
  });

  it('cannot call the dashboard API with its key, nor the local token the agent protocol', async () => {
    const server = await start();
    const { secret } = await server.createKey({ name: 'agents' });
    for (const headers of [{ 'x-api-key': secret }, { authorization: `Bearer ${secret}` }]) {
      expect((await fetch(`${server.url}/api/keys`, { headers })).status).toBe(401);
    }
    const active = await fetch(`${server.url}/sdk/snapshots/active/shop`, { headers: bearer(server) });
    expect(active.status).toBe(401);
  });

  it('is turned away within a second of the revocation of its key, its stream ended', async () => {
    const server = await start();
    const { key, secret } = await server.createKey({ name: 'agents' });
    const headers = { 'x-api-key': secret };
    const stream = await fetch(`${server.url}/sdk/snapshots/stream/shop`, { headers });
    expect(stream.status).toBe(200);
    const revokedAt = Date.now();
    const revoked = await fetch(`${server.url}/api/keys/${key.id}`, {
      method: 'DELETE',
      headers: bearer(server),
    });
    expect(revoked.status).toBe(204);
    expect(await stream.text()).toContain('event: init');
    expect(Date.now() - revokedAt).toBeLessThan(A_SECOND_MS);
    expect((await fetch(`${server.url}/sdk/snapshots/active/shop`, { headers })).status).toBe(401);
  });

  it('hears of a breakpoint, and of its expiry', async () => {
    const clock = clockAhead();
    const server = await start();
    const { secret } = await server.createKey({ name: 'agents' });
    const stream = await fetch(`${server.url}/sdk/snapshots/stream/shop`, {
      headers: { 'x-api-key': secret, 'user-agent': 'stillframe/0.1.0 node/24' },
    });
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    const body = { serviceName: 'shop', label: 'x', expireAt: new Date(Date.now() + 60_000).toISOString() };
    const created = await post(`${server.url}/api/breakpoints`, body, bearer(server));
    expect(created.status).toBe(201);
    const { id } = (await created.json()) as { id: string };
    let text = '';
    const hear = async (event: string): Promise<void> => {
      while (!text.includes(`event: ${event}`)) {
        const chunk = await reader?.read();
        expect(chunk?.done).toBe(false);
        text += chunk?.value ?? '';
      }
    };
    await hear('breakpoint_created');
    expect(text).not.toContain('breakpoint_deleted');
    clock.aheadMs = 60_000;
    await hear('breakpoint_deleted');
    const read = await fetch(`${server.url}/api/breakpoints/${id}`, { headers: bearer(server) });
    expect(await read.json()).toMatchObject({ enabled: false });
    await reader?.cancel();
  });
});

describe('a restart', () => {
  it('keeps accounts, sessions, keys, breakpoints, kill switches and snapshots, and changes the local token', async () => {
    const first = await start();
    const cookie = await setUp(first);
    const { secret } = await first.createKey({ name: 'agents' });
    await post(`${first.url}/api/breakpoints`, { serviceName: 'shop', label: 'checkout' }, { cookie });
    await post(`${first.url}/api/services/billing/kill-switch`, { enabled: true }, { cookie });
    const snapshot = encodeSnapshot(aSnapshot({ capturedAt: new Date().toISOString() }));
    await post(`${first.url}/sdk/snapshots/capture`, snapshot, { 'x-api-key': secret });
    await first.close();

    const second = await start();
    expect([second.setupLink, notices.length]).toEqual([null, 1]);
    const read = async (path: string) => (await fetch(second.url + path, { headers: { cookie } })).json();
    expect(await read('/api/me')).toMatchObject({ name: 'ada' });
    expect(await read('/api/breakpoints')).toMatchObject([{ label: 'checkout' }]);
    expect(await read('/api/kill-switch')).toMatchObject([{ serviceName: 'billing', on: true }]);
    expect(await read('/api/snapshots')).toMatchObject({ items: [{ label: 'checkout' }] });
    expect(await read('/api/keys')).toMatchObject([{ name: 'agents' }]);
    const active = await fetch(`${second.url}/sdk/snapshots/active/shop`, {
      headers: { 'x-api-key': secret },
    });
    expect(active.status).toBe(200);
    const signedIn = await post(`${second.url}/api/session`, { name: 'ada', password: PASSWORD });
    expect(signedIn.status).toBe(200);
    expect((await fetch(`${second.url}/api/me`, { headers: bearer(first) })).status).toBe(401);
  });
});

describe('a start that cannot be', () => {
  let squatter: Server;
  let takenPort: number;
  beforeEach(async () => {
    squatter = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    takenPort = (squatter.address() as AddressInfo).port;
  });
  afterEach(() => new Promise((resolve) => squatter.close(resolve)));

  it('says that the port is taken, and leaves nothing open', async () => {
    await expect(start({ port: takenPort })).rejects.toMatchObject({
      name: 'ControlServerError',
      code: 'port_in_use',
      message: expect.stringContaining(`Port ${takenPort} is taken on 127.0.0.1`),
    });
    await expect(stat(join(folder, 'server.json'))).rejects.toThrow('ENOENT');
    await start();
  });

  it('is avoided by the next free port when that is wanted, and says so', async () => {
    const server = await start({ port: takenPort, portFallback: true });
    expect(server.port).toBeGreaterThan(takenPort);
    expect(server.port).toBeLessThanOrEqual(takenPort + 20);
    expect(notices[0]).toBe(`Port ${takenPort} is taken: the server listens on ${server.port} instead.`);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  it('says by whom the data folder is in use', async () => {
    const first = await start();
    await expect(start()).rejects.toMatchObject({
      name: 'ControlServerError',
      code: 'data_folder_in_use',
      message: expect.stringContaining(first.url),
    });
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
  });

  it.each(['0.0.0.0', '::'])('refuses %s without an account, and says how to make one', async (host) => {
    await expect(start({ host })).rejects.toMatchObject({
      code: 'no_credentials',
      message: expect.stringContaining('set-up link'),
    });
    await start();
  });

  it('says that an address is not of this machine', async () => {
    const firstAdmin = { name: 'ada', password: PASSWORD };
    await expect(start({ host: '203.0.113.1', firstAdmin })).rejects.toMatchObject({ code: 'listen_failed' });
  });

  it('says which certificate cannot be used', async () => {
    const { cert } = createSelfSignedCertificate();
    const { key } = createSelfSignedCertificate();
    const [tlsCert, tlsKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await expect(start({ tlsCert, tlsKey })).rejects.toMatchObject({ code: 'tls_unusable' });
    await Promise.all([writeFile(tlsCert, cert), writeFile(tlsKey, key)]);
    await expect(start({ tlsCert, tlsKey })).rejects.toMatchObject({
      code: 'tls_unusable',
      message: expect.stringContaining(tlsCert),
    });
  });
});

describe('a server for a network', () => {
  it('starts with a first administrator, who can sign in, and has no set-up link', async () => {
    const server = await start({ host: '0.0.0.0', firstAdmin: { name: 'ada', password: PASSWORD } });
    expect([server.setupLink, server.url]).toEqual([null, `http://127.0.0.1:${server.port}`]);
    expect((await post(`${server.url}/api/session`, { name: 'ada', password: PASSWORD })).status).toBe(200);
    await server.close();
    const again = await start({ firstAdmin: { name: 'eve', password: PASSWORD } });
    expect((await post(`${again.url}/api/session`, { name: 'eve', password: PASSWORD })).status).toBe(401);
  });

  it('speaks https with a certificate, and its cookie never crosses plain http', async () => {
    const { cert, key } = createSelfSignedCertificate();
    const [tlsCert, tlsKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await Promise.all([writeFile(tlsCert, cert), writeFile(tlsKey, key)]);
    const server = await start({ tlsCert, tlsKey });
    const body = JSON.stringify({ code: codeOf(server.createLoginLink()) });
    const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
      const request = httpsRequest(`${server.url}/api/session/code`, { method: 'POST', ca: cert });
      request.setHeader('content-type', 'application/json');
      request.on('response', (response) => {
        response.resume();
        resolve(response.headers);
      });
      request.on('error', reject);
      request.end(body);
    });
    expect(String(headers['set-cookie'])).toMatch(
      /^__Host-stillframe_[\da-f]{8}=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it('shows the address at the proxy in links, and allows its name', async () => {
    const server = await start({ publicUrl: 'https://stillframe.example.com' });
    expect(server.setupLink).toMatch(/^https:\/\/stillframe\.example\.com\/setup#code=/);
    expect(await statusOf(server, '/api/health', 'stillframe.example.com')).toBe(200);
    expect(await statusOf(server, '/api/health', 'evil.example.com')).toBe(421);
  });

  it.each([
    [
      'takes the address that its proxy saw, and none that the client wrote',
      'https://stillframe.example.com',
      '198.51.100.7',
    ],
    ['believes no header about an address when no proxy is in front', undefined, '127.0.0.1'],
  ])('%s', async (_, publicUrl, seen) => {
    const server = await start(publicUrl === undefined ? {} : { publicUrl });
    const { secret } = await server.createKey({ name: 'agents' });
    const headers = { 'x-api-key': secret, 'x-forwarded-for': '203.0.113.9, 198.51.100.7' };
    await fetch(`${server.url}/sdk/snapshots/active/shop`, { headers });
    const agents = await fetch(`${server.url}/api/agents`, { headers: bearer(server) });
    expect(await agents.json()).toMatchObject([{ address: seen }]);
  });

  it('refuses a foreign Host on streams and on the agent protocol too', async () => {
    const server = await start();
    for (const path of ['/api/events', '/sdk/snapshots/active/shop', '/sdk/snapshots/stream/shop', '/']) {
      expect(await statusOf(server, path, 'evil.example')).toBe(421);
    }
  });
});

function statusOf(server: ControlServer, path: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(server.url + path, { headers: { host, ...bearer(server) } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject);
    request.end();
  });
}

describe('close', () => {
  it('says bye to agents, ends every stream, frees port and folder, and may be called again', async () => {
    const server = await start();
    const { secret } = await server.createKey({ name: 'agents' });
    const agent = await fetch(`${server.url}/sdk/snapshots/stream/shop`, {
      headers: { 'x-api-key': secret },
    });
    const dashboard = await fetch(`${server.url}/api/events`, { headers: bearer(server) });
    const closing = server.close();
    expect(server.close()).toBe(closing);
    await closing;
    expect(await agent.text()).toMatch(/event: bye\n(?:id: .*\n)?data: \{"retry_ms"/);
    expect(await dashboard.text()).toContain('event: hello');
    await server.close();
    await expect(fetch(`${server.url}/readyz`)).rejects.toThrow('fetch failed');
    await expect(stat(join(folder, 'server.json'))).rejects.toThrow('ENOENT');
    const again = await start({ port: server.port });
    expect(again.port).toBe(server.port);
  });

  it('does not wait for ever for a client that never finishes its request', async () => {
    const server = await start();
    const socket = connect(server.port, '127.0.0.1');
    const ended = new Promise((resolve) => socket.on('error', resolve).on('close', resolve));
    socket.write(
      'POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    );
    await eventually(async () => {
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      expect(metrics).toContain('stillframe_info');
    });
    const startedAt = Date.now();
    await server.close();
    await ended;
    expect(Date.now() - startedAt).toBeLessThan(30_000);
  });
});
