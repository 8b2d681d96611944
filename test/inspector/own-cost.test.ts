import { expect, it } from 'vitest';
import { createOwnCost } from '../../src/inspector/own-cost.ts';

it.each([
  { passedMs: 5, workedMs: 0, costMs: 5, what: 'short work by the clock, which is finer' },
  { passedMs: 3_000, workedMs: 1, costMs: 5, what: 'a thread that stood still by what plain work takes' },
  { passedMs: 3_000, workedMs: 5.5, costMs: 5.5, what: 'a thread that worked long by its work' },
  { passedMs: 40, workedMs: 41, costMs: 40, what: 'a thread that worked all the time by the clock' },
])('counts $what', ({ passedMs, workedMs, costMs }) => {
  expect(createOwnCost(() => 7).ofMs(passedMs, workedMs)).toBe(costMs);
});

it('counts by the clock what waited for memory from disk: the work itself made the host wait', () => {
  let faults = 7;
  const cost = createOwnCost(() => faults);
  faults = 8;
  expect(cost.ofMs(3_000, 1)).toBe(3_000);
  expect(cost.ofMs(3_000, 1)).toBe(5);
});
