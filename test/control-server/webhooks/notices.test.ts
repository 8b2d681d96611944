import { expect, it } from 'vitest';
import { parseAgentEvent } from '../../../src/protocol/agent-event.ts';
import { until } from '../../helpers/until.ts';
import { snapshotsOf } from '../store/snapshots-of.ts';
import { openReceiver } from './receiver.ts';
import type { Receiver } from './receiver.ts';
import { openWebhooks } from './open-webhooks.ts';

const CLIENT = {
  environment: 'default',
  serviceName: 'shop',
  instanceId: 'i1',
  userAgent: 'stillframe/1',
  address: '10.0.0.7',
  keyId: 'k1',
};
const FLAG = { type: 'email', severity: 'medium', path: 'variables/secret-name' } as const;
const told = (receiver: Receiver) =>
  receiver.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
const status = (breaker: 'open' | 'closed' | 'half_open') => {
  const event = parseAgentEvent({ type: 'agent_status', breaker });
  if (event === null) throw new Error('not an event');
  return [event];
};

it('tells of the first hit of a breakpoint at once, then at most once a minute', async () => {
  const { webhooks, clock, add } = await openWebhooks();
  const receiver = await openReceiver();
  await add(`http://receiver.example:${receiver.port}/hooks`, { events: ['breakpoint_hit'] });
  const snapshots = snapshotsOf(3, { label: 'checkout', variables: { card: 'value-of-a-card' } });
  webhooks.snapshotsStored('default', snapshots);
  await until('the first hit', () => receiver.received.length === 1);
  clock.ms += 59_999;
  webhooks.snapshotsStored('default', snapshots);
  webhooks.snapshotsStored('default', snapshotsOf(1, { label: 'refund' }));
  await until('the hit of another', () => receiver.received.length === 2);
  clock.ms += 1;
  webhooks.snapshotsStored('default', snapshots.slice(0, 1));
  await until('the next hit', () => receiver.received.length === 3);
  expect(told(receiver)).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      type: 'breakpoint_hit',
      at: '2026-11-21T10:00:00.000Z',
      link: `https://stillframe.example/snapshots/${snapshots[2]?.snapshotId}`,
      environment: 'default',
      serviceName: 'shop',
      label: 'checkout',
      breakpointId: null,
      snapshotId: snapshots[2]?.snapshotId,
      count: 3,
    },
    expect.objectContaining({ label: 'refund', count: 1 }),
    expect.objectContaining({ label: 'checkout', count: 1, at: '2026-11-21T10:01:00.000Z' }),
  ]);
  expect(JSON.stringify(told(receiver))).not.toContain('value-of-a-card');
});

it('tells of what scrubbing found by type and number, never of where or what', async () => {
  const { webhooks, add } = await openWebhooks();
  const receiver = await openReceiver();
  await add(`http://receiver.example:${receiver.port}/`, { events: ['security_flag'] });
  const hostile = { type: 'a value\r\nX: y', severity: 'high', path: 'variables/x' } as const;
  webhooks.snapshotsStored('default', snapshotsOf(2, { label: 'clean', securityFlags: [] }));
  webhooks.snapshotsStored('default', snapshotsOf(2, { label: 'checkout', securityFlags: [FLAG, hostile] }));
  await until('the flags', () => receiver.received.length === 1);
  expect(told(receiver)).toMatchObject([
    { type: 'security_flag', label: 'checkout', count: 4, flags: ['email'] },
  ]);
  expect(receiver.received[0]?.body).not.toMatch(/secret-name|a value/);
});

it('tells of a breaker when it opens, not while it stays open', async () => {
  const { webhooks, clock, add } = await openWebhooks();
  const receiver = await openReceiver();
  await add(`http://receiver.example:${receiver.port}/`, { events: ['breaker_open'] });
  webhooks.agentReported(CLIENT, status('closed'));
  webhooks.agentReported(CLIENT, status('open'));
  webhooks.agentReported(CLIENT, status('open'));
  webhooks.agentReported(CLIENT, status('half_open'));
  clock.ms += 5 * 60_000;
  webhooks.agentReported(CLIENT, status('open'));
  webhooks.agentReported(CLIENT, status('closed'));
  webhooks.agentReported(CLIENT, status('open'));
  await until('both openings', () => receiver.received.length === 2);
  const opening = {
    type: 'breaker_open',
    environment: 'default',
    serviceName: 'shop',
    instanceId: 'i1',
    link: 'https://stillframe.example/services/default/shop/agents',
  };
  expect(told(receiver)).toMatchObject([
    { ...opening, at: '2026-11-21T10:00:00.000Z' },
    { ...opening, at: '2026-11-21T10:05:00.000Z' },
  ]);
});

it('tells of one service a hundred times a minute at most, and of others and of people all the same', async () => {
  const { webhooks, clock, add, outcomes } = await openWebhooks();
  const receiver = await openReceiver();
  await add(`http://receiver.example:${receiver.port}/`, { events: ['breakpoint_hit', 'breaker_open'] });
  const labels = Array.from({ length: 99 }, (_, n) => `label ${n}`);
  webhooks.snapshotsStored(
    'default',
    labels.flatMap((label) => snapshotsOf(1, { label })),
  );
  const tripped = parseAgentEvent({ type: 'circuit_breaker_tripped' });
  const trips = Array.from({ length: 2_000 }, () => tripped).filter((event) => event !== null);
  webhooks.agentReported(CLIENT, trips);
  webhooks.snapshotsStored('default', snapshotsOf(1, { label: 'beyond' }));
  expect(outcomes.filter((outcome) => outcome === 'dropped')).toHaveLength(trips.length);
  webhooks.snapshotsStored('default', snapshotsOf(1, { serviceName: 'mail', label: 'l' }));
  clock.ms += 60_000;
  webhooks.snapshotsStored('default', snapshotsOf(1, { label: 'a minute later' }));
  await until('all that is told', () => receiver.received.length === 102);
  expect(told(receiver).filter(({ type }) => type === 'breaker_open')).toHaveLength(1);
  expect(new Set(told(receiver).map(({ label }) => label)).has('beyond')).toBe(false);
});

it('tells of kill switches going on and off, once although two nodes say so, before they are written and after', async () => {
  const { webhooks, another, add } = await openWebhooks();
  const second = another();
  const receiver = await openReceiver();
  await add(`http://receiver.example:${receiver.port}/`, { events: ['kill_switch'] });
  const killSwitch = {
    scope: 'service',
    serviceName: 'a/b',
    environment: null,
    on: true,
    reason: 'a reason that quotes a value',
    by: 'ada',
    at: '2026-11-21T10:00:00.000Z',
    instanceId: null,
    expiresAt: null,
    written: true,
  } as const;
  webhooks.killSwitchSet({ ...killSwitch, written: false });
  for (const node of [webhooks, second]) node.killSwitchSet(killSwitch);
  await until('the stop', () => receiver.received.length === 1);
  for (const node of [webhooks, second]) {
    node.killSwitchSet({ ...killSwitch, on: false, at: '2026-11-21T10:00:05.000Z' });
  }
  await until('the release', () => receiver.received.length === 2);
  await Promise.all([webhooks.stop(), second.stop()]);
  expect(told(receiver)).toMatchObject([
    { type: 'kill_switch', scope: 'service', serviceName: 'a/b', on: true },
    { type: 'kill_switch', scope: 'service', serviceName: 'a/b', on: false },
  ]);
  expect(receiver.received[0]?.body).not.toContain('reason');
});

it('asks nothing of the store for snapshots that no webhook wants', async () => {
  const { webhooks, store, add } = await openWebhooks();
  await add('http://receiver.example:9/', { events: ['kill_switch'] });
  webhooks.snapshotsStored('default', snapshotsOf(5, { securityFlags: [FLAG] }));
  webhooks.agentReported(CLIENT, status('open'));
  await webhooks.stop();
  expect(await store.listWebhookDeliveries('w1')).toEqual([]);
});
