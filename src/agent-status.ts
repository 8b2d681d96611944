import type { CaptureState, ControlConnection } from './protocol/agent-event.ts';
import type { DropCounts } from './protocol/drop-reason.ts';
import type { ConfigurationProblem } from './errors.ts';

/** What `status()` tells: everything that a person needs to see why something is, or is not, captured. */
export interface AgentStatus {
  readonly state: CaptureState;
  /** Milliseconds spent in each state: calls that the closed gate stopped are not counted one by one. */
  readonly timeInStateMs: Readonly<Record<CaptureState, number>>;
  readonly serviceName: string;
  readonly endpoint: string;
  readonly instanceId: string;
  readonly environment: string | null;
  readonly control: {
    readonly connection: ControlConnection;
    /** `"<epoch>-<rev>"` of the control state in force, or null while none is known. */
    readonly version: string | null;
  };
  readonly breaker: 'closed' | 'open' | 'half_open';
  /** Labels that this process has met. */
  readonly labels: number;
  readonly breakpoints: number;
  /** Snapshots taken. */
  readonly captured: number;
  /** Snapshots that the control server confirmed. */
  readonly stored: number;
  /** First captures that wait to hear of their breakpoint. */
  readonly held: number;
  /** Snapshots between the capture and the server's answer. */
  readonly queued: number;
  /** Losses by reason. `captured = stored + held + queued + (losses after the capture)`. */
  readonly dropped: DropCounts;
  /** What is wrong with the configuration, and what was used instead. */
  readonly problems: readonly ConfigurationProblem[];
  readonly lastError: string | null;
}

/** Adds up how long the agent was in each state. */
export interface StateClock {
  enter(state: CaptureState): void;
  readonly state: CaptureState;
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
      return Object.fromEntries(Object.entries(spent).map(([name, ms]) => [name, Math.round(ms)])) as Record<
        CaptureState,
        number
      >;
    },
  };
}
