import type { LineBreakpointDependencies } from './line-breakpoints.ts';
import type { LinePoint, PointPhase } from './line-point.ts';
import type { PointReports } from './point-reports.ts';

/** The ways of a point from one phase to the next. */
export interface PointPhases {
  /** Every phase but `armed` has nothing in V8. */
  enter(point: LinePoint, phase: PointPhase): void;
  fail(point: LinePoint, reason: string): void;
  /** Rests, then is idle and looked at again. */
  rest(point: LinePoint, restMs: number): void;
}

/** @param deps.onRested the point is idle again */
export function createPointPhases(
  deps: Pick<LineBreakpointDependencies, 'monotonicNow' | 'later'> & {
    readonly reports: Pick<PointReports, 'say'>;
    /** Takes it out of V8. */
    readonly leave: (point: LinePoint) => void;
    readonly onRested: (point: LinePoint) => void;
  },
): PointPhases {
  function enter(point: LinePoint, phase: PointPhase): void {
    point.turn += 1;
    if (point.phase === 'armed') deps.leave(point);
    point.phase = phase;
  }

  return {
    enter,
    fail(point, reason) {
      enter(point, 'failed');
      deps.reports.say(point, 'error', reason);
    },
    rest(point, restMs) {
      enter(point, 'resting');
      point.restsUntilMs = deps.monotonicNow() + restMs;
      const { turn } = point;
      deps.later(() => {
        if (point.turn !== turn) return;
        enter(point, 'idle');
        deps.onRested(point);
      }, Math.ceil(restMs));
    },
  };
}
