import type { BreakpointActivity } from '../../../../src/protocol/agent-event.ts';
import type { AgentSummary } from '../../../../src/protocol/api.ts';
import { countOf, formatCount } from '../../../wording/quantity.ts';

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

/** What became of the hits: `3 captured · 9 suppressed`. */
export function outcomeWords({ hits, captured, suppressed }: BreakpointActivity): string {
  if (hits === 0) return 'no hits yet';
  const isAll = suppressed === 0;
  return `${formatCount(captured)} captured${isAll ? '' : ` · ${formatCount(suppressed)} suppressed`}`;
}

/** How many there were and what they cost: `12 hits took 1.2 ms`; the empty string without any. */
export function costWords({ hits, spentMs }: BreakpointActivity): string {
  if (hits === 0) return '';
  const spent = spentMs < 10 ? spentMs.toFixed(1) : formatCount(Math.round(spentMs));
  return `${countOf(hits, 'hit')} took ${spent}\u00a0ms`;
}

/** `3 captured · 9 suppressed · 12 hits took 1.2 ms`. */
export function activityWords(activity: BreakpointActivity): string {
  return [outcomeWords(activity), costWords(activity)].filter((words) => words !== '').join(' · ');
}
