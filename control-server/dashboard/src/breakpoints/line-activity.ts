import type { BreakpointActivity } from '../../../../src/protocol/agent-event.ts';
import type { AgentSummary } from '../../../../src/protocol/api.ts';
import { countOf, formatCount } from '../text/quantity.ts';

/** What a line breakpoint did in all agents together since each heard of it; null where none says. */
export function lineActivity(
  breakpointId: string,
  agents: readonly AgentSummary[],
): BreakpointActivity | null {
  const said = agents.flatMap(({ breakpoints }) =>
    breakpoints.flatMap((status) => (status.breakpointId === breakpointId ? (status.activity ?? []) : [])),
  );
  if (said.length === 0) return null;
  const sum = (pick: (activity: BreakpointActivity) => number): number =>
    said.reduce((total, activity) => total + pick(activity), 0);
  return {
    hits: sum(({ hits }) => hits),
    captured: sum(({ captured }) => captured),
    suppressed: sum(({ suppressed }) => suppressed),
    spentMs: sum(({ spentMs }) => spentMs),
  };
}

/** `12 hits · 3 captured · 9 suppressed · took 1.2 ms`. */
export function activityWords({ hits, captured, suppressed, spentMs }: BreakpointActivity): string {
  if (hits === 0) return 'no hits yet';
  const spent = spentMs < 10 ? spentMs.toFixed(1) : formatCount(Math.round(spentMs));
  return [
    countOf(hits, 'hit'),
    `${formatCount(captured)} captured`,
    ...(suppressed > 0 ? [`${formatCount(suppressed)} suppressed`] : []),
    `took ${spent}\u00a0ms`,
  ].join(' · ');
}
