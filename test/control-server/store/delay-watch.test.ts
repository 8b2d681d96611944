import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchDelay } from '../../../control-server/store/delay-watch.ts';
import type { DelayWatch } from '../../../control-server/store/delay-watch.ts';

let told: number[];
let watch: DelayWatch;
beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  watch = watchDelay((delayMs) => told.push(delayMs));
});
afterEach(() => {
  watch.stop();
  vi.useRealTimers();
});

/** The clock goes on while no timer can run. */
function holdUp(forMs: number): void {
  const nowMs = performance.now();
  const clock = vi.spyOn(performance, 'now').mockReturnValue(nowMs + forMs);
  vi.advanceTimersByTime(100);
  clock.mockRestore();
}

test('a thread that is held up was late by that much, once', () => {
  vi.advanceTimersByTime(300);
  expect(told).toEqual([0, 0, 0]);
  expect(watch.takeLongestMs()).toBe(0);
  holdUp(65_000);
  expect(told.at(-1)).toBe(64_900);
  expect(watch.takeLongestMs()).toBe(64_900);
  expect(watch.takeLongestMs()).toBe(0);
});

test('the longest of several is kept until it is asked for, and one that is not over yet counts', () => {
  holdUp(3_000);
  holdUp(200);
  expect(watch.takeLongestMs()).toBe(2_900);
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 5_000);
  expect(watch.takeLongestMs()).toBeGreaterThan(4_000);
  vi.restoreAllMocks();
});

test('one that is stopped looks no more', () => {
  watch.stop();
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([]);
});
