import type { AgentSummary, BreakpointResource } from '../../../../src/protocol/api.ts';

/** What the agents of a service made of one breakpoint. */
export interface BreakpointSpread {
  readonly agents: number;
  /** Agents where it is in place (installed or emitting). */
  readonly inPlace: number;
  readonly errors: readonly { readonly agent: AgentSummary; readonly reason: string }[];
}

/** Counts the agents that have the breakpoint in place, and collects those that refuse it. */
export function spreadOf(breakpointId: string, agents: readonly AgentSummary[]): BreakpointSpread {
  const errors: { agent: AgentSummary; reason: string }[] = [];
  let inPlace = 0;
  for (const agent of agents) {
    const status = agent.breakpoints.find((candidate) => candidate.breakpointId === breakpointId);
    if (status?.state === 'installed' || status?.state === 'emitting') inPlace += 1;
    if (status?.state === 'error') errors.push({ agent, reason: status.reason ?? 'no reason given' });
  }
  return { agents: agents.length, inPlace, errors };
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
  return breakpoint.label ?? `${breakpoint.filePath}:${breakpoint.lineNumber}`;
}
