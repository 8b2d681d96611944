import { expect, it } from 'vitest';
import { createGovernor } from '../../src/inspector/governor.ts';

it('allows a hundredth of a second to be spent in a second, and not a moment more', () => {
  const governor = createGovernor(0.01, 1_000);
  governor.spend(9.9, 0);
  expect(governor.isSpent(0)).toBe(false);
  governor.spend(0.1, 0);
  expect(governor.isSpent(0)).toBe(true);
});

it('asks for the rest after which the share is kept, however much was spent at once', () => {
  const governor = createGovernor(0.01, 1_000);
  governor.spend(10, 0);
  expect(governor.restMs(0)).toBe(1_000);
  governor.spend(20, 0);
  expect(governor.restMs(0)).toBe(3_000);
  expect(governor.restMs(1_000)).toBe(2_000);
});

it('saves up no more than one window', () => {
  const governor = createGovernor(0.01, 1_000);
  governor.spend(1, 0);
  governor.spend(10, 3_600_000);
  expect(governor.isSpent(3_600_000)).toBe(true);
});

it('refills evenly, and never from a clock that stands still', () => {
  const governor = createGovernor(0.02, 1_000);
  governor.spend(20, 0);
  expect(governor.isSpent(0)).toBe(true);
  expect(governor.isSpent(1)).toBe(false);
  expect(governor.restMs(500)).toBe(500);
});

it('says when some of its budget is there again', () => {
  const governor = createGovernor(0.1, 1_000);
  governor.spend(100, 0);
  expect(governor.debtMs(0)).toBe(0);
  governor.spend(20, 0);
  expect([governor.debtMs(0), governor.debtMs(150), governor.debtMs(200)]).toEqual([200, 50, 0]);
});
