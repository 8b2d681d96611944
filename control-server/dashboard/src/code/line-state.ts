import type { AgentSummary, BreakpointResource } from '../../../../src/protocol/api.ts';
import { lifeOf } from '../breakpoints/breakpoint-state.ts';

/** What becomes of a breakpoint in the running instances, as the margin shows it. */
export type LineState = 'pending' | 'waiting' | 'active' | 'throttled' | 'error' | 'expired' | 'off';

/** What a state means, for people. */
export const LINE_STATE_WORDS: Readonly<Record<LineState, string>> = {
  pending: 'Pending: no instance has said yet what it made of it',
  waiting: 'Waiting: no instance has loaded this file yet',
  active: 'Active: calls of this line are captured',
  throttled: 'Throttled: it is looked at less often, so that it costs no more than it may',
  error: 'Error: no instance can capture here',
  expired: 'Expired: its time is over, or it captured as often as it may',
  off: 'Off',
};

/**
 * The state of a breakpoint over all instances: active or throttled when any of them captures it, an error when none
 * does and one says why.
 */
export function lineState(
  breakpoint: BreakpointResource,
  agents: readonly AgentSummary[],
  nowMs: number,
): LineState {
  const life = lifeOf(breakpoint, nowMs);
  if (life.state === 'expired' || life.state === 'spent') return 'expired';
  if (life.state === 'off') return 'off';
  const reports = agents.flatMap((agent) =>
    agent.breakpoints.filter(({ breakpointId }) => breakpointId === breakpoint.id),
  );
  const inPlace = reports.filter(({ state }) => state === 'installed' || state === 'emitting');
  if (inPlace.length > 0) {
    return inPlace.every(({ reason }) => reason?.startsWith('throttled') === true) ? 'throttled' : 'active';
  }
  if (reports.some(({ state }) => state === 'error')) return 'error';
  return reports.some(({ state }) => state === 'waiting') ? 'waiting' : 'pending';
}
