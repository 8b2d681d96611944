import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAlarms } from '../../src/control/alarms.ts';
import type { Alarms, SetTimer } from '../../src/control/alarms.ts';

type Name = 'a' | 'b' | 'c';

let rung: string[];
let timersMade: number;
let alarms: Alarms<Name>;

const setTimer: SetTimer = (callback, delayMs) => {
  timersMade++;
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
};

beforeEach(() => {
  vi.useFakeTimers();
  rung = [];
  timersMade = 0;
  alarms = createAlarms<Name>(
    () => performance.now(),
    setTimer,
    (name) => rung.push(name),
  );
});
afterEach(() => {
  vi.useRealTimers();
});

test('rings in the order of the deadlines, on one timer', () => {
  alarms.set('a', 300);
  alarms.set('b', 100);
  alarms.set('c', 200);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(99);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(rung).toEqual(['b']);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(200);
  expect(rung).toEqual(['b', 'c', 'a']);
  expect(vi.getTimerCount()).toBe(0);
});

test('setting a name again moves it, and rings once', () => {
  alarms.set('a', 100);
  alarms.set('a', 200);
  vi.advanceTimersByTime(150);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(50);
  expect(rung).toEqual(['a']);
});

test('moving a deadline away a thousand times makes no timer', () => {
  alarms.set('a', 100);
  for (let index = 0; index < 1_000; index++) alarms.set('a', 200);
  expect(timersMade).toBe(1);
});

test('what was cleared does not ring, and no timer stays for it', () => {
  alarms.set('a', 100);
  alarms.set('b', 100);
  alarms.clear('a');
  vi.advanceTimersByTime(100);
  expect(rung).toEqual(['b']);
  alarms.set('c', 100);
  alarms.clearAll();
  expect(vi.getTimerCount()).toBe(0);
});

test('an alarm may set and clear others when it rings', () => {
  const chained: Alarms<Name> = createAlarms<Name>(
    () => performance.now(),
    setTimer,
    (name) => {
      rung.push(name);
      if (name === 'a') {
        chained.clear('b');
        chained.set('c', 10);
      }
    },
  );
  chained.set('a', 100);
  chained.set('b', 100);
  vi.advanceTimersByTime(110);
  expect(rung).toEqual(['a', 'c']);
});

test('a deadline beyond what a timer can hold waits for its time', () => {
  alarms.set('a', 2 ** 31 + 1_000);
  vi.advanceTimersByTime(2 ** 31);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(1_001);
  expect(rung).toEqual(['a']);
});
