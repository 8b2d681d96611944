import type { BreakpointState, BreakpointStatusEvent } from '../protocol/agent-event.ts';
import type { LinePoint } from './line-point.ts';

/** Tells the server how line breakpoints stand: each change at once, their counts now and then. */
export interface PointReports {
  say(point: LinePoint, state: BreakpointState, reason: string | null): void;
  /** The counts of a point changed: told with its next word, or after some seconds. */
  countsChanged(point: LinePoint): void;
}

const TELL_COUNTS_AFTER_MS = 5_000;

/** @param isKnown false for a point that was removed meanwhile */
export function createPointReports(deps: {
  readonly report: (event: BreakpointStatusEvent) => void;
  readonly later: (callback: () => void, delayMs: number) => void;
  readonly isKnown: (point: LinePoint) => boolean;
}): PointReports {
  const changed = new Set<LinePoint>();

  function tell(point: LinePoint): void {
    changed.delete(point);
    const { hits, captured, suppressed, spentMs } = point.activity;
    deps.report({
      type: 'breakpoint_status',
      breakpointId: point.id,
      state: point.state,
      reason: point.reason,
      activity: { hits, captured, suppressed, spentMs: Math.round(spentMs * 10) / 10 },
    });
  }

  function tellCounts(): void {
    const due = [...changed];
    changed.clear();
    for (const point of due) if (deps.isKnown(point)) tell(point);
  }

  return {
    say(point, state, reason) {
      if (point.state === state && point.reason === reason) return;
      point.state = state;
      point.reason = reason;
      tell(point);
    },
    countsChanged(point) {
      if (changed.size === 0) deps.later(tellCounts, TELL_COUNTS_AFTER_MS);
      changed.add(point);
    },
  };
}
