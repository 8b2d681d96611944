import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createControlServer } from '../../control-server/index.ts';
import { until } from '../helpers/until.ts';

async function open() {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-settings-'));
  const server = await createControlServer({ dataFolder: folder, port: 0, logLevel: 'silent' });
  onTestFinished(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const { secret } = await server.createKey({ name: 'agents' });
  const send = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: { 'x-api-key': secret, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, unknown>;
  };
  const api = async (method: string, path: string, body?: object) => {
    const response = await fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${server.localToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Record<string, unknown>;
  };
  return { send, api };
}

const register = (label: string) => ({
  service_name: 'shop',
  file_path: '/app/a.ts',
  line_number: 1,
  function_name: 'f',
  label,
});
const captured = (n: number) => ({
  snapshot_id: `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`,
  service_name: 'shop',
  label: 'checkout',
  file_path: '/app/a.ts',
  line_number: 1,
  function_name: 'f',
  variables: { mail: 'ada@example.com' },
  captured_at: '2026-11-21T10:00:00.000Z',
  scrubbed: { version: '1' },
});

it('registers labels of a service disabled once its settings say so', async () => {
  const { send, api } = await open();
  expect(await send('/sdk/snapshots/auto-register', register('first'))).toMatchObject({ enabled: true });
  await api('PUT', '/api/services/shop/settings', {
    autoRegisterEnabled: false,
    trustAgents: null,
    traceLinkTemplate: null,
  });
  let asked = 0;
  await until('a label that is disabled', async () => {
    const { enabled } = await send('/sdk/snapshots/auto-register', register(`later ${++asked}`));
    return enabled === false;
  });
  // What was enabled stays so.
  expect(await send('/sdk/snapshots/auto-register', register('first'))).toMatchObject({ enabled: true });
});

it('scrubs what the agents of a service say they scrubbed once its settings say so', async () => {
  const { send, api } = await open();
  const variablesOf = async (n: number) => {
    await send('/sdk/snapshots/capture', captured(n));
    return (await api('GET', `/api/snapshots/${captured(n).snapshot_id}`))['variables'];
  };
  expect(await variablesOf(1)).toEqual({ mail: 'ada@example.com' });
  await api('PUT', '/api/services/shop/settings', {
    autoRegisterEnabled: true,
    trustAgents: false,
    traceLinkTemplate: null,
  });
  let n = 1;
  await until('a snapshot that is scrubbed', async () => {
    const variables = await variablesOf(++n);
    return JSON.stringify(variables) === '{"mail":"[REDACTED:email]"}';
  });
});
