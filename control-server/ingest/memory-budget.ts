/** What one request holds of the budget. */
export interface MemoryShare {
  /** False when the budget is spent: nothing is taken then, and the request is to be refused. */
  take(bytes: number): boolean;
  /** Gives everything back. Again: does nothing. */
  release(): void;
}

/** Bytes that all requests together may hold, counted as they arrive: what a header promises is not memory. */
export interface MemoryBudget {
  open(): MemoryShare;
}

/** A budget of which nothing is taken yet. */
export function createMemoryBudget(maxBytes: number): MemoryBudget {
  let used = 0;
  return {
    open() {
      let held = 0;
      return {
        take(bytes) {
          if (used + bytes > maxBytes) return false;
          used += bytes;
          held += bytes;
          return true;
        },
        release() {
          used -= held;
          held = 0;
        },
      };
    },
  };
}
