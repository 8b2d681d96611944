/** How long to wait before the next connection. */
export interface Backoff {
  /**
   * The delay after a connection ended, however it ended.
   * @param upMs how long it had been up; 0 when it never was
   */
  next(upMs: number): number;
  /** The longest delay there is. */
  longest(): number;
}

/** Numbers of a {@link Backoff}. */
export interface BackoffLimits {
  readonly minMs: number;
  readonly maxMs: number;
  /** A connection that was up this long starts the delays anew. */
  readonly resetAfterMs: number;
}

/** Delays that double up to a maximum, each of them a random 50 to 100 %. */
export function createBackoff(limits: BackoffLimits, random: () => number): Backoff {
  let attempt = 0;
  const shorten = (ceilingMs: number): number => ceilingMs * (0.5 + random() * 0.5);
  return {
    next(upMs) {
      if (upMs >= limits.resetAfterMs) attempt = 0;
      const ceiling = Math.min(limits.maxMs, limits.minMs * 2 ** attempt);
      if (ceiling < limits.maxMs) attempt++;
      return shorten(ceiling);
    },
    longest: () => shorten(limits.maxMs),
  };
}
