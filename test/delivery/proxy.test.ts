import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import type { Server as TlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAgent } from '../../src/agent.ts';
import type { AgentOptions } from '../../src/agent-options.ts';
import { CapturePoints } from '../../src/capture/capture-point.ts';
import { connectToServer } from '../../src/connect-to-server.ts';
import { resolveOptions } from '../../src/options.ts';
import type { Agent } from '../../src/snapshot-agent.ts';
import { portOf, startFakeControlServer } from '../helpers/fake-control-server.ts';
import type { FakeControlServer } from '../helpers/fake-control-server.ts';
import { createSelfSignedCertificate } from '../helpers/self-signed-certificate.ts';
import { until } from '../helpers/until.ts';
import { startForwardProxy } from './forward-proxy-process.ts';
import type { ForwardProxy } from './forward-proxy-process.ts';
import { createCheckedScrubber } from '../../src/scrub/snapshot-scrubber.ts';

const HOST = 'stillframe.test';
const { cert, key } = createSelfSignedCertificate(HOST);
const run = promisify(execFile);

let proxy: ForwardProxy;
let server: FakeControlServer;
let tls: TlsServer;
let agent: Agent | null;
let said: string[];

beforeAll(async () => {
  proxy = await startForwardProxy();
});
afterAll(() => proxy.close());

beforeEach(async () => {
  agent = null;
  said = [];
  server = await startFakeControlServer();
  tls = createTlsServer({ cert, key }, (socket) => {
    const onward = connect(server.port, '127.0.0.1');
    for (const each of [socket, onward]) {
      each.on('error', () => each.destroy());
      each.on('close', () => (each === socket ? onward : socket).destroy());
    }
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await agent?.shutdown(0);
  await proxy.behave('work');
  tls.close();
  await server.close();
});

const httpsUrl = (): string => `https://${HOST}:${portOf(tls)}`;
const seenSince = (count: number): string[] => [
  ...new Set(proxy.requests.slice(count).map(({ method, target }) => `${method} ${target}`)),
];

function start(options: AgentOptions, env: Record<string, string>): Agent {
  const { resolved, problems } = resolveOptions(
    {
      apiKey: server.apiKey,
      serviceName: 'shop',
      firstPollMs: 10,
      reconnectMinMs: 10,
      reconnectMaxMs: 100,
      captureTimeoutMs: 60_000,
      logger: { warn: (line) => void said.push(line), debug: (line) => void said.push(line) },
      debug: true,
      ...options,
    },
    { env, hostName: 'h', readPackageName: () => null },
  );
  agent = createAgent(resolved, problems, new CapturePoints(), {
    now: Date.now,
    monotonicNow: () => performance.now(),
    later: (callback, delayMs) => void setTimeout(callback, delayMs).unref(),
    connect: connectToServer,
    makeScrubber: (rules) => createCheckedScrubber(rules),
    onMask() {},
  });
  return agent;
}

describe('behind a proxy', () => {
  it('upload, registration, report, poll and stream of an https endpoint go through tunnels', async () => {
    const before = proxy.requests.length;
    server.misbehave('stream', { kind: 'status', status: 503 });
    const running = start(
      { endpoint: httpsUrl(), ca: cert },
      { HTTPS_PROXY: `http://ada:se%20cret@127.0.0.1:${proxy.port}` },
    );
    running.captureSnapshot('checkout', { total: 42 });
    await until('the snapshot is stored', () => running.status().stored === 1);
    expect(running.status().unconfirmed).toBe(0);
    await until('polled', () => server.requestsTo('active').some(({ method }) => method === 'GET'));
    server.misbehave('stream', null);
    await until('the stream is open', () => running.status().control.connection === 'open');
    await until('reported', () => server.requestsTo('active').some(({ method }) => method === 'POST'));
    expect(server.requestsTo('register')).toHaveLength(1);
    expect(seenSince(before)).toEqual([`CONNECT ${HOST}:${portOf(tls)}`]);
    const credentials = `Basic ${Buffer.from('ada:se cret').toString('base64')}`;
    expect(new Set(proxy.requests.slice(before).map((request) => request.credentials))).toEqual(
      new Set([credentials]),
    );
    expect(server.requests.every(({ headers }) => headers['proxy-authorization'] === undefined)).toBe(true);
    // One for the stream, two for all else.
    expect(server.maxOpenSockets).toBeLessThanOrEqual(3);
    expect(running.status().proxy).toBe(`http://127.0.0.1:${proxy.port}`);
    for (const secret of ['cret', 'ada:', credentials]) {
      expect(JSON.stringify(running.status())).not.toContain(secret);
      expect(said.join('\n')).not.toContain(secret);
    }
  });

  it.each(['https', 'http'])('that is itself reached over TLS, an %s endpoint is asked', async (scheme) => {
    const before = proxy.requests.length;
    const warned: string[] = [];
    const hearWarning = ({ message }: Error): void => void warned.push(message);
    process.on('warning', hearWarning);
    const front = createTlsServer({ cert, key }, (socket) => {
      const onward = connect(proxy.port, '127.0.0.1');
      for (const each of [socket, onward]) {
        each.on('error', () => each.destroy());
        each.on('close', () => (each === socket ? onward : socket).destroy());
      }
      socket.pipe(onward).pipe(socket);
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    const endpoint = scheme === 'https' ? httpsUrl() : `http://${HOST}:${server.port}`;
    const running = start(
      { endpoint, ca: cert, insecure: true },
      { [`${scheme}_proxy`]: `https://127.0.0.1:${portOf(front)}` },
    );
    running.captureSnapshot('checkout', {});
    await until('the snapshot is stored', () => running.status().stored === 1);
    expect(running.status().unconfirmed).toBe(0);
    await until('the stream is open', () => running.status().control.connection === 'open');
    expect(proxy.requests.length).toBeGreaterThan(before);
    // Node says once in a process that an address is no name to ask a TLS server for.
    expect(warned).toEqual([]);
    process.off('warning', hearWarning);
    front.close();
  });

  it('a plain http endpoint is asked for by its whole address', async () => {
    const before = proxy.requests.length;
    const endpoint = `http://${HOST}:${server.port}/base`;
    const running = start({ endpoint, insecure: true }, { http_proxy: `127.0.0.1:${proxy.port}` });
    running.captureSnapshot('checkout', { total: 42 });
    await until('the snapshot is stored', () => running.status().stored === 1);
    expect(running.status().unconfirmed).toBe(0);
    await until('the stream is open', () => running.status().control.connection === 'open');
    expect(seenSince(before)).toEqual(
      expect.arrayContaining([
        `GET ${endpoint}/sdk/snapshots/stream/shop`,
        `POST ${endpoint}/sdk/snapshots/capture`,
        `POST ${endpoint}/sdk/snapshots/auto-register`,
      ]),
    );
    expect(server.requestsTo('capture')[0]?.headers.host).toBe(`${HOST}:${server.port}`);
  });

  it.each([
    ['https', 'refuse', 'The proxy answered 407'],
    ['http', 'refuse', 'The proxy answered 407'],
    ['https', 'hang', 'No complete answer within 300 ms'],
    ['http', 'hang', 'No complete answer within 300 ms'],
  ] as const)(
    'that does not serve %s (%s) the agent says so, and recovers',
    async (scheme, mode, message) => {
      await proxy.behave(mode);
      const endpoint = scheme === 'https' ? httpsUrl() : `http://${HOST}:${server.port}`;
      const variable = `${scheme}_proxy`;
      const running = start(
        {
          endpoint,
          ca: cert,
          insecure: true,
          captureTimeoutMs: 300,
          streamOpenMs: 300,
          statusIntervalMs: 1_000,
          numRetries: 10,
        },
        { [variable]: `http://127.0.0.1:${proxy.port}` },
      );
      running.captureSnapshot('checkout', {});
      await until('the failure', () => running.status().lastError === message);
      expect(running.status().control.connection).not.toBe('open');
      await proxy.behave('work');
      await until('the stream is open', () => running.status().control.connection === 'open');
      await until('the snapshot is stored', () => running.status().stored === 1);
      expect(running.status().unconfirmed).toBe(0);
    },
  );

  it('that is gone, the endpoint is not asked without it', async () => {
    const running = start({ endpoint: httpsUrl(), ca: cert }, { HTTPS_PROXY: 'http://127.0.0.1:9' });
    running.captureSnapshot('checkout', {});
    await until('the failure', () => running.status().lastError?.includes('ECONNREFUSED') === true);
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['24', process.execPath],
    ['22', fileURLToPath(new URL('../node-22/node_modules/node/bin/node', import.meta.url))],
  ])(
    'nothing of it keeps a process of Node %s alive, nor touches the global dispatcher',
    async (_line, node) => {
      server.misbehave('capture', { kind: 'hang' });
      const folder = mkdtempSync(join(tmpdir(), 'stillframe-proxy-'));
      const ca = join(folder, 'ca.pem');
      writeFileSync(ca, cert);
      const program = fileURLToPath(new URL('fixtures/exit-behind-proxy.ts', import.meta.url));
      const args = [program, httpsUrl(), server.apiKey, `http://127.0.0.1:${proxy.port}`, ca];
      const { stdout, stderr } = await run(node, args, { timeout: 50_000 });
      expect({ stdout, stderr }).toEqual({ stdout: 'kept', stderr: '' });
      rmSync(folder, { recursive: true });
    },
  );
});

describe('an authority of one’s own', () => {
  const local = createSelfSignedCertificate();

  it.each([
    ['trusted, when it is named', local.cert, 'open'],
    ['refused, when it is not', null, 'waiting'],
    ['refused, when it is another one', cert, 'waiting'],
  ] as const)('is %s', async (_what, ca, connection) => {
    tls.setSecureContext(local);
    const running = start(
      { endpoint: `https://localhost:${portOf(tls)}`, ...(ca === null ? {} : { ca }) },
      { HTTPS_PROXY: 'http://127.0.0.1:9', NODE_ENV: 'production' },
    );
    await until(connection, () => running.status().control.connection === connection);
    if (connection === 'waiting') expect(server.requests).toEqual([]);
    expect(running.status().problems).toEqual([]);
  });

  it.each(['/nowhere/ca.pem', '/dev/zero', '-----BEGIN CERTIFICATE-----\nbad\n-----END CERTIFICATE-----'])(
    'that cannot be read (%j) is a problem, and nothing more is trusted',
    (ca) => {
      const running = start({ endpoint: httpsUrl(), ca }, {});
      expect(running.status().problems.map(({ code }) => code)).toEqual(['STILLFRAME_BAD_CA']);
      expect(running.isEnabled()).toBe(true);
    },
  );
});
