import { expect, it } from 'vitest';
import {
  addUpOutcomes,
  countedBy,
  outcomeParts,
} from '../../../control-server/dashboard/src/breakpoints/outcome-parts.ts';
import { agent, agentStatus } from './samples.ts';

it('shares calls out by what they came to: stored, suppressed, lost, the most frequent reason first', () => {
  const parts = outcomeParts({ stored: 5, spooled: 1, dropped: { queue: 2, rate: 3, condition: 40 } });
  expect(parts.map(({ name, outcome, count, strength }) => [name, outcome, count, strength])).toEqual([
    ['stored', 'stored', 5, 1],
    ['kept in files', 'stored', 1, 0.6],
    ['condition', 'suppressed', 40, 1],
    ['rate', 'suppressed', 3, 0.7],
    ['queue', 'lost', 2, 1],
  ]);
});

it('leaves out what never happened', () => {
  expect(outcomeParts({ stored: 0, spooled: 0, dropped: { rate: 0 } })).toEqual([]);
});

it('adds up labels, reason by reason', () => {
  expect(
    addUpOutcomes([
      { stored: 1, spooled: 0, dropped: { rate: 2 } },
      { stored: 3, spooled: 2, dropped: { rate: 4, send: 1 } },
    ]),
  ).toEqual({ stored: 4, spooled: 2, dropped: { rate: 6, send: 1 } });
  expect(addUpOutcomes([])).toEqual({ stored: 0, spooled: 0, dropped: {} });
});

it('says who counted, and since when', () => {
  const nowMs = Date.parse('2026-11-21T12:00:00.000Z');
  const started = (startedAt: string): ReturnType<typeof agent> =>
    agent({ status: agentStatus({ startedAt }) });
  const old = started('2026-11-21T09:00:00.000Z');
  expect(countedBy([old], nowMs)).toBe('counted by one agent since it started, 3 h ago');
  expect(countedBy([started('2026-11-21T11:59:00.000Z'), old, agent({ status: null })], nowMs)).toBe(
    'counted by 2 agents, each since it started, the first one 3 h ago',
  );
  expect(countedBy([], nowMs)).toBe('');
});
