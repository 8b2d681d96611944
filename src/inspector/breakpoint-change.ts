import type { Breakpoint } from '../protocol/breakpoint.ts';

/** True when two states of a breakpoint ask for the same: what was found out for the one holds for the other. */
export function asksTheSame(before: Breakpoint, now: Breakpoint): boolean {
  return contentOf(before) === contentOf(now);
}

/** True when a person allowed more captures, or began to count them anew. */
export function isMoreAllowed(before: Breakpoint, now: Breakpoint): boolean {
  return before.maxCaptures !== now.maxCaptures || now.captureCount < before.captureCount;
}

function contentOf(breakpoint: Breakpoint): string {
  return JSON.stringify({ ...breakpoint, captureCount: 0, maxCaptures: 0, expireAt: null });
}
