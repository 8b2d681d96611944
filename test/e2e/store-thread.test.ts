import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Page, SnapshotSummary } from '../../src/protocol/api.ts';
import { startControlServerProcess } from '../helpers/control-server-process.ts';
import type { ControlServerProcess } from '../helpers/control-server-process.ts';
import { capture, createKey, openAgentStream, OURS } from '../helpers/node-process.ts';
import { until } from '../helpers/until.ts';

const CRASH = join(import.meta.dirname, '..', 'fixtures', 'crash-store-thread.ts');

let folder: string;
let server: ControlServerProcess;
let key: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stillframe-thread-'));
  server = await startControlServerProcess(folder, 0, [], { NODE_OPTIONS: `--import=${CRASH}` });
  key = (await createKey(server)).secret;
});
afterEach(async () => {
  await server.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const idOf = (number: number): string => `018f0000-0000-7000-8000-${String(number).padStart(12, '0')}`;

async function readiness(): Promise<readonly [number, unknown]> {
  const answer = await fetch(`${server.url}/readyz`);
  return [answer.status, ((await answer.json()) as { readonly code?: string }).code];
}

async function listIds(): Promise<string[]> {
  const { body } = await server.api('GET', '/api/snapshots?limit=500');
  return (body as Page<SnapshotSummary>).items.map(({ id }) => id);
}

it('outlives its store: streams and kills go on, captures wait, and all of it mends itself', async () => {
  const stream = await openAgentStream(server, key);
  expect((await capture(server, key, [idOf(1)])).status).toBe(202);
  server.child.kill('SIGUSR2');
  await until('the store to be gone', async () => (await readiness())[0] === 503);

  expect(await readiness()).toEqual([503, 'store_failed']);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  const refused = await capture(server, key, [idOf(2)]);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  const poll = await fetch(`${server.url}/sdk/snapshots/active/shop`, {
    headers: { 'x-api-key': key, ...OURS },
  });
  expect([poll.status, await poll.json()]).toMatchObject([200, { kill_switch: false }]);
  const kill = { scope: 'service', serviceName: 'shop' };
  expect(await server.api('PUT', '/api/kill-switch', { ...kill, on: true })).toMatchObject({
    status: 200,
    body: { on: true, written: false },
  });
  expect((await stream.next('kill_switch')).data).toMatchObject({ enabled: true });

  await until('an attempt to start it', () => server.output.includes('does not start'), 30_000);
  server.child.kill('SIGHUP');
  await until('the store to be back', async () => (await readiness())[0] === 200);
  expect((await capture(server, key, [idOf(2)])).status).toBe(202);
  expect(await listIds()).toEqual([idOf(2), idOf(1)]);
  await until('the kill to be written', async () => {
    const { body } = await server.api('GET', '/api/kill-switch');
    return (body as readonly { readonly written: boolean }[]).every(({ written }) => written);
  });
  await server.api('PUT', '/api/kill-switch', { ...kill, on: false });
  // By the very stream that was open all the time.
  await stream.waitFor(({ name, data }) => name === 'kill_switch' && JSON.stringify(data).includes('false'));
  const lines = server.output.split('\n').filter((line) => line.includes('the thread of the store'));
  expect(lines.map((line) => (JSON.parse(line) as { readonly msg: string }).msg)).toEqual([
    'the thread of the store ended: it is started again',
    'the thread of the store does not start: tried again, at least every 10 s',
    'the thread of the store works again',
  ]);
  expect(lines[0]).toContain('Cannot read properties of undefined');
  server.child.kill('SIGTERM');
  await until('the end', () => server.child.exitCode === 0, 30_000);
});

it('loses nothing that it confirmed, and stores nothing twice, when its store ends while snapshots stream in', async () => {
  const confirmed: string[] = [];
  let next = 0;
  async function send(): Promise<void> {
    while (next < 300) {
      const ids = [idOf(++next), idOf(++next), idOf(++next)];
      await until(
        'the batch to be taken',
        async () => (await capture(server, key, ids)).status === 202,
        30_000,
      );
      confirmed.push(...ids);
      if (confirmed.length === 60) server.child.kill('SIGUSR2');
    }
  }
  const sent = Promise.all([send(), send(), send(), send()]);
  await Promise.race([
    sent,
    until('the store to be gone', async () => (await readiness())[0] === 503, 30_000),
  ]);
  server.child.kill('SIGHUP');
  await sent;
  expect((await listIds()).toSorted()).toEqual(confirmed.toSorted());
});
