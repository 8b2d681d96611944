/**
 * Keeps what one breakpoint costs the thread under a share of its time. A bucket of milliseconds that refills with time:
 * what is spent is taken out, and while nothing is left the breakpoint rests. Pure: the clock is passed in.
 */
export interface Governor {
  spend(costMs: number, nowMs: number): void;
  /** True when the budget of the window is used up. */
  isSpent(nowMs: number): boolean;
  /** Milliseconds until the whole budget is there again. */
  restMs(nowMs: number): number;
  /** Milliseconds until some of it is there again; 0 while some is left. */
  debtMs(nowMs: number): number;
}

/**
 * @param share of the thread's time, 0 to 1
 * @param windowMs how long the budget is saved up: `share * windowMs` may be spent at once
 */
export function createGovernor(share: number, windowMs: number): Governor {
  const budgetMs = share * windowMs;
  let leftMs = budgetMs;
  let refilledMs = Number.NEGATIVE_INFINITY;

  function refill(nowMs: number): void {
    if (nowMs > refilledMs) leftMs = Math.min(budgetMs, leftMs + (nowMs - refilledMs) * share);
    refilledMs = nowMs;
  }

  return {
    spend(costMs, nowMs) {
      refill(nowMs);
      leftMs -= costMs;
    },
    isSpent(nowMs) {
      refill(nowMs);
      return leftMs <= 0;
    },
    restMs(nowMs) {
      refill(nowMs);
      return (budgetMs - leftMs) / share;
    },
    debtMs(nowMs) {
      refill(nowMs);
      return Math.max(0, -leftMs / share);
    },
  };
}
