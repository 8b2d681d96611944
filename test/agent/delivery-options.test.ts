import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgent } from '../../src/agent.ts';
import type { AgentOptions } from '../../src/agent-options.ts';
import { CapturePoints } from '../../src/capture/capture-point.ts';
import { connectToServer } from '../../src/connect-to-server.ts';
import { FlushError } from '../../src/errors.ts';
import { resolveOptions } from '../../src/options.ts';
import type { ResolvedOptions } from '../../src/options.ts';
import type { Agent } from '../../src/snapshot-agent.ts';
import { startFakeControlServer } from '../helpers/fake-control-server.ts';
import type { FakeControlServer } from '../helpers/fake-control-server.ts';
import { until } from '../helpers/until.ts';
import { createCheckedScrubber } from '../../src/scrub/snapshot-scrubber.ts';

let server: FakeControlServer;
const agents: Agent[] = [];
beforeEach(async () => {
  server = await startFakeControlServer();
});
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.shutdown(0)));
  await server.close();
});

/** An agent whose labels need no rest between two captures. */
function start(options: AgentOptions = {}): Agent {
  const { resolved, problems } = resolveOptions(
    {
      apiKey: server.apiKey,
      endpoint: server.url,
      serviceName: 'shop',
      env: false,
      captureTimeoutMs: 60_000,
      retryBaseMs: 1,
      retryMaxMs: 1,
      ...options,
    },
    { env: {}, hostName: 'h', readPackageName: () => null },
  );
  const agent = createAgent(resolved, problems, new CapturePoints(), {
    now: Date.now,
    monotonicNow: () => performance.now(),
    later: (callback) => void setImmediate(callback),
    connect: connectToServer,
    makeScrubber: (rules) => createCheckedScrubber(rules),
    onMask() {},
  });
  agents.push(agent);
  return agent;
}

const fromEnv = (env: Record<string, string>): { resolved: ResolvedOptions; codes: string[] } => {
  const { resolved, problems } = resolveOptions(
    { apiKey: 'k' },
    { env, hostName: 'h', readPackageName: () => null },
  );
  return { resolved, codes: problems.map(({ code }) => code) };
};

describe('the numbers of the delivery', () => {
  it.each([
    ['STILLFRAME_BATCH_SIZE', 'batchSize', 100],
    ['STILLFRAME_QUEUE_SIZE', 'queueSize', 1_000],
    ['STILLFRAME_MAX_REQUEST_SIZE', 'maxRequestSize', 6_291_456],
  ] as const)('%s: empty is unset, 0 and less are refused', (variable, option, fallback) => {
    expect(fromEnv({ [variable]: '' })).toMatchObject({ resolved: { [option]: fallback }, codes: [] });
    for (const bad of ['0', '-1', 'many', '1.5']) {
      const { resolved, codes } = fromEnv({ [variable]: bad });
      expect([bad, resolved[option], codes]).toEqual([bad, fallback, ['STILLFRAME_BAD_OPTION']]);
    }
    const good = String(fallback - 1);
    expect(fromEnv({ [variable]: good })).toMatchObject({ resolved: { [option]: fallback - 1 }, codes: [] });
  });

  it.each([
    ['', 3],
    ['0', 1],
    ['1', 2],
    ['2', 3],
  ])('STILLFRAME_NUM_RETRIES=%j makes %i tries', async (text, tries) => {
    const { numRetries } = fromEnv({ STILLFRAME_NUM_RETRIES: text }).resolved;
    server.misbehave('capture', { kind: 'status', status: 503 });
    const agent = start({ numRetries });
    agent.captureSnapshot('checkout', {});
    await until('the snapshot is lost', () => agent.status().dropped.send === 1);
    expect(server.requestsTo('capture')).toHaveLength(tries);
  });

  it('let the first snapshot of a batch wait for company as long as batchDelayMs says', async () => {
    const patient = start({ batchDelayMs: 60_000, batchSize: 2 });
    patient.captureSnapshot('first', {});
    await until('the first waits', () => patient.status().held === 0 && patient.status().queued === 1);
    const hasty = start({ batchDelayMs: 0 });
    hasty.captureSnapshot('hasty', {});
    await until('the hasty one is stored', () => hasty.status().stored === 1);
    expect(patient.status()).toMatchObject({ queued: 1, stored: 0 });
    patient.captureSnapshot('second', {});
    await until('both are stored', () => patient.status().stored === 2);
    expect(server.requestsTo('capture')).toHaveLength(2);
  });

  it('cut batches by count and at half of the largest request', async () => {
    const agent = start({
      maxRequestSize: 65_536,
      maxPayloadBytes: 16_384,
      batchSize: 1_000,
      syncFlush: true,
    });
    const sizes = (): number[] => server.requestsTo('capture').map(({ body }) => Buffer.byteLength(body));
    for (let number = 0; number < 12; number++) agent.captureSnapshot(`label ${number}`, bulky());
    await agent.flush(60_000);
    expect(server.stored.size).toBe(12);
    expect(Math.max(...sizes())).toBeLessThanOrEqual(32_768);
    expect(sizes().length).toBeGreaterThan(2);
  });
});

/** About 10 KB. */
function bulky(): Record<string, string> {
  return Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`k${index}`, 'ab '.repeat(330)]));
}

describe('with syncFlush', () => {
  it('no snapshot leaves before a flush', async () => {
    const agent = start({ syncFlush: true });
    agent.captureSnapshot('checkout', {});
    await until('the snapshot waits', () => agent.status().held === 0 && agent.status().queued === 1);
    expect(server.requestsTo('capture')).toEqual([]);
    expect(await agent.flush(60_000)).toEqual({ unsent: 0 });
    expect(server.stored.size).toBe(1);
  });

  it('a flush that could not deliver rejects and says why; without it, it resolves', async () => {
    server.misbehave('capture', { kind: 'status', status: 503 });
    const agent = start({ syncFlush: true });
    agent.captureSnapshot('checkout', {});
    const error = await agent.flush(60_000).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FlushError);
    expect(error).toMatchObject({
      code: 'STILLFRAME_FLUSH_FAILED',
      unsent: 0,
      failed: 1,
      message: '0 snapshots wait and 1 failed: The control server answered 503 (planned_fault)',
    });
    const patient = start();
    patient.captureSnapshot('checkout', {});
    expect(await patient.flush(60_000)).toEqual({ unsent: 0 });
    expect(patient.status().dropped.send).toBe(1);
  });
});

describe('status', () => {
  it('shows the endpoint with its base path', () => {
    expect(start({ endpoint: `${server.url}/stillframe/` }).status().endpoint).toBe(
      `${server.url}/stillframe`,
    );
    expect(start().status().endpoint).toBe(server.url);
  });

  it('names a refused key as a problem, until it is accepted', async () => {
    server.acceptsKey = false;
    const agent = start({ accessRetryMs: 100, statusIntervalMs: 1_000 });
    const codes = (): string[] => agent.status().problems.map(({ code }) => code);
    await until('the problem', () => codes().includes('STILLFRAME_ACCESS_DENIED'));
    server.acceptsKey = true;
    await until('no problem', () => codes().length === 0);
  });
});

it('what a refused key left behind at shutdown is lost as auth', async () => {
  const agent = start();
  agent.captureSnapshot('known', {});
  await until('the first snapshot is stored', () => agent.status().stored === 1);
  server.acceptsKey = false;
  await until('the label is free again', () => agent.capturePoint('known').armed);
  agent.captureSnapshot('known', {});
  await agent.shutdown(60_000);
  expect(agent.status()).toMatchObject({ stored: 1, queued: 0, dropped: { auth: 1, shutdown: 0 } });
});

describe('flush, while the first capture of a label waits for its breakpoint', () => {
  it('sends meanwhile what is queued', async () => {
    const agent = start({ batchDelayMs: 60_000 });
    agent.captureSnapshot('known', {});
    await agent.flush(60_000);
    server.misbehave('register', { kind: 'hang' });
    agent.captureSnapshot('new', {});
    await until('the label is free again', () => agent.capturePoint('known').armed);
    agent.captureSnapshot('known', {});
    const flushed = agent.flush(60_000);
    await until('the second snapshot is stored', () => agent.status().stored === 2);
    expect(await agent.flush(10)).toEqual({ unsent: 1 });
    await agent.shutdown(0);
    await flushed;
  });

  it('is over as soon as the key is refused', async () => {
    server.acceptsKey = false;
    const agent = start();
    agent.captureSnapshot('new', {});
    expect(await agent.flush(600_000)).toEqual({ unsent: 1 });
  });

  it('is over as soon as the key is refused for a label, although it was refused for a report before', async () => {
    server.acceptsKey = false;
    const agent = start();
    await until('a report is refused', () =>
      agent.status().problems.some(({ code }) => code === 'STILLFRAME_ACCESS_DENIED'),
    );
    agent.captureSnapshot('new', {});
    expect(await agent.flush(600_000)).toEqual({ unsent: 1 });
  });
});
