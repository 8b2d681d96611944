import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createControlServer } from '../../control-server/index.ts';
import type { AgentSummary, BreakpointResource, SnapshotResource } from '../../src/protocol/api.ts';
import { until } from '../helpers/until.ts';
import { fixture, lineOf } from '../inspector/run-lines.ts';

const SERVICE = fixture('threads.mjs');
const REGISTER = join(import.meta.dirname, '..', '..', 'src', 'register.ts');

it('captures a line in the main thread and in every worker of it, each an agent of its own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-threads-'));
  const server = await createControlServer({ dataFolder: folder, port: 0, logLevel: 'silent' });
  const { secret } = await server.createKey({ name: 'shop', environment: 'default', serviceName: 'shop' });
  const service = fork(SERVICE, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A worker loads what its process was told to.
    execArgv: ['--import', REGISTER],
    env: {
      PATH: process.env['PATH'],
      STILLFRAME_API_KEY: secret,
      STILLFRAME_ENDPOINT: server.url,
      STILLFRAME_SERVICE_NAME: 'shop',
      STILLFRAME_STATUS_INTERVAL_MS: '1000',
    },
  });
  onTestFinished(async () => {
    service.kill();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  let output = '';
  for (const stream of [service.stdout, service.stderr])
    stream?.on('data', (text) => (output += String(text)));
  await new Promise((resolve) => service.once('message', resolve));

  async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${server.localToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
    return (await response.json()) as T;
  }

  await until('three agents', async () => {
    const agents = await api<AgentSummary[]>('GET', '/api/agents?service=shop');
    return agents.length === 3;
  });
  const breakpoint = await api<BreakpointResource>('POST', '/api/breakpoints', {
    serviceName: 'shop',
    filePath: SERVICE,
    lineNumber: lineOf(SERVICE, 'work'),
  });
  const captured = new Map<string, unknown>();
  await until('a capture of each thread', async () => {
    const { items } = await api<{ items: { id: string }[] }>('GET', '/api/snapshots?service=shop');
    for (const { id } of items) {
      const { variables } = await api<SnapshotResource>('GET', `/api/snapshots/${id}`);
      const { thread, name } = variables as { thread: string; name: string };
      captured.set(thread, name);
    }
    return captured.size === 3;
  });
  for (const thread of ['main', 'first', 'second']) {
    expect(captured.get(thread)).toMatch(new RegExp(`^${thread} \\d$`));
  }
  await until('what each thread says', async () => {
    const agents = await api<AgentSummary[]>('GET', '/api/agents?service=shop');
    const words = agents.flatMap(({ breakpoints }) => breakpoints);
    return words.filter(({ breakpointId, state }) => breakpointId === breakpoint.id && state === 'emitting')
      .length === 3
      ? words
      : null;
  });

  const answer = new Promise((resolve) => service.once('message', resolve));
  const ended = new Promise((resolve) => service.once('exit', resolve));
  service.send('stop');
  expect(await answer).toEqual({ areHonest: [true, true, true] });
  expect(await ended).toBe(0);
  expect(output).toBe('');
});
