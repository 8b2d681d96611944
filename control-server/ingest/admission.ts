import type { BreakpointResource } from '../../src/protocol/api.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import type { ServiceState } from '../store/service-store.ts';

/** Why a snapshot of a known breakpoint is not stored. */
export type Refusal = 'breakpoint_disabled' | 'limit' | 'expired';

/** Says of snapshots of one service why they are not wanted. */
export interface Admission {
  /** Null for a snapshot that is wanted. */
  refusalOf(snapshot: Snapshot, nowMs: number): Promise<Refusal | null>;
}

/** The admission by a state: the same one for as long as the service has that state. */
export type Admissions = (state: ServiceState) => Admission;

/** Unlisted ids that are remembered of one state; a client may send any. */
const MAX_UNLISTED = 1_000;

/** @param readBreakpoint asked once for each id that a state does not have: it leaves out what has expired */
export function createAdmissions(
  readBreakpoint: (id: string) => Promise<BreakpointResource | null>,
): Admissions {
  const known = new WeakMap<ServiceState, Admission>();
  return (state) => {
    let admission = known.get(state);
    if (admission === undefined) known.set(state, (admission = createAdmission(state, readBreakpoint)));
    return admission;
  };
}

/**
 * Judges by the state of the service. Disabled means that nothing is stored, also of what was on its way. A kill does
 * not refuse what arrives (the agent drops its own queue), and a breakpoint that nobody knows (deleted a moment ago, or
 * a label that is just being registered) does not either.
 */
function createAdmission(
  state: ServiceState,
  readBreakpoint: (id: string) => Promise<BreakpointResource | null>,
): Admission {
  const byId = new Map(state.breakpoints.map((breakpoint) => [breakpoint.id, breakpoint]));
  const byPlace = new Map<string, BreakpointResource>();
  for (const breakpoint of state.breakpoints) {
    if (breakpoint.label === null) continue;
    const exact = placeOf(breakpoint.functionName, breakpoint.label);
    // The label alone, for our agents, which match by it: the oldest one, as the store has it.
    const loose = placeOf(null, breakpoint.label);
    if (!byPlace.has(exact)) byPlace.set(exact, breakpoint);
    if (!byPlace.has(loose)) byPlace.set(loose, breakpoint);
  }
  const unlisted = new Map<string, Promise<BreakpointResource | null>>();

  async function findUnlisted(id: string): Promise<BreakpointResource | null> {
    let asked = unlisted.get(id);
    if (asked === undefined) {
      if (unlisted.size >= MAX_UNLISTED) unlisted.clear();
      unlisted.set(id, (asked = readUnlisted(id)));
    }
    try {
      return await asked;
    } catch (error) {
      // A store that did not answer is asked again.
      if (unlisted.get(id) === asked) unlisted.delete(id);
      throw error;
    }
  }

  /** A key may not learn of breakpoints of another service. */
  async function readUnlisted(id: string): Promise<BreakpointResource | null> {
    const found = await readBreakpoint(id);
    const isOurs = found?.serviceName === state.serviceName && found.environment === state.environment;
    return isOurs ? found : null;
  }

  /** By id; for what was captured before its registration was answered, by function and label. */
  async function find({ breakpointId, functionName, label }: Snapshot): Promise<BreakpointResource | null> {
    const listed =
      (breakpointId === null ? undefined : byId.get(breakpointId)) ??
      (label === null
        ? undefined
        : (byPlace.get(placeOf(functionName, label)) ?? byPlace.get(placeOf(null, label))));
    if (listed !== undefined) return listed;
    return breakpointId === null ? null : findUnlisted(breakpointId);
  }

  return {
    async refusalOf(snapshot, nowMs) {
      const breakpoint = await find(snapshot);
      return breakpoint === null ? null : refusalBy(breakpoint, snapshot, nowMs);
    },
  };
}

function refusalBy(breakpoint: BreakpointResource, snapshot: Snapshot, nowMs: number): Refusal | null {
  const { enabled, maxCaptures, captureCount, expireAt } = breakpoint;
  if (maxCaptures > 0 && captureCount >= maxCaptures) return 'limit';
  if (expireAt !== null && Date.parse(expireAt) <= nowMs) {
    // Captured in time and delivered late is in time.
    return Date.parse(snapshot.capturedAt) >= Date.parse(expireAt) ? 'expired' : null;
  }
  return enabled ? null : 'breakpoint_disabled';
}

function placeOf(functionName: string | null, label: string): string {
  return JSON.stringify([functionName, label]);
}
