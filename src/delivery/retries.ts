import pRetry from 'p-retry';
import { sleep } from './clock.ts';
import type { Clock } from './clock.ts';
import { DeliveryError, isRetryable } from './delivery-error.ts';
import { MAX_RETRY_AFTER_MS } from './retry-after.ts';

/** How often and after which delays a request is tried again. */
export interface RetryLimits {
  /** Tries in all. */
  readonly maxTries: number;
  /** The delay before try n + 1 is a random part of `baseDelayMs × 2^(n - 1)`, at most of `maxDelayMs`. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * Runs `attempt` until it succeeds, fails for good, or its tries are spent; rejects with the last error. Waits with full
 * jitter, so that a fleet does not come back in step, or as long as `Retry-After` says, up to a minute.
 * @param abandoned no further try once this aborts. A try that is under way is left alone, and its result counts.
 */
export function retry<T>(
  attempt: () => Promise<T>,
  limits: RetryLimits,
  clock: Clock,
  random: () => number,
  abandoned: AbortSignal,
): Promise<T> {
  return pRetry(attempt, {
    retries: limits.maxTries - 1,
    // p-retry caps after its jitter, and so has none at the cap: the waiting is done below.
    minTimeout: 0,
    shouldRetry: ({ error }) => isRetryable(error),
    // The signal is not given to p-retry, which would turn a success that comes after the abort into a failure.
    onFailedAttempt: async ({ error, retriesLeft, retriesConsumed }) => {
      if (retriesLeft === 0 || !isRetryable(error)) return;
      const asked = error instanceof DeliveryError ? (error.retryAfterMs ?? 0) : 0;
      const ceiling = Math.min(limits.maxDelayMs, limits.baseDelayMs * 2 ** retriesConsumed);
      await sleep(clock, Math.max(Math.min(asked, MAX_RETRY_AFTER_MS), random() * ceiling), abandoned);
    },
  });
}
