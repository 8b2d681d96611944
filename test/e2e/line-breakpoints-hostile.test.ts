import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HARD_LIMITS } from '../../src/protocol/limits.ts';
import { startFakeControlServer } from '../helpers/fake-control-server.ts';
import type { FakeControlServer } from '../helpers/fake-control-server.ts';
import { until } from '../helpers/until.ts';
import { fixture, lineOf } from '../inspector/run-lines.ts';

const SERVICE = fixture('bait.mjs');
const REGISTER = join(import.meta.dirname, '..', '..', 'src', 'register.ts');

/** A control server in the wrong hands, which sends what no honest one would let anybody make. */
describe('a hostile control server', () => {
  let server: FakeControlServer;
  let service: ChildProcess;
  let rev = 1_000;
  let lastId = 0;

  beforeAll(async () => {
    server = await startFakeControlServer();
    service = fork(SERVICE, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--import', REGISTER],
      env: {
        PATH: process.env['PATH'],
        STILLFRAME_API_KEY: server.apiKey,
        STILLFRAME_ENDPOINT: server.url,
        STILLFRAME_SERVICE_NAME: 'bait',
        STILLFRAME_STATUS_INTERVAL_MS: '1000',
      },
    });
    await new Promise((resolve) => service.once('message', resolve));
    await server.until(() => server.openStreams > 0, 'a stream');
  });
  afterAll(async () => {
    if (service?.connected) service.send('stop');
    await server?.close();
  });

  /** Sends a breakpoint as no API would take it; gives its id. */
  function send(more: Record<string, unknown>): string {
    const id = `hostile-${++lastId}`;
    server.push('breakpoint_created', {
      id,
      service_name: 'bait',
      label: '',
      function_name: '',
      file_path: SERVICE,
      line_number: lineOf(SERVICE, 'bait'),
      enabled: true,
      max_captures: 1,
      capture_count: 0,
      version: `1700000000000-${++rev}`,
      ...more,
    });
    return id;
  }

  const words = (id: string): { state: string; reason: string | null }[] =>
    server
      .requestsTo('active')
      .filter(({ method }) => method === 'POST')
      .flatMap(({ body }) => (JSON.parse(body) as { events: Record<string, unknown>[] }).events)
      .filter((event) => event['breakpoint_id'] === id)
      .map(({ state, reason }) => ({ state: String(state), reason: reason as string | null }));

  const untilSaid = (id: string, state: string): Promise<{ state: string; reason: string | null }> =>
    until(`"${state}" of ${id}`, () => words(id).find((word) => word.state === state));

  const snapshotOf = (id: string): Promise<Record<string, unknown>> =>
    until(`a snapshot of ${id}`, () =>
      [...server.stored.values()]
        .map((stored) => stored as Record<string, unknown>)
        .find((stored) => stored['breakpointId'] === id || stored['breakpoint_id'] === id),
    );

  const remove = (id: string): void =>
    server.push('breakpoint_deleted', { id, version: `1700000000000-${++rev}` });

  const report = (): Promise<{ run: string[]; calls: number }> =>
    new Promise((resolve) => {
      service.once('message', (message) => resolve(message as { run: string[]; calls: number }));
      service.send('report');
    });

  it.each([
    'evil()',
    'own.call()',
    'globalThis.evil()',
    'value = 1',
    'value++',
    'own.count += 1',
    '(() => evil())()',
    'new Bait()',
    'eval("evil()")',
    '`${evil()}`',
    'this.constructor.constructor("evil()")()',
    'own.__proto__',
    'value, evil()',
    '}; evil(); {',
    'true)}catch{};evil();({',
  ])('cannot run code by the condition %s', async (condition) => {
    const id = send({ condition });
    expect((await untilSaid(id, 'error')).reason).toMatch(/^condition/);
    remove(id);
  });

  it.each(['own.boom == 1', 'this.boom == 1', 'proxy.a == 1', 'trap == 1', 'this == 1', 'this + 1 == 2'])(
    'runs no getter, Proxy or conversion by the condition %s',
    async (condition) => {
      const id = send({ condition });
      const said = await until('a word', () =>
        words(id).find(({ state }) => state === 'error' || state === 'installed'),
      );
      if (said.state === 'error') expect(said.reason).toMatch(/^condition: /);
      remove(id);
    },
  );

  it('runs none by expressions and messages either, and gets nothing that scrubbing holds back', async () => {
    const id = send({
      capture_expressions: ['own.boom', 'proxy.a', 'password', 'evil()', 'own.count'],
      log_message: '{own.boom} {proxy.a} {password} {this}',
    });
    const word = await until('a word', () =>
      words(id).find(({ state }) => state === 'error' || state === 'emitting'),
    );
    if (word.state === 'emitting') expect(JSON.stringify(await snapshotOf(id))).not.toContain('tr0ub4dor');
    else expect(word.reason).toMatch(/capture expression "evil\(\)"/);
    remove(id);
    const allowed = send({
      capture_expressions: ['own.boom', 'proxy.a', 'password', 'own.count'],
      log_message: '{own.boom} {proxy.a} {password}',
    });
    const snapshot = await snapshotOf(allowed);
    expect(JSON.stringify(snapshot)).not.toContain('tr0ub4dor');
    remove(allowed);
  });

  it('cannot raise a limit above what the agent allows, nor switch scrubbing off', async () => {
    const id = send({
      max_depth: 1_000_000,
      max_payload_bytes: 1_000_000_000,
      stack_depth: 1_000_000,
      max_elements: 1_000_000,
      rate_limit_ms: 0,
      max_captures: 0,
      pii_scrubbing: false,
      scrub: false,
    });
    const snapshot = await snapshotOf(id);
    const text = JSON.stringify(snapshot);
    expect(text).not.toContain('tr0ub4dor');
    expect(text.length).toBeLessThan(HARD_LIMITS.maxPayloadBytes / 8);
    // The lines of the source around the hit have the word too.
    const variables = snapshot['variables'] as { wide: unknown[]; deep: unknown };
    expect(JSON.stringify(variables.deep)).not.toContain('bottom');
    expect(variables.wide.length).toBeLessThanOrEqual(100);
    remove(id);
  });

  it.each([
    ['a path with code in it', { file_path: `${SERVICE}"+evil()+"` }],
    ['a path of a built-in module', { file_path: 'node:fs' }],
    ['a path of nothing but dots', { file_path: '../../../..' }],
    ['a very long path', { file_path: 'a/'.repeat(50_000) }],
  ])('gets nowhere by %s', async (_, more) => {
    const id = send(more);
    expect((await until('a word', () => words(id).find(({ state }) => state !== 'received'))).state).toMatch(
      /^(?:waiting|error)$/,
    );
    remove(id);
  });

  it.each([
    ['a line of text', { line_number: '1; evil()' }],
    ['a column of text', { column_number: 'evil()' }],
    ['a line beyond every file', { line_number: 2_000_000_000 }],
    ['a negative column', { column_number: -5 }],
  ])('breaks nothing by %s', async (_, more) => {
    remove(send(more));
    const { calls } = await report();
    await until('the service going on', async () => (await report()).calls > calls);
  });

  it('has run nothing of the application in all of this', async () => {
    const { run, calls } = await report();
    expect(run).toEqual([]);
    expect(calls).toBeGreaterThan(100);
  });
});
