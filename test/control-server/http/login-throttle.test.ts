import { describe, expect, it } from 'vitest';
import { createLoginThrottle, networkOf } from '../../../control-server/http/login-throttle.ts';

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

  it('slows guesses at one account that come from everywhere, but never for long', () => {
    let now = 0;
    const throttle = createLoginThrottle(() => now);
    const waits = Array.from({ length: 120 }, (_, index) => {
      const wait = throttle.begin('ada', `10.0.${index}.1`);
      now += wait;
      return wait;
    });
    expect(waits.findIndex((wait) => wait > 0)).toBe(100);
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
    expect(throttle.begin('grace', '10.0.0.1')).toBe(0);
  });

  it('lets somebody in where they signed in before, whatever others guess', () => {
    const throttle = createLoginThrottle(() => 0);
    throttle.begin('ada', '10.9.9.9');
    throttle.succeed('ada', '10.9.9.9');
    for (let index = 0; index < 150; index++) throttle.begin('ada', `10.0.${index}.1`);
    expect(throttle.begin('ada', '10.0.200.1')).toBeGreaterThan(0);
    expect(throttle.begin('ada', '10.9.9.9')).toBe(0);
  });

  it('takes a /64 of IPv6 for one address: who has one has all of them', () => {
    const throttle = createLoginThrottle(() => 0);
    const waits = Array.from({ length: 6 }, (_, index) =>
      throttle.begin('ada', `2001:db8:1:2::${index + 1}`),
    );
    expect(waits).toEqual([0, 0, 0, 0, 0, 1_000]);
    expect(throttle.begin('ada', '2001:db8:1:3::1')).toBe(0);
  });
});

describe('the network of an address', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::192.0.2.1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
