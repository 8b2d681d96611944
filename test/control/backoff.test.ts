import { expect, test } from 'vitest';
import { createBackoff } from '../../src/control/backoff.ts';
import type { Backoff } from '../../src/control/backoff.ts';

const LIMITS = { minMs: 1_000, maxMs: 30_000, resetAfterMs: 60_000 };

function delays(backoff: Backoff, upTimes: number[]): number[] {
  return upTimes.map((upMs) => backoff.next(upMs));
}

test('doubles from 1 s to 30 s and stays there', () => {
  expect(
    delays(
      createBackoff(LIMITS, () => 1),
      Array.from({ length: 8 }, () => 0),
    ),
  ).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test('is between half and all of the delay, at the maximum too', () => {
  expect(
    delays(
      createBackoff(LIMITS, () => 0),
      [0, 0, 0, 0, 0, 0],
    ),
  ).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000]);
});

test('starts anew after 60 s up, not after a millisecond less', () => {
  const backoff = createBackoff(LIMITS, () => 1);
  expect(delays(backoff, [0, 0, 59_999, 60_000, 0])).toEqual([1_000, 2_000, 4_000, 1_000, 2_000]);
});
