import { channel } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { createControlServer } from '../../control-server/server.ts';
import type { ControlServer } from '../../control-server/server.ts';
import { isRecord } from '../../src/protocol/json.ts';
import { createTemporaryFolder } from './cli/a-running-server.ts';
import { openStream } from './live/stream-reader.ts';
import type { StreamReader } from './live/stream-reader.ts';
import { eventually } from '../helpers/until.ts';

const INSTANCE = '11111111-1111-4111-8111-111111111111';

interface Run {
  readonly server: ControlServer;
  readonly key: string;
  /** Ends the store's thread, as a crash within it does, and each that is started in its place. */
  breakStore(): Promise<void>;
  close(): Promise<void>;
  api(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }>;
  sdk(path: string, init?: RequestInit): Promise<Response>;
  stream(instanceId?: string): Promise<StreamReader>;
}

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

function temporaryFolder(): string {
  const folder = createTemporaryFolder();
  ends.push(() => folder[Symbol.dispose]());
  return folder.path;
}

async function start(dataFolder: string): Promise<Run> {
  let isBroken = false;
  const workers: Worker[] = [];
  const onWorker = (message: unknown): void => {
    // What Node publishes for each thread that is started.
    if (!isRecord(message)) return;
    const worker = message['worker'] as Worker;
    if (worker.threadName !== 'stillframe-store') return;
    workers.push(worker);
    if (isBroken) void worker.terminate();
  };
  channel('worker_threads').subscribe(onWorker);
  const server = await createControlServer({ dataFolder, port: 0, logLevel: 'silent' });
  const close = async (): Promise<void> => {
    await server.close();
    channel('worker_threads').unsubscribe(onWorker);
  };
  ends.push(close);
  const { secret } = await server.createKey({
    name: 'test',
    environment: 'default',
    serviceName: null,
    scopes: ['ingest', 'control:read'],
  });
  const headers = { 'x-api-key': secret, 'user-agent': 'stillframe/0.1.0 node/24.0.0' };
  return {
    server,
    key: secret,
    close,
    async breakStore() {
      isBroken = true;
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
    async api(method, path, body) {
      const answer = await fetch(server.url + path, {
        method,
        headers: {
          authorization: `Bearer ${server.localToken}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: answer.status, json: await answer.json() };
    },
    sdk: (path, init) =>
      fetch(server.url + path, { ...init, headers: { ...headers, 'content-type': 'application/json' } }),
    stream: (instanceId = INSTANCE) =>
      openStream(`${server.url}/sdk/snapshots/stream/shop`, { ...headers, 'x-agent-instance': instanceId }),
  };
}

const KILL = { scope: 'global', on: true } as const;
const version = (event: { readonly id: string }): number => Number(event.id.split('-')[1]);

describe('with a store whose thread is dead', () => {
  test('a kill stops streams and polls at once, is shown as not written, and can be released', async () => {
    const run = await start(temporaryFolder());
    const stream = await run.stream();
    const init = await stream.next('init');
    await run.breakStore();
    const killed = await run.api('PUT', '/api/kill-switch', KILL);
    expect(killed).toMatchObject({ status: 200, json: { on: true, written: false } });
    const told = await stream.next('kill_switch');
    expect(told.data).toMatchObject({ enabled: true });
    expect(version(told)).toBe(version(init) + 1);
    const poll = await run.sdk('/sdk/snapshots/active/shop');
    expect([poll.status, await poll.json()]).toMatchObject([200, { kill_switch: true, version: told.id }]);
    expect(await run.api('GET', '/api/kill-switch')).toMatchObject({
      status: 200,
      json: [{ scope: 'global', on: true, written: false }],
    });
    // A stream that is opened now starts stopped.
    expect((await (await run.stream(INSTANCE.replace('1', '2'))).next('init')).data).toMatchObject({
      kill_switch: true,
    });
    expect(await run.api('PUT', '/api/kill-switch', { ...KILL, on: false })).toMatchObject({
      status: 200,
      json: { on: false, written: false },
    });
    const released = await stream.waitFor(({ data }) => isRecord(data) && data['enabled'] === false);
    expect(version(released)).toBe(version(init) + 2);
  });

  test('a kill reaches a service of which nothing is known here', async () => {
    const run = await start(temporaryFolder());
    // Somebody of another service: the key is known.
    await run.sdk('/sdk/snapshots/active/billing');
    await run.breakStore();
    expect((await run.sdk('/sdk/snapshots/active/shop')).status).toBe(503);
    await run.api('PUT', '/api/kill-switch', { scope: 'service', serviceName: 'shop', on: true });
    const poll = await run.sdk('/sdk/snapshots/active/shop');
    expect([poll.status, await poll.json()]).toEqual([
      200,
      { breakpoints: [], kill_switch: true, sse_endpoint: '/sdk/snapshots/stream/shop' },
    ]);
    const stream = await run.stream();
    expect((await stream.next('kill_switch')).data).toEqual({ enabled: true });
    expect((await stream.next('bye')).data).toEqual({ retry_ms: [2_000, 5_000] });
    await stream.ended;
    expect((await run.sdk('/sdk/snapshots/active/another')).status).toBe(503);
  });

  test('one agent can be killed, and only this one is', async () => {
    const run = await start(temporaryFolder());
    const other = INSTANCE.replace('1', '2');
    const [stopped, running] = [await run.stream(), await run.stream(other)];
    await Promise.all([stopped.next('init'), running.next('init')]);
    await run.breakStore();
    await run.api('PUT', '/api/kill-switch', { scope: 'agent', instanceId: INSTANCE, on: true });
    await stopped.next('kill_switch');
    await run.api('PUT', '/api/kill-switch', { scope: 'agent', instanceId: other, on: true });
    await running.next('kill_switch');
    expect(running.events.map(({ name }) => name)).toEqual(['init', 'kill_switch']);
    expect(stopped.events.map(({ name }) => name)).toEqual(['init', 'kill_switch']);
    expect(version(running.events[1] ?? { id: '' })).toBeGreaterThan(
      version(stopped.events[1] ?? { id: '' }),
    );
  });

  test('a kill that was written before is not released, and captures are asked to come back', async () => {
    const run = await start(temporaryFolder());
    await (await run.stream()).next('init');
    expect(await run.api('PUT', '/api/kill-switch', KILL)).toMatchObject({ json: { written: true } });
    await run.breakStore();
    expect(await run.api('PUT', '/api/kill-switch', { ...KILL, on: false })).toMatchObject({
      status: 503,
      json: { code: 'release_not_written', detail: expect.stringContaining('stays stopped') as unknown },
    });
    const capture = await run.sdk('/sdk/snapshots/capture', {
      method: 'POST',
      body: JSON.stringify({
        service_name: 'shop',
        label: 'checkout',
        file_path: '/app/order.ts',
        line_number: 1,
        captured_at: new Date().toISOString(),
        variables: {},
      }),
    });
    expect([capture.status, capture.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await (await run.sdk('/sdk/snapshots/active/shop')).json()).toMatchObject({ kill_switch: true });
  });

  test('a kill outlives the process, and the next run writes it', async () => {
    const folder = temporaryFolder();
    const first = await start(folder);
    await (await first.stream()).next('init');
    await first.breakStore();
    await first.api('PUT', '/api/kill-switch', { ...KILL, reason: 'fire' });
    const told = await (await first.stream()).next('init');
    await first.close().catch(() => undefined);
    const second = await start(folder);
    const init = await (await second.stream()).next('init');
    expect(init.data).toMatchObject({ kill_switch: true });
    // No agent takes it for old.
    expect(version(init)).toBeGreaterThanOrEqual(version(told));
    await eventually(async () =>
      expect(await second.api('GET', '/api/kill-switch')).toMatchObject({
        json: [{ on: true, reason: 'fire', by: 'local', written: true }],
      }),
    );
  });
});
