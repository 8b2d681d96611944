import { expect, test } from 'vitest';
import { createAgentRoster } from '../../../control-server/live/agent-roster.ts';
import type { AgentRoster } from '../../../control-server/live/agent-roster.ts';
import type { AgentStatusEvent } from '../../../src/protocol/agent-event.ts';
import { agentClient } from './live-server.ts';

const RUNNING: AgentStatusEvent = {
  type: 'agent_status',
  capture: 'running',
  control: 'open',
  breaker: 'closed',
  agentVersion: '0.1.0',
  runtime: 'node/24.0.0',
  host: 'web-1',
  pid: 77,
  environment: null,
  release: null,
  commit: null,
  startedAt: '2026-11-21T09:00:00.000Z',
  captured: 3,
  stored: 3,
  spooled: 0,
  queued: 0,
  unconfirmed: 0,
  dropped: {},
  labels: [{ label: 'l', captured: 3, stored: 3, spooled: 0, dropped: {} }],
  lastError: null,
};
const FAREWELL: AgentStatusEvent = { ...RUNNING, capture: 'off', control: 'closed' };
const client = (instance: number) => agentClient({ instanceId: `instance-${instance}` });

function start(maxAgentsPerKey: number): AgentRoster {
  return createAgentRoster({ now: () => 0, maxAgentsPerKey, onChange() {} });
}

test('who has said farewell makes room for another agent of its key', () => {
  const roster = start(2);
  for (const instance of [1, 2]) roster.note(client(instance), [RUNNING]);
  expect(roster.admits(client(3))).toBe(false);
  for (const instance of [1, 2]) roster.note(client(instance), [FAREWELL]);
  expect(roster.countByKey()).toEqual(new Map());
  for (const instance of [3, 4]) roster.note(client(instance), [RUNNING]);
  expect(roster.list().map(({ instanceId }) => instanceId)).toEqual(['instance-3', 'instance-4']);
  expect([5, 1].map((instance) => roster.admits(client(instance)))).toEqual([false, false]);
});

test('what who has ended counted is told for a while', () => {
  const roster = start(2);
  for (const instance of [1, 2]) roster.note(client(instance), [RUNNING]);
  roster.note(client(1), [FAREWELL]);
  expect(roster.list()).toHaveLength(1);
  const { serviceName } = client(1);
  expect(roster.countLabels(serviceName, null)).toMatchObject([{ label: 'l', captured: 6 }]);
  expect(roster.countAllLabels()).toMatchObject([{ totals: { captured: 6 } }]);
});

test('of a key no more who have ended are remembered than it may have agents', () => {
  const roster = start(2);
  for (let instance = 1; instance <= 5; instance++) {
    const closed = roster.streamOpened(client(instance));
    roster.note(client(instance), [FAREWELL]);
    closed();
  }
  expect([...roster.share().values()].map(({ agent }) => agent.instanceId)).toEqual([
    'instance-1',
    'instance-2',
  ]);
  expect(roster.countByKey()).toEqual(new Map());
  expect(roster.list()).toEqual([]);
});

test('who has ended and is heard of again is there again', () => {
  const roster = start(1);
  roster.note(client(1), [FAREWELL]);
  roster.note(client(1), [RUNNING]);
  expect([...roster.countByKey().values()]).toEqual([1]);
  expect(roster.list()).toHaveLength(1);
  expect(roster.admits(client(2))).toBe(false);
  roster.note(client(1), [FAREWELL]);
  roster.sweep();
  expect(roster.admits(client(2))).toBe(true);
});
