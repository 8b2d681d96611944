import type { Clock } from '../../src/delivery/clock.ts';

/** The global timers and clocks, which a test fakes: those of the agent are not theirs. */
export const FAKED_CLOCK: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  setTimer: (callback, delayMs) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
