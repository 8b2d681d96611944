import { describe, expect, it } from 'vitest';
import type { AgentSummary, KillSwitch } from '../../../src/protocol/api.ts';
import {
  agentStop,
  effectiveStop,
  globalStop,
  stopProgress,
} from '../../../control-server/dashboard/src/kill-switch/effective-stop.ts';
import {
  EVERYTHING,
  endOf,
  switchChange,
  targetWords,
  withSwitch,
} from '../../../control-server/dashboard/src/kill-switch/stop-target.ts';
import { agent, agentStatus } from './samples.ts';

function killSwitch(fields: Partial<KillSwitch>): KillSwitch {
  return {
    scope: 'service',
    serviceName: 'shop',
    environment: 'production',
    instanceId: null,
    on: true,
    reason: null,
    by: null,
    at: null,
    expiresAt: null,
    written: true,
    ...fields,
  };
}

const everywhere = killSwitch({ scope: 'global', serviceName: null, environment: null });
const here = killSwitch({});
const allEnvironments = killSwitch({ environment: null });
const shop = { environment: 'production', serviceName: 'shop' };

describe('what stops a service', () => {
  it('are the global switch, its own, and its own in every environment', () => {
    expect(effectiveStop([everywhere, here, allEnvironments], shop)).toEqual({
      global: everywhere,
      service: [here, allEnvironments],
    });
  });

  it('is nothing that is off, or belongs to another service or environment', () => {
    const switches = [
      { ...everywhere, on: false },
      { ...here, on: false },
      killSwitch({ environment: 'staging' }),
      killSwitch({ serviceName: 'billing' }),
    ];
    expect(effectiveStop(switches, shop)).toEqual({ global: null, service: [] });
    expect(globalStop(switches)).toBeNull();
  });
});

it('finds the switch of one agent, which stops no service', () => {
  const one = killSwitch({ scope: 'agent', serviceName: null, environment: null, instanceId: 'a' });
  expect(agentStop([everywhere, one], 'a')).toBe(one);
  expect(agentStop([everywhere, one], 'b')).toBeNull();
  expect(agentStop([{ ...one, on: false }], 'a')).toBeNull();
  expect(effectiveStop([one], shop)).toEqual({ global: null, service: [] });
  expect(switchChange(one, true)).toEqual({ scope: 'agent', on: true, instanceId: 'a' });
  expect(targetWords(one)).toBe('the agent a');
  expect(withSwitch([one], { ...one, instanceId: 'b' })).toHaveLength(2);
});

it('counts the agents that say they are stopped, and those that never say', () => {
  const agents: AgentSummary[] = [
    agent({ status: agentStatus({ capture: 'killed' }) }),
    agent({ status: agentStatus({ capture: 'running' }) }),
    agent({ status: null }),
  ];
  expect(stopProgress(agents)).toEqual({ stopped: 1, reporting: 2, silent: 1 });
});

it('ends a stop after the time that was chosen, when somebody releases it, or when it would have ended anyway', () => {
  const nowMs = Date.parse('2026-11-21T10:00:00.000Z');
  expect(endOf('15', null, nowMs)).toBe('2026-11-21T10:15:00.000Z');
  expect(endOf('never', '2026-11-21T11:00:00.000Z', nowMs)).toBeNull();
  expect(endOf('', '2026-11-21T11:00:00.000Z', nowMs)).toBe('2026-11-21T11:00:00.000Z');
  expect(endOf('', null, nowMs)).toBeNull();
});

it('names only what a switch is bound to', () => {
  expect(switchChange(EVERYTHING, true)).toEqual({ scope: 'global', on: true });
  expect(switchChange(here, false)).toEqual({
    scope: 'service',
    on: false,
    serviceName: 'shop',
    environment: 'production',
  });
  expect(switchChange(allEnvironments, true, 'too slow')).toEqual({
    scope: 'service',
    on: true,
    serviceName: 'shop',
    reason: 'too slow',
  });
  expect([EVERYTHING, here, allEnvironments].map(targetWords)).toEqual([
    'everywhere',
    'shop in production',
    'shop in every environment',
  ]);
});

it('puts a changed switch in the place of the same one, and leaves others alone', () => {
  const off = { ...here, on: false };
  expect(withSwitch([everywhere, here, allEnvironments], off)).toEqual([everywhere, allEnvironments, off]);
});
