import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentSummary, NewSdkKey } from '../../src/protocol/api.ts';
import { startControlServerProcess } from '../helpers/control-server-process.ts';
import type { ControlServerProcess } from '../helpers/control-server-process.ts';
import { startService } from '../helpers/service-process.ts';
import type { ServiceProcess } from '../helpers/service-process.ts';

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

describe('an agent whose stream is ended for its age', () => {
  it('comes back by itself, knows what it knew, and is stopped alone and released', async () => {
    server = await startControlServerProcess(folder, 0, [
      '--max-stream-age-ms',
      '3000',
      '--heartbeat-ms',
      '250',
    ]);
    const { api } = server;
    const { body } = await api('POST', '/api/keys', { name: 'orders' });
    service = await startService({
      STILLFRAME_API_KEY: (body as NewSdkKey).secret,
      STILLFRAME_ENDPOINT: server.url,
    });
    await service.untilStatus('stored snapshots', (status) => status.stored >= 1);
    for (const round of ['first', 'second']) {
      await service.untilStatus(`the ${round} end`, (status) => status.control.connection !== 'open', 30_000);
      await service.untilStatus(
        `the ${round} return`,
        (status) => status.control.connection === 'open',
        30_000,
      );
    }
    const { stored } = await service.status();
    await service.untilStatus('a snapshot after it', (status) => status.stored > stored);

    const [agent] = (await api('GET', '/api/agents')).body as AgentSummary[];
    const setKill = (on: boolean) =>
      api('PUT', '/api/kill-switch', { scope: 'agent', instanceId: agent?.instanceId, on });
    expect(await setKill(true)).toMatchObject({ status: 200, body: { scope: 'agent', written: true } });
    await service.untilStatus('the kill', (status) => status.state === 'killed');
    await service.untilStatus(
      'an end while killed',
      (status) => status.control.connection !== 'open',
      30_000,
    );
    await service.untilStatus('a return', (status) => status.control.connection === 'open', 30_000);
    expect((await service.status()).state).toBe('killed');
    await setKill(false);
    await service.untilStatus('the release', (status) => status.state === 'running');
    expect(service.output).toBe('');
  });
});
