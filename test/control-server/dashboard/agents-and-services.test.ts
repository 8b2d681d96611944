import { expect, it } from 'vitest';
import {
  breakerWords,
  captureWords,
  dropLines,
  isConnected,
  streamWords,
  tallyDrops,
} from '../../../control-server/dashboard/src/agents/agent-words.ts';
import { spreadOf } from '../../../control-server/dashboard/src/breakpoints/breakpoint-state.ts';
import { stopProgress } from '../../../control-server/dashboard/src/kill-switch/effective-stop.ts';
import { installSteps } from '../../../control-server/dashboard/src/keys/install-steps.ts';
import {
  conditionOf,
  environmentsOf,
  narrowServices,
} from '../../../control-server/dashboard/src/services/service-order.ts';
import { sparklineWords } from '../../../control-server/dashboard/src/services/sparkline-words.ts';
import { agent, agentStatus, service } from './samples.ts';

it('says of an agent only what it reports', () => {
  const silent = agent({ status: null, streaming: false });
  expect(
    [streamWords(silent), captureWords(silent), breakerWords(silent)].map((state) => state.words),
  ).toEqual(['Polling', 'Not reported', 'Not reported']);
  const open = agent({ status: agentStatus({ capture: 'breaker_open', breaker: 'open' }) });
  expect([streamWords(open), captureWords(open), breakerWords(open)].map((state) => state.words)).toEqual([
    'Streaming',
    'Paused by breaker',
    'Open',
  ]);
});

it('says nothing good of an agent whose connection is lost, and counts it nowhere', () => {
  const lost = agent({
    streaming: false,
    connectionLostAt: '2026-11-21T10:00:00.000Z',
    status: agentStatus({ control: 'polling', capture: 'killed' }),
    breakpoints: [{ breakpointId: 'b1', state: 'installed', reason: null }],
  });
  expect([streamWords(lost), captureWords(lost), breakerWords(lost)]).toEqual([
    { words: 'Connection lost', tone: 'warn' },
    { words: 'Not known', tone: 'neutral' },
    { words: 'Not known', tone: 'neutral' },
  ]);
  expect(isConnected(lost)).toBe(false);
  expect(stopProgress([lost, agent()])).toEqual({ stopped: 0, reporting: 1, silent: 0 });
  expect(spreadOf('b1', [lost, agent()])).toMatchObject({ agents: 1, inPlace: 0 });
});

it('lists why snapshots were dropped, the most frequent first, without what never happened', () => {
  expect(dropLines({ rate: 3, killed: 12, queue: 0 })).toEqual([
    { reason: 'killed', outcome: 'suppressed', count: 12, words: 'capture was stopped' },
    { reason: 'rate', outcome: 'suppressed', count: 3, words: 'more than one a second' },
  ]);
});

it('tells calls that were not to become a snapshot from those that were lost', () => {
  expect(tallyDrops({ rate: 3, condition: 4, killed: 1, send: 2, error: 1 })).toEqual({
    suppressed: 8,
    lost: 3,
  });
  expect(tallyDrops({})).toEqual({ suppressed: 0, lost: 0 });
});

it('keeps services in an order that does not depend on what goes on', () => {
  const services = [
    service({ name: 'web' }),
    service({ environment: 'staging' }),
    service({ agentsOnline: 0 }),
  ];
  expect(
    narrowServices(services, { text: '', environment: '' }).map((s) => `${s.name}/${s.environment}`),
  ).toEqual(['shop/production', 'shop/staging', 'web/production']);
  expect(environmentsOf(services)).toEqual(['production', 'staging']);
});

it('narrows services by name, environment and release', () => {
  const services = [service({ release: 'R-812' }), service({ name: 'web', environment: 'staging' })];
  expect(narrowServices(services, { text: ' r-8 ', environment: '' })).toHaveLength(1);
  expect(narrowServices(services, { text: 'stag', environment: '' })).toHaveLength(1);
  expect(narrowServices(services, { text: '', environment: 'staging' })).toHaveLength(1);
  expect(narrowServices(services, { text: 'shop', environment: 'staging' })).toHaveLength(0);
});

it.each([
  [{}, 'Capturing'],
  [{ agentsOnline: 0 }, 'No agent online'],
  [{ agentsOnline: 0, killed: { global: true, service: false } }, 'Stopped everywhere'],
  [{ killed: { global: false, service: true } }, 'Stopped'],
  [{ killed: { global: true, service: true } }, 'Stopped (both switches)'],
])('says what a service does: %j is %s', (fields, words) => {
  expect(conditionOf(service(fields)).words).toBe(words);
});

it('fills key and address into the steps, and keeps the key out of the code', () => {
  const server = { secret: 'sf_abc_secret', endpoint: 'https://debug.example' };
  for (const way of ['code', 'environment'] as const) {
    const steps = installSteps(way, server);
    expect(steps.at(-1)?.code).toContain('STILLFRAME_API_KEY=sf_abc_secret');
    expect(steps.at(-1)?.code).toContain('STILLFRAME_ENDPOINT=https://debug.example');
    expect(steps.slice(0, -1).some((step) => step.code.includes('secret'))).toBe(false);
    expect(installSteps(way, { ...server, secret: null }).at(-1)?.code).toContain('STILLFRAME_API_KEY=sf_…');
  }
});

it.each([
  [[0, 0, 0], 'nothing in the last hour'],
  [[], 'nothing in the last hour'],
  [[0, 1_200, 3], 'at most 1,200 in 5 minutes, 5 minutes ago'],
  [[7, 0, 7], 'at most 7 in 5 minutes, in the last 5 minutes'],
] as const)('says of the last hour %j: %s', (steps, words) => {
  expect(sparklineWords(steps)).toBe(words);
});
