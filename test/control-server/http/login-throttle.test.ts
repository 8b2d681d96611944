import { describe, expect, it } from 'vitest';
import { createLoginThrottle } from '../../../control-server/http/login-throttle.ts';

const MINUTE_MS = 60_000;

function attempts(
  throttle: ReturnType<typeof createLoginThrottle>,
  count: number,
  name = 'ada',
  ip = '10.0.0.1',
) {
  return Array.from({ length: count }, () => throttle.begin(name, ip));
}

describe('the login throttle', () => {
  it('lets five attempts through and makes the sixth wait a second', () => {
    const throttle = createLoginThrottle(() => 0);
    expect(attempts(throttle, 7)).toEqual([0, 0, 0, 0, 0, 1_000, 1_000]);
  });

  it('doubles the wait with each attempt, up to 15 minutes', () => {
    let now = 0;
    const throttle = createLoginThrottle(() => now);
    attempts(throttle, 5);
    const waits = Array.from({ length: 13 }, () => {
      const wait = throttle.begin('ada', '10.0.0.1');
      now += wait;
      expect(throttle.begin('ada', '10.0.0.1')).toBe(0);
      return wait;
    });
    expect(waits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(waits.at(-1)).toBe(15 * MINUTE_MS);
  });

  it('does not lock out the same person at another address, nor another person at the same', () => {
    const throttle = createLoginThrottle(() => 0);
    attempts(throttle, 20);
    expect(throttle.begin('ada', '10.0.0.2')).toBe(0);
    expect(throttle.begin('grace', '10.0.0.1')).toBe(0);
  });

  it('slows an address that tries many names', () => {
    const throttle = createLoginThrottle(() => 0);
    const waits = Array.from({ length: 51 }, (_, index) => throttle.begin(`name ${index}`, '10.0.0.1'));
    expect(waits.findIndex((wait) => wait > 0)).toBe(50);
  });

  it('starts afresh after a success, and after an hour', () => {
    let now = 0;
    const throttle = createLoginThrottle(() => now);
    attempts(throttle, 4);
    throttle.succeed('ada', '10.0.0.1');
    expect(attempts(throttle, 6)).toEqual([0, 0, 0, 0, 0, 1_000]);
    now += 60 * MINUTE_MS;
    expect(attempts(throttle, 6)).toEqual([0, 0, 0, 0, 0, 1_000]);
  });
});
