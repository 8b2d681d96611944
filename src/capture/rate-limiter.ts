/** Limits captures over all labels; the limit per label is the capture point's resting time. */
export interface RateLimiter {
  /** True when a capture may be taken now. Takes nothing: a condition may still say no. */
  hasToken(nowMs: number): boolean;
  /** Takes the token that `hasToken` saw. */
  take(): void;
}

/** A token bucket that refills evenly and holds one second's worth. The clock is passed in with each call. */
export function createRateLimiter(tokensPerSecond: number): RateLimiter {
  let tokens = tokensPerSecond;
  let refilledMs = Number.NEGATIVE_INFINITY;
  return {
    hasToken(nowMs) {
      if (nowMs > refilledMs) {
        tokens = Math.min(tokensPerSecond, tokens + ((nowMs - refilledMs) * tokensPerSecond) / 1_000);
      }
      // A clock that was set back must not stop the refill until it has caught up.
      refilledMs = nowMs;
      return tokens >= 1;
    },
    take() {
      tokens -= 1;
    },
  };
}
