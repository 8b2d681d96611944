import { execFile, fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createControlServer } from '../../control-server/index.ts';
import type { ControlServer } from '../../control-server/index.ts';
import type { AgentSummary, BreakpointResource, SnapshotResource } from '../../src/protocol/api.ts';
import { fixture, lineOf } from '../inspector/run-lines.ts';
import { until } from '../helpers/until.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SERVICE = fixture('service.mjs');

/** A running service without a line of agent code in it, and a breakpoint that is set on it while it runs. */
describe('a line of a running service', () => {
  let folder: string;
  let server: ControlServer;
  let service: ChildProcess;
  let output = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stillframe-lines-'));
    server = await createControlServer({ dataFolder: folder, port: 0, logLevel: 'silent' });
    const { secret } = await server.createKey({ name: 'shop', environment: 'default', serviceName: 'shop' });
    service = fork(SERVICE, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--import', join(ROOT, 'src', 'register.ts')],
      env: {
        PATH: process.env['PATH'],
        STILLFRAME_API_KEY: secret,
        STILLFRAME_ENDPOINT: server.url,
        STILLFRAME_SERVICE_NAME: 'shop',
        STILLFRAME_STATUS_INTERVAL_MS: '1000',
      },
    });
    for (const stream of [service.stdout, service.stderr])
      stream?.on('data', (text) => (output += String(text)));
    await new Promise((resolve) => service.once('message', resolve));
  });
  afterAll(async () => {
    service?.kill();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(server.url + path, {
      method,
      headers: {
        authorization: `Bearer ${server.localToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
    return (await response.json().catch(() => null)) as T;
  }

  const createAt = (marker: string, more: Record<string, unknown> = {}): Promise<BreakpointResource> =>
    api('POST', '/api/breakpoints', {
      serviceName: 'shop',
      filePath: SERVICE,
      lineNumber: lineOf(SERVICE, marker),
      ...more,
    });

  const remove = ({ id }: BreakpointResource): Promise<unknown> => api('DELETE', `/api/breakpoints/${id}`);

  async function snapshotOf(breakpoint: { readonly id: string }): Promise<SnapshotResource> {
    const id = await until('its snapshot', async () => {
      const { items } = await api<{ items: { id: string; breakpointId: string | null }[] }>(
        'GET',
        '/api/snapshots?service=shop',
      );
      return items.find(({ breakpointId }) => breakpointId === breakpoint.id)?.id;
    });
    return api('GET', `/api/snapshots/${id}`);
  }

  function untilWord(
    breakpoint: { readonly id: string },
    isWanted: (word: AgentSummary['breakpoints'][number]) => boolean,
  ): Promise<AgentSummary['breakpoints'][number]> {
    return until('its status', async () => {
      const agents = await api<AgentSummary[]>('GET', '/api/agents?service=shop');
      return agents
        .flatMap(({ breakpoints }) => breakpoints)
        .find((word) => word.breakpointId === breakpoint.id && isWanted(word));
    });
  }

  it('is captured once it is set by the API, scrubbed, with names by scope and the stack', async () => {
    const breakpoint = await createAt('order', { maxCaptures: 1 });
    const snapshot = await snapshotOf(breakpoint);
    expect(snapshot).toMatchObject({
      label: null,
      filePath: SERVICE,
      lineNumber: lineOf(SERVICE, 'order'),
      functionName: 'Shop.place',
      variables: {
        customer: { email: '[REDACTED:email]', password: '[REDACTED:sensitive_name]' },
        order: { customer: { email: '[REDACTED:email]' }, total: 25 },
        total: 25,
        '#orders': expect.any(Number),
      },
      scopes: [{ kind: 'local', names: ['customer', 'items', 'total', 'order'] }],
    });
    expect(snapshot.frames[1]?.functionName).toBe('Timeout.tick');
    expect(JSON.stringify(snapshot)).not.toContain('ada@example.com');
    expect(await untilWord(breakpoint, ({ state }) => state === 'emitting')).toMatchObject({
      activity: { hits: 1, captured: 1, suppressed: 0 },
    });
    await remove(breakpoint);
  });

  it('is captured once it is set by the command line, only where its condition holds, with its expressions', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        join(ROOT, 'control-server', 'bin', 'stillframe.js'),
        ...['breakpoints', 'create', '--json', '--url', server.url, '--token', server.localToken],
        ...[
          '--service',
          'shop',
          '--file',
          'test/fixtures/lines/service.mjs',
          '--line',
          String(lineOf(SERVICE, 'tick')),
        ],
        ...[
          '--condition',
          'order.id % 2 == 0 && order.total == 25',
          '--expression',
          'order.total',
          '--max-captures',
          '1',
        ],
      ],
      { env: { PATH: process.env['PATH'] } },
    );
    const breakpoint = JSON.parse(stdout) as BreakpointResource;
    const snapshot = await snapshotOf(breakpoint);
    await remove(breakpoint);
    expect(snapshot.expressionResults).toEqual({ 'order.total': 25 });
    expect((snapshot.variables as { order: { id: number } }).order.id % 2).toBe(0);
  });

  it('is written as a message by a logpoint, without its variables', async () => {
    const breakpoint = await createAt('order', {
      mode: 'logpoint',
      logMessage: 'order of {customer.email}: {order.total}',
      maxCaptures: 1,
    });
    const snapshot = await snapshotOf(breakpoint);
    expect(snapshot).toMatchObject({
      mode: 'logpoint',
      logMessage: 'order of [REDACTED:email]: 25',
      variables: {},
    });
    expect(snapshot.frames).toHaveLength(1);
  });

  it('without code is refused with the nearest lines that have some', async () => {
    const breakpoint = await api<BreakpointResource>('POST', '/api/breakpoints', {
      serviceName: 'shop',
      filePath: SERVICE,
      lineNumber: 3,
    });
    expect(await untilWord(breakpoint, ({ state }) => state === 'error')).toMatchObject({
      reason: expect.stringMatching(/^no_code_at_line: Line 3 of .*The nearest lines that have: 4, /),
    });
    await remove(breakpoint);
  });

  it('is left alone while the service is killed, and captured again after the release', async () => {
    await api('PUT', '/api/kill-switch', { scope: 'service', serviceName: 'shop', on: true });
    const breakpoint = await createAt('tick', { maxCaptures: 1 });
    await until('the kill', async () => {
      const agents = await api<AgentSummary[]>('GET', '/api/agents?service=shop');
      return agents.every(({ status }) => status?.capture === 'killed');
    });
    const { captureCount } = await api<BreakpointResource>('GET', `/api/breakpoints/${breakpoint.id}`);
    expect(captureCount).toBe(0);
    await api('PUT', '/api/kill-switch', { scope: 'service', serviceName: 'shop', on: false });
    await snapshotOf(breakpoint);
  });

  it('is one of a program that comes to the same result, and prints nothing', async () => {
    const answer = new Promise((resolve) => service.once('message', resolve));
    service.send('stop');
    expect(await answer).toEqual({ isHonest: true });
    const code = await new Promise((resolve) => service.once('exit', resolve));
    expect(code).toBe(0);
    expect(output).toBe('');
  });
});
