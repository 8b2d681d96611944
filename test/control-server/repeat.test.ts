import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { repeat } from '../../control-server/repeat.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a repetition', () => {
  it('runs after each interval, never twice at a time', async () => {
    const ends: (() => void)[] = [];
    const job = vi.fn(() => new Promise<void>((resolve) => ends.push(resolve)));
    const repetition = repeat(1_000, job, () => undefined);
    await vi.advanceTimersByTimeAsync(999);
    expect(job).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(job).toHaveBeenCalledTimes(1);
    ends[0]?.();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(job).toHaveBeenCalledTimes(2);
    ends[1]?.();
    await repetition.stop();
  });

  it('tells of the first failure of a row, and goes on', async () => {
    let isBroken = true;
    const job = vi.fn(async () => {
      if (isBroken) throw new Error('broken');
    });
    const onError = vi.fn();
    const repetition = repeat(1_000, job, onError);
    await vi.advanceTimersByTimeAsync(3_000);
    expect([job.mock.calls.length, onError.mock.calls.length]).toEqual([3, 1]);
    isBroken = false;
    await vi.advanceTimersByTimeAsync(1_000);
    isBroken = true;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(onError).toHaveBeenCalledTimes(2);
    await repetition.stop();
  });

  it('stops once what is under way has ended, also when it is stopped meanwhile', async () => {
    let end: (() => void) | undefined;
    const repetition = repeat(
      1_000,
      () => new Promise<void>((resolve) => (end = resolve)),
      () => undefined,
    );
    await vi.advanceTimersByTimeAsync(1_000);
    const stopped = vi.fn();
    const stopping = repetition.stop().then(stopped);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(stopped).not.toHaveBeenCalled();
    end?.();
    await stopping;
    expect(vi.getTimerCount()).toBe(0);
  });
});
