import type { BreakpointResource } from '../../src/protocol/api.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import type { ServiceState } from '../store/store.ts';

/** Why a snapshot of a known breakpoint is not stored. */
export type Refusal = 'breakpoint_disabled' | 'limit' | 'expired';

/**
 * Says of each snapshot of a service why it is not wanted, or null. Disabled means that nothing is stored, also of what
 * was on its way. A kill does not refuse what arrives (the agent drops its own queue), and a breakpoint that is not
 * known (deleted a moment ago, or a label that is just being registered) does not either.
 */
export function createAdmission(state: ServiceState, nowMs: number): (snapshot: Snapshot) => Refusal | null {
  const byId = new Map(state.breakpoints.map((breakpoint) => [breakpoint.id, breakpoint]));
  const byPlace = new Map<string, BreakpointResource>();
  for (const breakpoint of state.breakpoints) {
    if (breakpoint.label === null) continue;
    byPlace.set(placeOf(breakpoint.functionName, breakpoint.label), breakpoint);
    // The label alone, for our agents, which match by it.
    byPlace.set(placeOf('', breakpoint.label), breakpoint);
  }

  /** By id; for what was captured before its registration was answered, by function and label. */
  function find(snapshot: Snapshot): BreakpointResource | undefined {
    const known = snapshot.breakpointId === null ? undefined : byId.get(snapshot.breakpointId);
    if (known !== undefined || snapshot.label === null) return known;
    return (
      byPlace.get(placeOf(snapshot.functionName, snapshot.label)) ?? byPlace.get(placeOf('', snapshot.label))
    );
  }

  return (snapshot) => {
    const breakpoint = find(snapshot);
    return breakpoint === undefined ? null : refusalBy(breakpoint, snapshot, nowMs);
  };
}

function refusalBy(breakpoint: BreakpointResource, snapshot: Snapshot, nowMs: number): Refusal | null {
  const { enabled, maxCaptures, captureCount, expireAt } = breakpoint;
  const isExpired = expireAt !== null && Date.parse(expireAt) <= nowMs;
  if (maxCaptures > 0 && captureCount >= maxCaptures) return 'limit';
  // Captured in time and delivered late is in time.
  if (isExpired) return Date.parse(snapshot.capturedAt) >= Date.parse(expireAt) ? 'expired' : null;
  return enabled ? null : 'breakpoint_disabled';
}

function placeOf(functionName: string, label: string): string {
  return JSON.stringify([functionName, label]);
}
