import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBreaker } from '../../src/delivery/breaker.ts';
import type { Breaker, BreakerState } from '../../src/delivery/breaker.ts';
import { DeliveryError, toDeliveryError } from '../../src/delivery/delivery-error.ts';
import type { DeliveryErrorCode } from '../../src/delivery/delivery-error.ts';
import { FAKED_CLOCK } from '../helpers/faked-clock.ts';

const LIMITS = { maxFailures: 3, windowMs: 60_000, cooldownMs: 300_000, maxRunMs: 180_000 };

let states: BreakerState[];
let breaker: Breaker;

beforeEach(() => {
  vi.useFakeTimers();
  states = [];
  breaker = createBreaker(LIMITS, FAKED_CLOCK, (state) => states.push(state));
});

afterEach(() => {
  breaker.shutdown();
  vi.useRealTimers();
});

/** One delivery that ends at once: with an answer, or with this error. */
async function deliver(
  code: DeliveryErrorCode | number | 'ok' = 'ok',
  on: Breaker = breaker,
): Promise<string> {
  return on
    .run(async () => {
      await Promise.resolve();
      if (code === 'ok') return 'stored';
      throw typeof code === 'number'
        ? new DeliveryError('status', `answered ${code}`, { status: code })
        : new DeliveryError(code, code);
    })
    .catch((error: unknown) => toDeliveryError(error).code);
}

async function failTimes(count: number): Promise<void> {
  for (let index = 0; index < count; index++) await deliver('network');
}

describe('while closed', () => {
  test('passes results and errors through', async () => {
    expect(await deliver()).toBe('stored');
    expect(await deliver('timeout')).toBe('timeout');
    expect(breaker.state).toBe('closed');
  });

  test('the second failure keeps it closed, the third opens it', async () => {
    await failTimes(2);
    expect(breaker.state).toBe('closed');
    await failTimes(1);
    expect(breaker.state).toBe('open');
    expect(states).toEqual(['open']);
  });

  test('three failures over exactly 60 s open it', async () => {
    await failTimes(2);
    vi.advanceTimersByTime(60_000);
    await failTimes(1);
    expect(breaker.state).toBe('open');
  });

  test('three failures over more than 60 s do not, and the window slides', async () => {
    await failTimes(1);
    vi.advanceTimersByTime(30_000);
    await failTimes(1);
    vi.advanceTimersByTime(30_001);
    await failTimes(1);
    expect(breaker.state).toBe('closed');
    vi.advanceTimersByTime(29_999);
    await failTimes(1);
    expect(breaker.state).toBe('open');
  });

  test.each([
    ['s s f', 'closed'],
    ['f f', 'closed'],
    ['f f f', 'open'],
    ['s f f f', 'open'],
    ['f s f s f', 'open'],
    ['f f 60 f', 'open'],
    ['f f 61 s f', 'closed'],
    ['f 61 f f', 'closed'],
    ['f 30 f 31 f f', 'open'],
    ['f 429 404 f 429 408', 'closed'],
  ] as const)('deliveries, failures and seconds: %s leaves it %s', async (sequence, state) => {
    for (const step of sequence.split(' ')) {
      if (step === 's') await deliver();
      else if (step === 'f') await deliver('network');
      else if (Number(step) < 400) vi.advanceTimersByTime(Number(step) * 1_000);
      else await deliver(Number(step));
    }
    expect(breaker.state).toBe(state);
  });

  test('a thousand successes in between do not reset the count', async () => {
    await failTimes(2);
    for (let index = 0; index < 1_000; index++) await deliver();
    await failTimes(1);
    expect(breaker.state).toBe('open');
  });

  test.each([400, 401, 404, 408, 413, 429])('%i never counts', async (status) => {
    for (let index = 0; index < 10; index++) await deliver(status);
    expect(breaker.state).toBe('closed');
  });

  test.each(['aborted', 'api_key', 'internal', 'redirect'] as const)('%s never counts', async (code) => {
    for (let index = 0; index < 10; index++) await deliver(code);
    expect(breaker.state).toBe('closed');
  });

  test.each([500, 503, 'timeout', 'bad_answer'] as const)('%s counts', async (fault) => {
    for (let index = 0; index < 3; index++) await deliver(fault);
    expect(breaker.state).toBe('open');
  });

  test('an error that is none of ours never counts', async () => {
    for (let index = 0; index < 10; index++) {
      await expect(breaker.run(() => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug');
    }
    expect(breaker.state).toBe('closed');
  });
});

describe('while open', () => {
  beforeEach(() => failTimes(3));

  test('starts nothing', async () => {
    const work = vi.fn(async () => 'never');
    await expect(breaker.run(work)).rejects.toMatchObject({ code: 'breaker_open' });
    expect(work).not.toHaveBeenCalled();
    expect(breaker.canRun()).toBe(false);
  });

  test('stays so for 300 s to the millisecond', async () => {
    vi.advanceTimersByTime(299_999);
    expect(breaker.state).toBe('open');
    vi.advanceTimersByTime(1);
    expect(breaker.state).toBe('half_open');
    expect(breaker.canRun()).toBe(true);
  });
});

describe('while half open', () => {
  beforeEach(async () => {
    await failTimes(3);
    vi.advanceTimersByTime(300_000);
  });

  test('one delivery is the probe, the others are turned away', async () => {
    const probe = Promise.withResolvers<string>();
    const probing = breaker.run(() => probe.promise);
    expect(breaker.canRun()).toBe(false);
    expect(await deliver()).toBe('breaker_open');
    probe.resolve('stored');
    expect(await probing).toBe('stored');
    expect(breaker.state).toBe('closed');
  });

  test.each(['ok', 404, 429, 'redirect'] as const)('a probe that ends with %s closes it', async (outcome) => {
    await deliver(outcome);
    expect(states).toEqual(['open', 'half_open', 'closed']);
  });

  test('a closed breaker counts from zero', async () => {
    await deliver();
    await failTimes(2);
    expect(breaker.state).toBe('closed');
    await failTimes(1);
    expect(breaker.state).toBe('open');
  });

  test('a probe that fails opens it for another 300 s', async () => {
    await deliver(503);
    expect(states).toEqual(['open', 'half_open', 'open']);
    vi.advanceTimersByTime(299_999);
    expect(breaker.state).toBe('open');
    vi.advanceTimersByTime(1);
    expect(breaker.state).toBe('half_open');
    expect(await deliver()).toBe('stored');
  });

  test('a probe that fails by our own fault says nothing: it opens again', async () => {
    await deliver('internal');
    expect(breaker.state).toBe('open');
    vi.advanceTimersByTime(300_000);
    expect(breaker.canRun()).toBe(true);
  });

  test('a probe that hangs is over after the longest run, is told so, and opens it again', async () => {
    let told: unknown;
    const hanging = breaker
      .run((signal) => new Promise(() => signal.addEventListener('abort', () => (told = signal.reason))))
      .catch((error: unknown) => toDeliveryError(error).code);
    await vi.advanceTimersByTimeAsync(180_000);
    expect(await hanging).toBe('timeout');
    expect(told).toMatchObject({ code: 'timeout' });
    expect(breaker.state).toBe('open');
    vi.advanceTimersByTime(300_000);
    expect(await deliver()).toBe('stored');
    expect(breaker.state).toBe('closed');
  });
});

describe('the late result of a delivery that began in an earlier state', () => {
  test('reaches its caller and nothing else: a success does not close, a failure does not open', async () => {
    const success = Promise.withResolvers<string>();
    const failure = Promise.withResolvers<string>();
    const first = breaker.run(() => success.promise);
    const second = breaker.run(() => failure.promise);
    await failTimes(3);
    success.resolve('stored');
    expect(await first).toBe('stored');
    expect(breaker.state).toBe('open');
    vi.advanceTimersByTime(300_000 - 180_000);

    failure.reject(new DeliveryError('network', 'late'));
    await expect(second).rejects.toMatchObject({ message: 'late' });
    expect(states).toEqual(['open']);
  });

  test('does not touch the probe', async () => {
    const old = Promise.withResolvers<string>();
    const late = createBreaker({ ...LIMITS, maxRunMs: 1e9 }, FAKED_CLOCK, () => {});
    const running = late.run(() => old.promise);
    for (let index = 0; index < 3; index++) await deliver('network', late);
    vi.advanceTimersByTime(300_000);
    old.reject(new DeliveryError('network', 'late'));
    await running.catch(() => {});
    expect(late.state).toBe('half_open');
    expect(late.canRun()).toBe(true);
    late.shutdown();
  });
});

test('a listener that throws changes nothing', async () => {
  const rude = createBreaker(LIMITS, FAKED_CLOCK, () => {
    throw new Error('rude');
  });
  for (let index = 0; index < 3; index++) await deliver('network', rude);
  vi.advanceTimersByTime(300_000);
  expect(await deliver('ok', rude)).toBe('stored');
  expect(rude.state).toBe('closed');
  rude.shutdown();
});

test('the cool-down follows the clock that it was given', async () => {
  let ring: (() => void) | null = null;
  const delays: number[] = [];
  const wound = createBreaker(
    { ...LIMITS, maxFailures: 1 },
    {
      ...FAKED_CLOCK,
      setTimer(callback, delayMs) {
        delays.push(delayMs);
        ring = callback;
        return () => (ring = null);
      },
    },
    () => {},
  );
  await deliver('network', wound);
  expect(delays).toEqual([180_000, 300_000]);
  vi.advanceTimersByTime(300_000);
  expect(wound.state).toBe('open');
  (ring as (() => void) | null)?.();
  expect(wound.state).toBe('half_open');
  wound.shutdown();
});

test('after shutdown nothing runs and no timer is left', async () => {
  await failTimes(3);
  breaker.shutdown();
  expect(await deliver()).toBe('breaker_open');
  expect(vi.getTimerCount()).toBe(0);
});
