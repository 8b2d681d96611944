/** What takes longer has either much to do, or the system let the thread wait. */
const MAX_PLAIN_MS = 5;

/** What work took of the thread's time. */
export interface OwnCost {
  /**
   * A busy system that lets the thread wait in the middle of work takes the time itself: a breakpoint would rest a hundred
   * times as long for it, and a question be refused. What the thread waits for because memory has to be read from disk is
   * time that the work costs the host.
   * @param passedMs by the clock, which is the finer one
   * @param workedMs of it the thread worked
   */
  ofMs(passedMs: number, workedMs: number): number;
}

/** @param majorPageFaults how often this process has waited for memory from disk until now */
export function createOwnCost(majorPageFaults: () => number): OwnCost {
  let faults = majorPageFaults();
  return {
    ofMs(passedMs, workedMs) {
      if (passedMs <= MAX_PLAIN_MS || passedMs <= workedMs) return passedMs;
      const before = faults;
      faults = majorPageFaults();
      return faults > before ? passedMs : Math.max(workedMs, MAX_PLAIN_MS);
    },
  };
}
