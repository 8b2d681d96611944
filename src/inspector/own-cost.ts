/** What takes longer has either much to do, or the system let the thread wait. */
const MAX_PLAIN_MS = 5;

/**
 * What work took of the thread's time. A busy system that lets the thread wait in the middle of it takes the time itself:
 * a breakpoint would rest a hundred times as long for it, and a question be refused.
 * @param passedMs by the clock, which is the finer one
 * @param workedMs of it the thread worked
 */
export function ownCostMs(passedMs: number, workedMs: number): number {
  if (passedMs <= MAX_PLAIN_MS || passedMs <= workedMs) return passedMs;
  return workedMs > MAX_PLAIN_MS ? workedMs : MAX_PLAIN_MS;
}
