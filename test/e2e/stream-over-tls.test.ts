import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { NewSdkKey } from '../../src/protocol/api.ts';
import { startControlServerProcess } from '../helpers/control-server-process.ts';
import type { ControlServerProcess } from '../helpers/control-server-process.ts';
import { createSelfSignedCertificate } from '../helpers/self-signed-certificate.ts';
import { startService } from '../helpers/service-process.ts';
import type { ServiceProcess } from '../helpers/service-process.ts';
import { until } from '../helpers/until.ts';

let folder: string;
let ca: string;
let server: ControlServerProcess;
let service: ServiceProcess | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stillframe-tls-'));
  const { cert, key } = createSelfSignedCertificate();
  ca = cert;
  writeFileSync(join(folder, 'cert.pem'), cert);
  writeFileSync(join(folder, 'key.pem'), key);
  const tls = ['--tls-cert', join(folder, 'cert.pem'), '--tls-key', join(folder, 'key.pem')];
  server = await startControlServerProcess(join(folder, 'data'), 0, [...tls, '--drain-ms', '0']);
});
afterEach(async () => {
  await service?.stop();
  await server.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A request on a connection of its own. */
async function call(method: string, path: string, body?: unknown): Promise<string> {
  const answered = Promise.withResolvers<string>();
  const asked = request(server.url + path, { method, ca, agent: false });
  asked.setHeader('authorization', `Bearer ${server.localToken}`);
  if (body !== undefined) asked.setHeader('content-type', 'application/json');
  asked.on('error', answered.reject);
  asked.on('response', (response) => answered.resolve(text(response)));
  asked.end(body === undefined ? undefined : JSON.stringify(body));
  return answered.promise;
}

/** A stream that is open, of which nobody reads more; gives what cuts it. */
async function openStream(key: string): Promise<() => void> {
  const opened = Promise.withResolvers<void>();
  const asked = request(`${server.url}/sdk/snapshots/stream/orders`, { ca, agent: false });
  asked.setHeader('x-api-key', key);
  asked.setHeader('x-agent-instance', randomUUID());
  asked.on('error', opened.reject);
  asked.on('response', (response) => response.once('data', () => opened.resolve()));
  asked.end();
  await opened.promise;
  return () => asked.destroy();
}

async function figure(name: string): Promise<number> {
  const line = (await call('GET', '/metrics')).split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length));
}

it('reaches the agent over TLS, and leaves no socket behind', async () => {
  const { secret } = JSON.parse(await call('POST', '/api/keys', { name: 'orders' })) as NewSdkKey;
  service = await startService({
    STILLFRAME_API_KEY: secret,
    STILLFRAME_ENDPOINT: server.url,
    NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem'),
  });
  await service.untilStatus(
    'a stream, and stored snapshots',
    (status) => status.control.connection === 'open' && status.stored >= 1,
    30_000,
  );
  const kill = { scope: 'service', serviceName: 'orders' };
  await call('PUT', '/api/kill-switch', { ...kill, on: true });
  await service.untilStatus('the kill', (status) => status.state === 'killed');
  await call('PUT', '/api/kill-switch', { ...kill, on: false });
  await service.untilStatus('the release', (status) => status.state === 'running');

  const streams = 'stillframe_streams{kind="agent"}';
  expect(await figure(streams)).toBe(1);
  const before = await figure('process_open_fds');
  const cuts = await Promise.all(Array.from({ length: 40 }, () => openStream(secret)));
  expect(await figure(streams)).toBe(41);
  for (const cut of cuts.slice(0, 20)) cut();
  await until('half of them to be noticed', async () => (await figure(streams)) === 21);
  // Some of those before were about to be closed.
  expect(await figure('process_open_fds')).toBeGreaterThanOrEqual(before + 10);
  for (const cut of cuts.slice(20)) cut();
  await until('the rest to be noticed', async () => (await figure(streams)) === 1);
  await until('their sockets to be closed', async () => (await figure('process_open_fds')) <= before + 2);

  await service.stop();
  expect(service.output).toBe('');
  await until('its stream to be closed', async () => (await figure(streams)) === 0);
  server.child.kill('SIGTERM');
  await until('the end', () => server.child.exitCode === 0, 30_000);
});
