import type { AgentSummary, BreakpointResource } from '../../../../src/protocol/api.ts';
import { isConnected } from '../agents/agent-words.ts';
import { lifeOf } from '../breakpoints/breakpoint-state.ts';

/** What becomes of a breakpoint in the running instances, as the margin shows it. */
export type LineState =
  'pending' | 'waiting' | 'active' | 'throttled' | 'error' | 'expired' | 'off' | 'stopped' | 'silent';

/** What a state means, for people. */
export const LINE_STATE_WORDS: Readonly<Record<LineState, string>> = {
  pending: 'Pending: no instance has said yet what it made of it',
  waiting: 'Waiting: no instance has loaded this file yet',
  active: 'Active: calls of this line are captured',
  throttled: 'Throttled: it is looked at less often, so that it costs no more than it may',
  error: 'Error: no instance can capture here',
  expired: 'Expired: its time is over, or it captured as often as it may',
  off: 'Off',
  stopped: 'Stopped: capture is stopped, by a kill switch or a circuit breaker',
  silent: 'No answer: no instance is connected that could say what it makes of it',
};

/**
 * The state of a breakpoint over all instances: active or throttled when any of them captures it, an error when none
 * does and one says why. What an instance said before it was stopped, or went away, is true no more.
 * @param isStopped a kill switch of the service, or of everything, is on
 */
export function lineState(
  breakpoint: BreakpointResource,
  agents: readonly AgentSummary[],
  isStopped: boolean,
  nowMs: number,
): LineState {
  const life = lifeOf(breakpoint, nowMs);
  if (life.state === 'expired' || life.state === 'spent') return 'expired';
  if (life.state === 'off') return 'off';
  if (isStopped) return 'stopped';
  const connected = agents.filter(isConnected);
  if (connected.length === 0) return 'silent';
  const capturing = connected.filter(({ status }) => status === null || status.capture === 'running');
  if (capturing.length === 0) return 'stopped';
  const reports = capturing.flatMap((agent) =>
    agent.breakpoints.filter(({ breakpointId }) => breakpointId === breakpoint.id),
  );
  const inPlace = reports.filter(({ state }) => state === 'installed' || state === 'emitting');
  if (inPlace.length > 0) {
    return inPlace.every(({ reason }) => reason?.startsWith('throttled') === true) ? 'throttled' : 'active';
  }
  if (reports.some(({ state }) => state === 'error')) return 'error';
  return reports.some(({ state }) => state === 'waiting') ? 'waiting' : 'pending';
}
