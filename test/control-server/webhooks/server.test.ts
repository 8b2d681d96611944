import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createControlServer } from '../../../control-server/index.ts';
import { until } from '../../helpers/until.ts';
import { openReceiver } from './receiver.ts';

it('tells a receiver of what happens on a running server, and writes down who made the webhook', async () => {
  const receiver = await openReceiver();
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-webhooks-'));
  const server = await createControlServer({
    dataFolder: folder,
    port: 0,
    logLevel: 'silent',
    webhookAllowPrivate: ['127.0.0.1'],
  });
  onTestFinished(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const api = async (method: string, path: string, body?: object): Promise<Record<string, never>> => {
    const response = await fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${server.localToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Record<string, never>;
  };
  const events = ['breakpoint_hit', 'security_flag', 'breaker_open', 'kill_switch'];
  const made = await api('POST', '/api/webhooks', { url: `http://127.0.0.1:${receiver.port}/x`, events });
  const { secret } = await server.createKey({ name: 'agents' });
  const agent = (path: string, body: object) =>
    fetch(server.url + path, {
      method: 'POST',
      headers: {
        'x-api-key': secret,
        'content-type': 'application/json',
        'x-agent-instance': '00000000-0000-4000-8000-000000000001',
      },
      body: JSON.stringify(body),
    });

  await agent('/sdk/snapshots/capture', {
    snapshot_id: '01900000-0000-7000-8000-000000000001',
    service_name: 'shop',
    label: 'checkout',
    file_path: '/app/order.ts',
    line_number: 1,
    function_name: 'f',
    variables: { mail: 'ada@example.com' },
    captured_at: '2026-11-21T10:00:00Z',
  });
  await agent('/sdk/snapshots/active/shop', { events: [{ type: 'agent_status', breaker: 'open' }] });
  await api('PUT', '/api/kill-switch', { scope: 'global', on: true, reason: 'ada@example.com' });
  await until('the deliveries', () => receiver.received.length >= 4);

  const bodies = receiver.received.map(({ body }) => JSON.parse(body) as { type: string; link: string });
  expect(bodies.map(({ type }) => type).toSorted()).toEqual([
    'breaker_open',
    'breakpoint_hit',
    'kill_switch',
    'security_flag',
  ]);
  expect(bodies.find(({ type }) => type === 'breakpoint_hit')).toMatchObject({
    label: 'checkout',
    link: `${server.url}/snapshots/01900000-0000-7000-8000-000000000001`,
  });
  for (const { body, headers } of receiver.received) {
    expect(body).not.toContain('ada@example.com');
    const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['stillframe-signature'])) ?? [];
    expect(createHmac('sha256', String(made['secret'])).update(`${t}.${body}`).digest('hex')).toBe(v1);
  }
  const { items } = (await api('GET', '/api/audit?action=webhook.create')) as unknown as {
    items: { action: string; actor: string }[];
  };
  expect(items).toMatchObject([{ action: 'webhook.create', actor: 'local' }]);
  expect(JSON.stringify(items)).not.toContain(String(made['secret']));
});
