import { execFile, fork } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeControlServer } from '../helpers/fake-control-server.ts';
import type { FakeControlServer } from '../helpers/fake-control-server.ts';
import { until } from '../helpers/until.ts';

const services = join(import.meta.dirname, '..', 'fixtures', 'services');

let server: FakeControlServer;
beforeEach(async () => {
  server = await startFakeControlServer();
});
afterEach(() => server.close());

function envOf(more: Record<string, string> = {}): Record<string, string | undefined> {
  return {
    PATH: process.env['PATH'],
    STILLFRAME_API_KEY: server.apiKey,
    STILLFRAME_ENDPOINT: server.url,
    STILLFRAME_EXIT_FLUSH_MS: '10000',
    STILLFRAME_CAPTURE_TIMEOUT_MS: '60000',
    ...more,
  };
}

describe('every process and thread', () => {
  it.each([
    ['fork', 2],
    ['cluster', 3],
    ['thread', 3],
  ] as const)('has an agent and a stream of its own: %s', async (kind, count) => {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [join(services, 'many-instances.ts'), kind],
      { env: envOf() },
    );
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
    const instancesOf = (route: 'stream' | 'capture'): Set<unknown> =>
      new Set(server.requestsTo(route).map(({ headers }) => headers['x-agent-instance']));
    expect(instancesOf('stream').size).toBe(count);
    expect(server.streamCount).toBe(count);
    expect(instancesOf('capture')).toEqual(instancesOf('stream'));
    expect(server.stored.size).toBe(count);
  });

  it('a thread that is ended from outside takes its stream along', async () => {
    const url = JSON.stringify(join(import.meta.dirname, '..', '..', 'src', 'index.ts'));
    const worker = new Worker(
      `import(${url}).then(({ init }) => { init({ apiKey: '${server.apiKey}', endpoint: '${server.url}', serviceName: 'shop', env: false }); setInterval(() => {}, 1000); })`,
      { eval: true },
    );
    await server.until(() => server.openStreams === 1, 'the stream');
    await worker.terminate();
    await server.until(() => server.openStreams === 0 && server.openSockets === 0, 'the end of everything');
  });
});

describe('a process that stood still for a while', () => {
  it('comes back with one new stream and without a storm', async () => {
    const child = fork(join(services, 'orders.ts'), {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: envOf({
        STILLFRAME_RECONNECT_MAX_MS: '1000',
        STILLFRAME_STREAM_SILENCE_MS: '5000',
        STILLFRAME_STATUS_INTERVAL_MS: '1000',
        STILLFRAME_FIRST_POLL_MS: '50',
        STILLFRAME_POLL_INTERVAL_MS: '1000',
        STILLFRAME_RECONNECT_MIN_MS: '100',
      }),
    });
    let beats = 0;
    const heartbeat = setInterval(() => {
      beats += 1;
      server.push('heartbeat', {});
    }, 200);
    await server.until(() => server.stored.size > 1 && server.openStreams === 1);
    const streamsBefore = server.streamCount;
    child.kill('SIGSTOP');
    const beatsBefore = beats;
    await until('it stood still for seven seconds', () => beats >= beatsBefore + 35);
    const storedBefore = server.stored.size;
    const requestsBefore = server.requests.length;
    const goesOnAt = performance.now();
    child.kill('SIGCONT');
    await until('captures go on', () => server.stored.size > storedBefore + 1);
    await until('a stream is open', () => server.openStreams === 1);
    // A capture, a report and a poll a second, mostly of two seconds, a new stream, and what was missed, once.
    const seconds = Math.ceil((performance.now() - goesOnAt) / 1_000);
    expect(server.requests.length - requestsBefore).toBeLessThan(9 + 3 * Math.max(2, seconds));
    expect(server.streamCount - streamsBefore).toBeLessThanOrEqual(1);
    expect(server.maxOpenStreams).toBe(1);
    expect(server.maxOpenSockets).toBeLessThanOrEqual(4);
    clearInterval(heartbeat);
    child.kill('SIGKILL');
  });
});
