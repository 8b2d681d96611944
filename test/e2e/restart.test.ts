import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewSdkKey, Page, SnapshotSummary } from '../../src/protocol/api.ts';
import { startControlServerProcess } from '../helpers/control-server-process.ts';
import type { ControlServerProcess } from '../helpers/control-server-process.ts';
import { startService } from '../helpers/service-process.ts';
import type { ServiceProcess } from '../helpers/service-process.ts';
import { A_SECOND_MS } from '../helpers/until.ts';

let folder: string;
let server: ControlServerProcess | undefined;
let service: ServiceProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stillframe-e2e-'));
});
afterEach(async () => {
  await service?.stop();
  await server?.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function listIds(from: ControlServerProcess): Promise<string[]> {
  const { body } = await from.api('GET', '/api/snapshots?limit=500');
  return (body as Page<SnapshotSummary>).items.map((item) => item.id);
}

describe('a control server that ends', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'by %s loses nothing that it confirmed, and the agent comes back by itself',
    async (signal) => {
      server = await startControlServerProcess(folder);
      const { body } = await server.api('POST', '/api/keys', { name: 'orders' });
      service = await startService({
        STILLFRAME_API_KEY: (body as NewSdkKey).secret,
        STILLFRAME_ENDPOINT: server.url,
      });
      await service.untilStatus('stored snapshots', (status) => status.stored >= 2);
      await server.api('PUT', '/api/kill-switch', { scope: 'service', serviceName: 'orders', on: true });
      await service.untilStatus('the kill', (status) => status.state === 'killed');
      const { stored } = await service.status();
      const before = await listIds(server);
      expect(before.length).toBeGreaterThanOrEqual(stored);

      const { port } = new URL(server.url);
      await server.end(signal);
      await service.untilStatus('the loss of contact', (status) => status.control.connection !== 'open');
      // A kill outlives the server that was asked for it.
      expect((await service.status()).state).toBe('killed');

      server = await startControlServerProcess(folder, Number(port));
      expect(await listIds(server)).toEqual(expect.arrayContaining(before));
      await service.untilStatus('contact', (status) => status.control.connection === 'open', 30_000);
      expect((await service.status()).state).toBe('killed');

      await server.api('PUT', '/api/kill-switch', { scope: 'service', serviceName: 'orders', on: false });
      await service.untilStatus('the release', (status) => status.state === 'running', A_SECOND_MS);
      const after = await service.status();
      await service.untilStatus('a new snapshot', (status) => status.stored > after.stored);
      expect(service.output).toBe('');
    },
  );
});

describe('a service without a control server', () => {
  it('does not notice: it runs, prints nothing, ends when it wants, and its agent says what is wrong', async () => {
    service = await startService({
      STILLFRAME_API_KEY: 'sf_none',
      STILLFRAME_ENDPOINT: 'http://127.0.0.1:9',
    });
    const status = await service.untilStatus(
      'an error, and calls that could not be registered',
      (found) => found.lastError !== null && found.dropped.unregistered > 0,
    );
    expect(status).toMatchObject({ state: 'running', stored: 0, held: 1 });
    const startedMs = performance.now();
    expect(await service.stop()).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(30_000);
    expect(service.output).toBe('');
  });
});
