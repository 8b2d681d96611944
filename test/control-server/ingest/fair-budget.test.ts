import { describe, expect, it } from 'vitest';
import { createFairBudget } from '../../../control-server/ingest/fair-budget.ts';

describe('a budget', () => {
  it('gives one owner half of it, in one share or several', () => {
    const budget = createFairBudget(8);
    expect(budget.open('a').take(5)).toBe(false);
    expect([budget.open('a').take(3), budget.open('a').take(1), budget.open('a').take(1)]).toEqual([
      true,
      true,
      false,
    ]);
    expect([budget.open('b').take(4), budget.open('c').take(1)]).toEqual([true, false]);
  });

  it('takes back what a share held, once', () => {
    const budget = createFairBudget(8);
    const share = budget.open('a');
    expect([share.take(2), share.take(2), budget.open('a').take(1)]).toEqual([true, true, false]);
    share.release();
    share.release();
    expect([budget.open('a').take(4), budget.open('a').take(1)]).toEqual([true, false]);
  });
});
