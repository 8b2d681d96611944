import type { BreakpointState } from '../../../../src/protocol/agent-event.ts';
import type { AgentSummary, BreakpointResource } from '../../../../src/protocol/api.ts';
import { fullPlace, shortPlace } from '../../../wording/code-place.ts';
import { isConnected } from '../agents/agent-words.ts';

/** What the agents of a service made of one breakpoint. */
export interface BreakpointSpread {
  readonly agents: number;
  /** Agents where it is in place (installed or emitting). */
  readonly inPlace: number;
  /** How far it came, the furthest first, without what is true of no agent. */
  readonly stages: readonly { readonly state: WorkingState; readonly agents: number }[];
  /** Why it cannot capture, and on how many agents. */
  readonly refusals: readonly { readonly reason: string; readonly agents: number }[];
}

type WorkingState = Exclude<BreakpointState, 'error'>;

const STAGES: readonly WorkingState[] = ['emitting', 'installed', 'waiting', 'received'];

/** Counts the agents by what they made of the breakpoint. What one that is gone said of it counts no more. */
export function spreadOf(breakpointId: string, agents: readonly AgentSummary[]): BreakpointSpread {
  const statuses = agents
    .filter(isConnected)
    .flatMap(({ breakpoints }) => breakpoints.filter((status) => status.breakpointId === breakpointId));
  const reasons = statuses.flatMap(({ state, reason }) => (state === 'error' ? [reason ?? ''] : []));
  const count = (state: BreakpointState): number =>
    statuses.filter((status) => status.state === state).length;
  return {
    agents: agents.filter(({ connectionLostAt }) => connectionLostAt === null).length,
    inPlace: count('installed') + count('emitting'),
    stages: STAGES.map((state) => ({ state, agents: count(state) })).filter((stage) => stage.agents > 0),
    refusals: [...new Set(reasons)].map((reason) => ({
      reason,
      agents: reasons.filter((other) => other === reason).length,
    })),
  };
}

/** Whether a breakpoint can still capture. */
export type BreakpointLife =
  | { readonly state: 'armed' | 'off' | 'spent' | 'expired' }
  | { readonly state: 'expiring'; readonly leftMs: number };

/** What stands in the way of a capture, as far as the control server knows. */
export function lifeOf(breakpoint: BreakpointResource, nowMs: number): BreakpointLife {
  const expiresMs = breakpoint.expireAt === null ? null : Date.parse(breakpoint.expireAt);
  if (expiresMs !== null && expiresMs <= nowMs) return { state: 'expired' };
  if (breakpoint.maxCaptures > 0 && breakpoint.captureCount >= breakpoint.maxCaptures)
    return { state: 'spent' };
  if (!breakpoint.enabled) return { state: 'off' };
  return expiresMs === null ? { state: 'armed' } : { state: 'expiring', leftMs: expiresMs - nowMs };
}

/** What a breakpoint is called: its label, or its place. */
export function breakpointName(breakpoint: BreakpointResource): string {
  const { label, filePath, lineNumber, columnNumber } = breakpoint;
  return label ?? fullPlace(filePath, lineNumber, columnNumber);
}

/** The same where there is little room: of a path only the end. */
export function breakpointTitle({ label, filePath, lineNumber, columnNumber }: BreakpointResource): string {
  return label ?? shortPlace(filePath, lineNumber, columnNumber);
}
