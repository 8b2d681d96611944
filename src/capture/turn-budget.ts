import { setImmediate as immediate } from 'node:timers/promises';

/** Keeps long work from holding the event loop: by the clock, since the first run of any code takes many times as long. */
export interface TurnBudget {
  /** True when this turn has worked long enough. Asked between steps that take some 10 µs. */
  isSpent(): boolean;
  /** Resolves in a later turn. */
  nextTurn(): Promise<void>;
  /** The turn is a new one for another reason: something was waited for. */
  renew(): void;
}

/** @param monotonicNow milliseconds */
export function createTurnBudget(maxMs: number, monotonicNow: () => number): TurnBudget {
  let startedAt = monotonicNow();
  return {
    isSpent: () => monotonicNow() - startedAt >= maxMs,
    async nextTurn() {
      await immediate();
      startedAt = monotonicNow();
    },
    renew() {
      startedAt = monotonicNow();
    },
  };
}
