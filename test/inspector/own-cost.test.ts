import { expect, it } from 'vitest';
import { ownCostMs } from '../../src/inspector/own-cost.ts';

it.each([
  { passedMs: 5, workedMs: 0, costMs: 5, what: 'short work by the clock, which is finer' },
  {
    passedMs: 3_000,
    workedMs: 1,
    costMs: 5,
    what: 'one in which the thread stood still by what plain work takes',
  },
  { passedMs: 3_000, workedMs: 5.5, costMs: 5.5, what: 'one that took long by the work of the thread' },
  { passedMs: 40, workedMs: 41, costMs: 40, what: 'one that worked all the time by the clock' },
])('counts $what', ({ passedMs, workedMs, costMs }) => {
  expect(ownCostMs(passedMs, workedMs)).toBe(costMs);
});
