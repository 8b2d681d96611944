import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventSource } from 'eventsource';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { NewSdkKey } from '../../src/protocol/api.ts';
import { API_KEY_HEADER, streamPath } from '../../src/protocol/routes.ts';
import type { StuckReport } from '../fixtures/services/stuck-in-captures.ts';
import { startControlServerProcess } from '../helpers/control-server-process.ts';
import type { ControlServerProcess } from '../helpers/control-server-process.ts';
import { until } from '../helpers/until.ts';

const PROGRAM = join(import.meta.dirname, '..', 'fixtures', 'services', 'stuck-in-captures.ts');

let folder: string;
let server: ControlServerProcess;
let apiKey: string;
let service: ChildProcess;
let witness: EventSource;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stillframe-stuck-'));
  server = await startControlServerProcess(join(folder, 'data'));
  apiKey = ((await server.api('POST', '/api/keys', { name: 'stuck' })).body as NewSdkKey).secret;
  service = fork(PROGRAM, [folder], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      STILLFRAME_ENDPOINT: server.url,
      STILLFRAME_API_KEY: apiKey,
      STILLFRAME_MAX_CAPTURES_PER_SECOND: '100',
    },
  });
});
afterEach(async () => {
  witness.close();
  service.kill('SIGKILL');
  await server.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

it('a program that is stuck in loops of captures takes not one more after its next turn of the event loop', async () => {
  const reported = new Promise<StuckReport>((resolve, reject) => {
    service.once('message', (message) => resolve(message as StuckReport));
    service.once('exit', (code) => reject(new Error(`the service ended with ${code}`)));
  });
  await until('the loop', () => existsSync(join(folder, 'stuck')));

  const heard = openWitness();
  await server.api('POST', '/api/services/stuck/kill-switch', { enabled: true });
  await heard;
  writeFileSync(join(folder, 'killed'), '');

  const { before, during, ...rest } = await reported;
  expect(before).toBeGreaterThan(0);
  expect(during).toBeGreaterThan(0);
  expect(rest).toEqual({
    after: [0, 0, 0],
    // Nothing reaches a thread that does not turn.
    stateAtTheEndOfTheLoop: 'running',
    stateAfterOneTurn: 'killed',
  });
});

/** A stream that was opened later than the agent's: what it hears, the agent was told before. */
function openWitness(): Promise<void> {
  witness = new EventSource(new URL(streamPath('stuck'), server.url), {
    fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, [API_KEY_HEADER]: apiKey } }),
  });
  return new Promise((resolve) => {
    witness.addEventListener('kill_switch', () => resolve());
    witness.addEventListener('init', (event: MessageEvent) => {
      if (String(event.data).includes('"kill_switch":true')) resolve();
    });
  });
}
