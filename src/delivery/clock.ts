// Those of the module: a program may fake the global ones, and would hold up our clock or run it in circles.
import { clearTimeout, setTimeout } from 'node:timers';

/** Calls back once after `delayMs`; the result cancels. */
export type SetTimer = (callback: () => void, delayMs: number, options?: TimerOptions) => () => void;

/** How a timer stands to the host's process. */
export interface TimerOptions {
  /** True keeps the process alive until the timer fired or was cancelled. Only a flush wants that. */
  readonly holdsProcess: boolean;
}

/** Time as delivery sees it; a test passes its own. */
export interface Clock {
  /** Milliseconds that never jump. */
  now(): number;
  /** Milliseconds since 1970, for instants that people read. */
  wallNow(): number;
  readonly setTimer: SetTimer;
}

/** The process's own time. Its timers do not keep the process alive unless they say so. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  setTimer: (callback, delayMs, options) => {
    const timer = setTimeout(callback, delayMs);
    if (options?.holdsProcess !== true) timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs`, or rejects with the signal's reason as soon as it aborts. */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(asError(signal.reason));
      return;
    }
    const cancel = clock.setTimer(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, delayMs);
    const stop = (): void => {
      cancel();
      reject(asError(signal.reason));
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}

/**
 * What `work` settles with, or the signal's reason when that comes first.
 * @param discard gets a value that came too late, to let go of what it holds
 */
export function abortable<T>(
  work: Promise<T>,
  signal: AbortSignal,
  discard: (late: T) => void = () => {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(asError(signal.reason));
      work.then(discard, () => {});
    };
    if (signal.aborted) {
      stop();
      return;
    }
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** The reason as an error: whoever aborts may give anything. */
function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('Aborted', { cause: reason });
}
