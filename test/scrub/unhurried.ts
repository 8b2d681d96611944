/**
 * A budget for scrubbing that no machine spends on the texts of a test, not even one that stands still meanwhile: what is
 * cut for lack of time is looked at on a clock of its own.
 */
export const UNHURRIED_MS = 60_000;
