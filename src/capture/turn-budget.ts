import { setImmediate as immediate } from 'node:timers/promises';

/** Keeps long work from holding the event loop: by the clock, since the first run of any code takes many times as long. */
export interface TurnBudget {
  /** True when this turn has worked long enough. Asked between steps that take some 10 µs. */
  isSpent(): boolean;
  /** Resolves in a later turn. */
  nextTurn(): Promise<void>;
  /** The turn is a new one for another reason: something was waited for. */
  renew(): void;
  /** Milliseconds of work in all turns together, as far as it was asked; what looks longer than a turn was waiting. */
  readonly spentMs: number;
}

/** @param monotonicNow milliseconds */
export function createTurnBudget(maxMs: number, monotonicNow: () => number): TurnBudget {
  let startedAt = monotonicNow();
  let askedAt = startedAt;
  let formerMs = 0;

  const ofThisTurn = (): number => Math.min(2 * maxMs, askedAt - startedAt);

  function begin(): void {
    formerMs += ofThisTurn();
    startedAt = monotonicNow();
    askedAt = startedAt;
  }

  return {
    isSpent() {
      askedAt = monotonicNow();
      return askedAt - startedAt >= maxMs;
    },
    async nextTurn() {
      await immediate();
      begin();
    },
    renew: begin,
    get spentMs() {
      return formerMs + ofThisTurn();
    },
  };
}
