import { describe, expect, test } from 'vitest';
import {
  CAPTURE_STATES,
  CONTROL_STATES,
  encodeAgentEvent,
  parseAgentEvent,
} from '../../src/protocol/agent-event.ts';
import type { AgentEvent, AgentStatusEvent } from '../../src/protocol/agent-event.ts';
import { DROP_REASONS, isDropReason } from '../../src/protocol/drop-reason.ts';
import { expectToSurvive } from './bad-values.ts';

const STATUS: AgentStatusEvent = {
  type: 'agent_status',
  capture: 'running',
  control: 'polling',
  breaker: 'half_open',
  agentVersion: '0.1.0',
  runtime: 'node/24.21.0',
  host: 'web-1',
  pid: 4_242,
  environment: 'production',
  release: null,
  commit: 'abc',
  startedAt: '2026-11-20T15:55:50.151Z',
  captured: 10,
  stored: 7,
  spooled: 0,
  queued: 1,
  unconfirmed: 1,
  dropped: { rate: 2 },
  labels: [
    { label: 'checkout', captured: 3, stored: 2, spooled: 0, dropped: { rate: 2 } },
    { label: '__proto__', captured: 0, stored: 0, spooled: 0, dropped: {} },
  ],
  lastError: null,
};

const EVENTS: readonly AgentEvent[] = [
  STATUS,
  { type: 'breakpoint_status', breakpointId: 'b-1', state: 'error', reason: 'condition failed' },
  { type: 'breakpoint_status', breakpointId: 'b-1', state: 'installed', reason: null },
  {
    type: 'circuit_breaker_tripped',
    failureCount: 3,
    windowSeconds: 60,
    cooldownSeconds: 300,
    timestamp: '2026-11-20T15:55:50.151Z',
  },
];

const overTheWire = (event: AgentEvent): unknown => JSON.parse(JSON.stringify(encodeAgentEvent(event)));

describe('an event of an agent', () => {
  test.each(EVENTS.map((event) => [event.type, event] as const))('%s comes back equal', (_type, event) => {
    expect(parseAgentEvent(overTheWire(event))).toEqual(event);
  });

  test.each([...CAPTURE_STATES])('the capture state %s comes back', (capture) => {
    expect(parseAgentEvent(overTheWire({ ...STATUS, capture }))).toMatchObject({ capture });
  });

  test.each([...CONTROL_STATES])('the connection %s comes back', (control) => {
    expect(parseAgentEvent(overTheWire({ ...STATUS, control }))).toMatchObject({ control });
  });

  test('every drop reason comes back, and none that is unknown', () => {
    const dropped = Object.fromEntries(DROP_REASONS.map((reason, index) => [reason, index + 1]));
    const sent = { ...encodeAgentEvent(STATUS), dropped: { ...dropped, invented: 5, constructor: 1 } };
    expect(parseAgentEvent(sent)).toMatchObject({ dropped });
    expect(Object.keys((parseAgentEvent(sent) as AgentStatusEvent).dropped)).toEqual([...DROP_REASONS]);
  });

  test('a drop count is a positive whole number or absent', () => {
    const sent = {
      ...encodeAgentEvent(STATUS),
      dropped: { rate: 0, queue: -1, send: '3', size: 1.5, auth: 1 },
    };
    expect((parseAgentEvent(sent) as AgentStatusEvent).dropped).toEqual({ auth: 1 });
  });

  test('names only labels that a server could know, with counts under known reasons, 1,000 at most', () => {
    const labelsOf = (labels: unknown): unknown =>
      (parseAgentEvent({ ...encodeAgentEvent(STATUS), labels }) as AgentStatusEvent).labels;
    const label = 'x'.repeat(256);
    expect(
      labelsOf([
        {
          label,
          captured: -1,
          stored: 1.5,
          spooled: 0,
          dropped: { rate: 1, invented: 2, queue: -3 },
          more: 1,
        },
        { label: `${label}x`, captured: 1 },
        { label: 'a\0b', captured: 1 },
        { label: '\ud800', captured: 1 },
        { label: '', captured: 1 },
        { captured: 1 },
        'checkout',
        null,
      ]),
    ).toEqual([{ label, captured: 0, stored: 0, spooled: 0, dropped: { rate: 1 } }]);
    expect(labelsOf({ label })).toEqual([]);
    expect(labelsOf(Array.from({ length: 1_001 }, (_, index) => ({ label: `label ${index}` })))).toHaveLength(
      1_000,
    );
  });

  test('that is unknown or names no breakpoint or state is nothing', () => {
    expect(parseAgentEvent({})).toBeNull();
    expect(parseAgentEvent({ type: 'invented' })).toBeNull();
    expect(parseAgentEvent({ type: 'breakpoint_status', state: 'emitting' })).toBeNull();
    expect(parseAgentEvent({ type: 'breakpoint_status', breakpoint_id: 'b', state: 'invented' })).toBeNull();
  });

  test('never throws, and what is read can be sent again and read equal', () => {
    for (const event of EVENTS) {
      for (const [, parsed] of expectToSurvive(parseAgentEvent, encodeAgentEvent(event))) {
        for (const read of parsed) {
          if (read !== null) expect(parseAgentEvent(overTheWire(read))).toEqual(read);
        }
      }
    }
  });

  test('drop reasons are told from anything else', () => {
    expect(DROP_REASONS.every(isDropReason)).toBe(true);
    for (const value of ['', 'invented', 'toString', null, 0, ['rate']])
      expect(isDropReason(value)).toBe(false);
  });
});
