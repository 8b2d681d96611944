import type { CompiledBreakpoint } from '../breakpoints/compiled-breakpoint.ts';
import type { CapturePlan } from '../capture/capture-plan.ts';
import type { BreakpointActivity, BreakpointState } from '../protocol/agent-event.ts';
import { createGovernor } from './governor.ts';
import type { Governor } from './governor.ts';
import type { Spot } from './spots.ts';

/**
 * What a line breakpoint does at the moment. `idle`: it is off, spent or expired, or the gate is closed; `due`: it is to be
 * installed; `waiting`: its file is not loaded; `armed`: the next hit captures; `resting`: until its next token or the next
 * window of its budget; `failed`: it cannot work until a person changes it.
 */
export type PointPhase = 'idle' | 'due' | 'waiting' | 'armed' | 'resting' | 'failed';

/** One line breakpoint of this process. */
export interface LinePoint {
  readonly id: string;
  compiled: CompiledBreakpoint;
  plan: CapturePlan;
  phase: PointPhase;
  /** Where it is installed; empty unless it is armed. */
  spots: readonly Spot[];
  governor: Governor;
  /** Counts every change of phase, so that a timer of an earlier one does nothing. */
  turn: number;
  /** Until when it rests, by the monotonic clock. */
  restsUntilMs: number;
  /** What was said of it last. */
  state: BreakpointState;
  reason: string | null;
  hasEmitted: boolean;
  readonly activity: { -readonly [Name in keyof BreakpointActivity]: BreakpointActivity[Name] };
}

/** A breakpoint that was just heard of. */
export function createLinePoint(
  compiled: CompiledBreakpoint,
  plan: CapturePlan,
  governed: { readonly share: number; readonly windowMs: number },
): LinePoint {
  return {
    id: compiled.breakpoint.id,
    compiled,
    plan,
    phase: 'idle',
    spots: [],
    governor: createGovernor(governed.share, governed.windowMs),
    turn: 0,
    restsUntilMs: Number.NEGATIVE_INFINITY,
    state: 'received',
    reason: null,
    hasEmitted: false,
    activity: { hits: 0, captured: 0, suppressed: 0, spentMs: 0 },
  };
}
