import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DeliveryError } from '../../src/delivery/delivery-error.ts';
import { retry } from '../../src/delivery/retries.ts';
import { parseRetryAfter } from '../../src/delivery/retry-after.ts';
import { FAKED_CLOCK } from '../helpers/faked-clock.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const status = (code: number, retryAfterMs: number | null = null): DeliveryError =>
  new DeliveryError('status', `answered ${code}`, { status: code, retryAfterMs });

/** Runs until settled and says at which milliseconds the tries were made. */
async function triesOf(
  outcomes: (DeliveryError | 'ok')[],
  random = 0.5,
): Promise<{ at: number[]; result: unknown }> {
  const start = performance.now();
  const at: number[] = [];
  const running = retry(
    async () => {
      at.push(Math.round(performance.now() - start));
      const outcome = outcomes[at.length - 1] ?? 'ok';
      if (outcome !== 'ok') throw outcome;
      return 'stored';
    },
    { maxTries: 3, baseDelayMs: 1_000, maxDelayMs: 10_000 },
    FAKED_CLOCK,
    () => random,
    new AbortController().signal,
  ).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(300_000);
  return { at, result: await running };
}

test('three tries, no more, and the last error is the result', async () => {
  const last = status(503);
  const { at, result } = await triesOf([status(500), status(502), last]);
  expect(at).toHaveLength(3);
  expect(result).toBe(last);
});

test('the delays have full jitter and double', async () => {
  expect((await triesOf([status(500), status(500)])).at).toEqual([0, 500, 1_500]);
  expect((await triesOf([status(500), status(500)], 0)).at.at(-1)).toBeLessThanOrEqual(2);
});

test.each([408, 429, 500, 503])('%i is tried again', async (code) => {
  expect(await triesOf([status(code)])).toMatchObject({ result: 'stored', at: { length: 2 } });
});

test.each([400, 401, 403, 404, 413, 422])('%i is not', async (code) => {
  expect((await triesOf([status(code)])).at).toEqual([0]);
});

test('neither are redirects and faults of our own', async () => {
  expect((await triesOf([new DeliveryError('redirect', '', { status: 307 })])).at).toEqual([0]);
  expect((await triesOf([new DeliveryError('internal', '')])).at).toEqual([0]);
});

describe('Retry-After', () => {
  test('is waited for, up to a minute', async () => {
    expect((await triesOf([status(429, 7_000)])).at).toEqual([0, 7_000]);
    expect((await triesOf([status(503, 60_000)])).at).toEqual([0, 60_000]);
    expect((await triesOf([status(503, 86_400_000)])).at).toEqual([0, 60_000]);
    expect((await triesOf([status(503, Infinity)])).at).toEqual([0, 60_000]);
  });

  test.each([
    [null, null],
    ['0', 0],
    ['7', 7_000],
    [' 120 ', 120_000],
    ['99999999999', 99_999_999_999_000],
    ['9'.repeat(400), Infinity],
    ['Sat, 21 Nov 2026 10:00:05 GMT', 5_000],
    ['Sat, 21 Nov 2026 09:00:00 GMT', 0],
    ['-1', null],
    ['1.5', null],
    ['soon', null],
    ['1e9', null],
    ['2026-11-21', null],
  ])('%j is %j ms', (header, expected) => {
    expect(parseRetryAfter(header, Date.parse('2026-11-21T10:00:00Z'))).toBe(expected);
  });
});

describe('once abandoned', () => {
  test('a wait ends at once and no further try is made', async () => {
    const controller = new AbortController();
    const attempt = vi.fn(() => Promise.reject(status(503)));
    const running = retry(
      attempt,
      { maxTries: 3, baseDelayMs: 1_000, maxDelayMs: 10_000 },
      FAKED_CLOCK,
      () => 0.5,
      controller.signal,
    ).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1);
    controller.abort(new DeliveryError('aborted', 'killed'));
    expect(await running).toMatchObject({ code: 'aborted' });
    expect(attempt).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a try that is under way counts when it succeeds', async () => {
    const controller = new AbortController();
    const answer = Promise.withResolvers<string>();
    const running = retry(
      () => answer.promise,
      { maxTries: 3, baseDelayMs: 1_000, maxDelayMs: 10_000 },
      FAKED_CLOCK,
      () => 0.5,
      controller.signal,
    );
    controller.abort(new DeliveryError('aborted', 'killed'));
    answer.resolve('stored');
    expect(await running).toBe('stored');
  });
});
