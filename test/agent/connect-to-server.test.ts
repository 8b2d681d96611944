import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { connectToServer } from '../../src/connect-to-server.ts';
import { resolveOptions } from '../../src/options.ts';
import type { ResolvedOptions } from '../../src/options.ts';
import type { AgentStatusEvent } from '../../src/protocol/agent-event.ts';
import type { ControlMessage } from '../../src/protocol/control-message.ts';
import type { LinkHooks, ServerLink } from '../../src/server-link.ts';
import { startFakeControlServer } from '../helpers/fake-control-server.ts';
import type { FakeControlServer } from '../helpers/fake-control-server.ts';
import { until } from '../helpers/until.ts';

const STATUS: AgentStatusEvent = {
  type: 'agent_status',
  capture: 'running',
  control: 'open',
  breaker: 'closed',
  agentVersion: '0.0.0',
  runtime: 'node',
  host: 'h',
  pid: 1,
  environment: null,
  release: null,
  commit: null,
  startedAt: '2026-01-01T00:00:00.000Z',
  captured: 0,
  stored: 0,
  spooled: 0,
  queued: 0,
  unconfirmed: 0,
  dropped: {},
  labels: [],
  lastError: null,
};

function connect(
  server: FakeControlServer,
  hooks: Partial<LinkHooks>,
  options: Partial<ResolvedOptions> = {},
): ServerLink {
  const { resolved } = resolveOptions(
    {
      apiKey: server.apiKey,
      endpoint: server.url,
      serviceName: 'shop',
      env: false,
      // Reports come when a test asks for one.
      statusIntervalMs: 600_000,
      captureTimeoutMs: 60_000,
      streamSilenceMs: 600_000,
    },
    { env: {}, hostName: 'h', readPackageName: () => null },
  );
  return connectToServer(
    { ...resolved, ...options },
    { instanceId: 'i', userAgent: 'u' },
    {
      apply() {},
      onContactLost() {},
      onUnusable() {},
      onBreaker() {},
      onProblem() {},
      onMended() {},
      onAccess() {},
      onDenied() {},
      onDrop() {},
      onStored() {},
      onSpooled() {},
      onConnection() {},
      collectStatus: () => STATUS,
      onStatusTaken() {},
      ...hooks,
    },
    { problem() {}, warn() {}, debug() {} },
    () => performance.now(),
  );
}

it('applies the state that answers a report only when it is another one', async () => {
  const server = await startFakeControlServer();
  const applied: ControlMessage[] = [];
  const link = connect(server, { apply: (message) => void applied.push(message) });
  link.start();
  await until('the state of the stream', () => applied.length === 1);
  await until('a report', () => server.requestsTo('active').length >= 1);
  link.reportSoon();
  await until('a second report', () => server.requestsTo('active').length >= 2);
  server.rev++;
  link.reportSoon();
  await until('the newer state', () => applied.length === 2);
  expect(applied.map((message) => message.kind === 'state' && message.state.version?.rev)).toEqual([1, 2]);
  await link.close(0);
  await server.close();
});

it('says its last word when it is closed, if the server was there', async () => {
  const server = await startFakeControlServer();
  const words = (): unknown[] =>
    server
      .requestsTo('active')
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => (JSON.parse(body) as { events: [{ control: string }] }).events[0].control);
  let control: AgentStatusEvent['control'] = 'open';
  const connections: string[] = [];
  const link = connect(server, {
    collectStatus: () => ({ ...STATUS, control }),
    onConnection: (connection) => void connections.push(connection),
  });
  link.start();
  await until('a report', () => words().length === 1 && connections.includes('open'));
  control = 'closed';
  await link.close(30_000);
  expect(words()).toEqual(['open', 'closed']);

  server.misbehave('stream', { kind: 'hang' });
  server.misbehave('active', { kind: 'hang' });
  const unheard = connect(server, {});
  unheard.start();
  await until('a stream', () => server.requestsTo('stream').length === 2);
  const before = server.requestsTo('active').length;
  await unheard.close(30_000);
  expect(server.requestsTo('active')).toHaveLength(before);
  await server.close();
});

it('applies a state that is known once more after a registration, which may have told of a breakpoint that is no more', async () => {
  const server = await startFakeControlServer();
  const applied: ControlMessage[] = [];
  const link = connect(server, { apply: (message) => void applied.push(message) });
  link.start();
  await until('the state of the stream', () => applied.length === 1);
  await until('a report', () => server.requestsTo('active').length >= 1);
  const asked = {
    serviceName: 'shop',
    filePath: 'a.ts',
    lineNumber: 1,
    functionName: 'f',
    label: 'checkout',
  };
  expect(await link.register(asked)).toMatchObject({ label: 'checkout' });
  // As if the stream had told of the registration and the deletion before the answer came.
  server.breakpoints.clear();
  server.rev = 1;
  link.reportSoon();
  await until('the same state again', () => applied.length === 2);
  expect(applied[1]).toEqual(applied[0]);
  await link.close(0);
  await server.close();
});

it('applies a state that is known once more after contact was lost, for what disarmed meanwhile', async () => {
  const server = await startFakeControlServer();
  server.misbehave('stream', { kind: 'hang' });
  const told: string[] = [];
  const link = connect(
    server,
    { apply: () => void told.push('state'), onContactLost: () => void told.push('lost') },
    { contactExpiryMs: 600 },
  );
  link.start();
  await until('the state', () => told.includes('state'));
  await until('contact is lost', () => told.at(-1) === 'lost');
  const lostAt = told.length;
  link.reportSoon();
  await until('the same state again', () => told.length > lostAt);
  expect(told[lostAt]).toBe('state');
  await link.close(0);
  await server.close();
});

it('says that the server took a status only when it did', async () => {
  const server = await startFakeControlServer();
  const counts = { collected: 0, taken: 0 };
  const link = connect(server, {
    collectStatus() {
      counts.collected += 1;
      return STATUS;
    },
    onStatusTaken: () => void (counts.taken += 1),
  });
  link.start();
  await until('a report that is taken', () => link.status().connection === 'open' && counts.taken > 0);
  server.misbehave('active', { kind: 'status', status: 500 }, 1);
  link.reportSoon();
  await until('a report that is refused', () => link.status().lastError !== null);
  const { taken } = counts;
  link.reportSoon();
  await until('another report that is taken', () => counts.taken > taken);
  expect(counts.collected - counts.taken).toBe(1);
  await link.close(0);
  await server.close();
});

it('keeps to itself what a program throws that gave all objects a toJSON of its own', async () => {
  const server = await startFakeControlServer();
  const link = connect(server, {});
  const rejected: unknown[] = [];
  const hear = (error: unknown): void => void rejected.push(error);
  process.on('unhandledRejection', hear);
  const thrown = [new Error('of the program'), Object.create(null)];
  // oxlint-disable-next-line no-extend-native -- as some programs do
  Object.defineProperty(Object.prototype, 'toJSON', {
    configurable: true,
    value() {
      throw thrown.pop();
    },
  });
  onTestFinished(() => {
    process.off('unhandledRejection', hear);
    Reflect.deleteProperty(Object.prototype, 'toJSON');
  });
  const sent = ['a', 'b'].map((id) => link.answerSource(id, { kind: 'refused', code: 'killed' }));
  // Node tells of rejections when all of a turn's promises have settled.
  await new Promise((resolve) => setImmediate(resolve));
  Reflect.deleteProperty(Object.prototype, 'toJSON');
  expect(thrown).toEqual([]);
  expect(rejected).toEqual([]);
  expect(await Promise.all(sent)).toEqual([false, false]);
  await link.close(0);
  await server.close();
});

it('answers no more than 16 questions for source at once, however many a server asks', async () => {
  const server = await startFakeControlServer();
  const asked: string[] = [];
  const listener = createServer((request, response) => {
    asked.push(String(request.url));
    request.resume().on('end', () => response.writeHead(202).end());
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  const link = connect(server, {}, { endpoint: new URL(`http://127.0.0.1:${port}`) });
  const sent: Promise<boolean>[] = [];
  for (let index = 0; index < 1_000; index++) {
    sent.push(link.answerSource(`${index}`, { kind: 'refused', code: 'source_access_off' }));
  }
  await until('the answers', () => asked.length === 16);
  // One more is sent as soon as another has arrived, and none of the others comes before it.
  await until('one more', () => {
    if (!asked.includes('/sdk/source/later')) {
      void link.answerSource('later', { kind: 'refused', code: 'source_access_off' });
    }
    return asked.includes('/sdk/source/later');
  });
  // Whose answer was let go is told so.
  expect((await Promise.all(sent)).map((isSent, index) => isSent === index < 16)).not.toContain(false);
  const first = Array.from({ length: 16 }, (_, index) => `/sdk/source/${index}`);
  expect(asked.filter((path) => path !== '/sdk/source/later').toSorted()).toEqual(first.toSorted());
  await link.close(0);
  listener.close();
  await server.close();
});
