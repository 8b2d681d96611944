import { DROP_REASONS } from './protocol/drop-reason.ts';
import type { DropCounts, DropReason } from './protocol/drop-reason.ts';

/** Counts every loss under exactly one reason. */
export interface Drops {
  count(reason: DropReason, calls?: number): void;
  /** A copy: later losses do not change it. */
  counts(): DropCounts;
}

/** Counters that start at zero. */
export function createDrops(): Drops {
  const counts = Object.fromEntries(DROP_REASONS.map((reason) => [reason, 0])) as Record<DropReason, number>;
  return {
    count(reason, calls = 1) {
      counts[reason] += calls;
    },
    counts: () => ({ ...counts }),
  };
}
