import type { CaptureState } from './protocol/agent-event.ts';

/** Adds up how long the agent was in each state. */
export interface StateClock {
  enter(state: CaptureState): void;
  readonly state: CaptureState;
  /** Whole milliseconds. */
  times(): Readonly<Record<CaptureState, number>>;
}

/** A clock that starts now, in this state. */
export function createStateClock(initial: CaptureState, monotonicNow: () => number): StateClock {
  const spent: Record<CaptureState, number> = { running: 0, off: 0, killed: 0, breaker_open: 0 };
  let state = initial;
  let sinceMs = monotonicNow();

  function settle(): void {
    const nowMs = monotonicNow();
    spent[state] += nowMs - sinceMs;
    sinceMs = nowMs;
  }

  return {
    enter(next) {
      settle();
      state = next;
    },
    get state() {
      return state;
    },
    times() {
      settle();
      return {
        running: Math.round(spent.running),
        off: Math.round(spent.off),
        killed: Math.round(spent.killed),
        breaker_open: Math.round(spent.breaker_open),
      };
    },
  };
}
