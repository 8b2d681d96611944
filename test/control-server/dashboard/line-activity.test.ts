import { expect, it } from 'vitest';
import {
  activityWords,
  lineActivity,
} from '../../../control-server/dashboard/src/breakpoints/line-activity.ts';
import { agent } from './samples.ts';

const activity = (hits: number, suppressed: number) => ({ hits, captured: 1, suppressed, spentMs: 0.25 });

it('adds up what a line breakpoint did in all agents, and says it in a line', () => {
  const agents = [
    agent({
      breakpoints: [{ breakpointId: 'a', state: 'emitting', reason: null, activity: activity(1_000, 2) }],
    }),
    agent({
      breakpoints: [{ breakpointId: 'a', state: 'emitting', reason: null, activity: activity(1, 0) }],
    }),
    agent({
      breakpoints: [{ breakpointId: 'b', state: 'emitting', reason: null, activity: activity(9, 9) }],
    }),
    agent({ breakpoints: [{ breakpointId: 'a', state: 'waiting', reason: null }] }),
  ];
  const sum = lineActivity('a', agents);
  expect(sum).toEqual({ hits: 1_001, captured: 2, suppressed: 2, spentMs: 0.5 });
  expect(sum === null ? '' : activityWords(sum)).toBe(
    '2 captured · 2 suppressed · 1,001 hits took 0.5\u00a0ms',
  );
  expect(activityWords({ hits: 1, captured: 1, suppressed: 0, spentMs: 12.4 })).toBe(
    '1 captured · 1 hit took 12\u00a0ms',
  );
});

it('says that a line was never reached', () => {
  expect(activityWords({ hits: 0, captured: 0, suppressed: 0, spentMs: 0 })).toBe('no hits yet');
});

it('says nothing where no agent did', () => {
  expect(lineActivity('a', [agent()])).toBeNull();
});
