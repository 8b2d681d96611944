import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import type { NewSdkKey, Page, SnapshotSummary } from '../../src/protocol/api.ts';
import { startControlServerProcess } from '../helpers/control-server-process.ts';
import { startService } from '../helpers/service-process.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const BIN = join(import.meta.dirname, '..', '..', 'control-server', 'bin', 'stillframe.js');

it('a server that was away gets by replay what agents kept meanwhile, each snapshot once', async () => {
  const data = temporaryFolder();
  const spool = join(temporaryFolder(), 'spool');
  let server = await startControlServerProcess(data);
  onTestFinished(() => server.end('SIGKILL'));
  const { body } = await server.api('POST', '/api/keys', { name: 'orders' });
  const service = await startService({
    STILLFRAME_API_KEY: (body as NewSdkKey).secret,
    STILLFRAME_ENDPOINT: server.url,
    STILLFRAME_FAILED_PAYLOADS_DIR: spool,
    STILLFRAME_RETRY_BASE_MS: '10',
    STILLFRAME_RETRY_MAX_MS: '10',
    STILLFRAME_BREAKER_FAILURES: '2',
  });
  onTestFinished(() => void service.child.kill('SIGKILL'));
  await service.untilStatus('a stored snapshot', ({ stored }) => stored >= 1);
  await server.end('SIGKILL');
  await service.untilStatus('the open breaker', ({ breaker }) => breaker === 'open', 30_000);
  // Counted once it is written, a moment after the breaker opened.
  await service.untilStatus('what is kept', (status) => status.spooled >= 2);
  const { captured, stored, spooled, held, queued, dropped } = await service.status();
  expect({ held, send: dropped.send }).toEqual({ held: 0, send: 0 });
  expect(captured).toBe(stored + spooled + queued);
  // What is queued is kept as well when the service ends.
  await service.stop();

  server = await startControlServerProcess(data);
  const { stdout } = await promisify(execFile)(process.execPath, [BIN, 'replay', spool], {
    env: { PATH: process.env['PATH'], STILLFRAME_DATA_DIR: data },
  });
  // What the server stored before it died, and could not answer, it knows.
  expect(stdout).toMatch(/^Done: \d+ snapshots? stored(, \d+ known already)?\.\n$/);
  const { body: page } = await server.api('GET', '/api/snapshots?limit=500');
  const ids = (page as Page<SnapshotSummary>).items.map(({ id }) => id);
  expect(ids.length).toBe(captured);
  expect(new Set(ids).size).toBe(captured);
  expect(readdirSync(spool)).toEqual([]);
});
