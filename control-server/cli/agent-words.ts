import type { AgentSummary } from '../../src/protocol/api.ts';
import { toPlainLine } from './plain-text.ts';

/** What the agents say of one breakpoint. */
export interface AgentWords {
  /** Such as `emitting 2, waiting 1`; empty when none says anything. */
  readonly summary: string;
  /** Why it waits or cannot be set, each reason once. */
  readonly reasons: readonly string[];
}

const NOTHING: AgentWords = { summary: '', reasons: [] };

/** What agents say of breakpoints, by the id of the breakpoint. What one that is gone said of them counts no more. */
export function readAgentWords(agents: readonly AgentSummary[]): (breakpointId: string) => AgentWords {
  const counts = new Map<string, Map<string, number>>();
  const reasons = new Map<string, Set<string>>();
  const heard = agents.filter((agent) => !agent.unknown && typeof agent.connectionLostAt !== 'string');
  for (const { breakpoints } of heard) {
    for (const { breakpointId, state, reason } of breakpoints) {
      const states = counts.get(breakpointId) ?? new Map<string, number>();
      counts.set(breakpointId, states.set(state, (states.get(state) ?? 0) + 1));
      if (reason !== null) reasons.set(breakpointId, (reasons.get(breakpointId) ?? new Set()).add(reason));
    }
  }
  return (breakpointId) => {
    const states = counts.get(breakpointId);
    if (states === undefined) return NOTHING;
    return {
      summary: [...states].map(([state, count]) => `${state} ${count}`).join(', '),
      reasons: [...(reasons.get(breakpointId) ?? [])].map(toPlainLine),
    };
  };
}
