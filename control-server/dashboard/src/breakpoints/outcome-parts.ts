import type { AgentSummary, LabelTotals } from '../../../../src/protocol/api.ts';
import { dropLines } from '../agents/agent-words.ts';
import type { DropOutcome } from '../agents/agent-words.ts';
import { formatCount } from '../../../wording/quantity.ts';
import { formatAge } from '../../../wording/time.ts';

/**
 * What a label's calls came to. Not `captured`: of what was captured some is lost on its way, and would be counted under its
 * reason as well.
 */
export type CallOutcomes = Pick<LabelTotals, 'stored' | 'spooled' | 'dropped'>;

/** One share of the calls: those that came through, or those that did not for one reason. */
export interface OutcomePart {
  /** `stored`, `kept in files`, or the reason. */
  readonly name: string;
  readonly outcome: 'stored' | DropOutcome;
  readonly words: string;
  readonly count: number;
  /** How strong its colour is, so that neighbours differ: 1 for the first of its kind. */
  readonly strength: number;
}

const STRENGTHS = [1, 0.7, 0.5, 0.38, 0.3];
const WEAKEST = 0.24;

/** The shares: stored, then suppressed and lost by reason, the most frequent first. */
export function outcomeParts({ stored, spooled, dropped }: CallOutcomes): OutcomePart[] {
  const lines = dropLines(dropped);
  const ofKind = (outcome: DropOutcome): OutcomePart[] =>
    lines
      .filter((line) => line.outcome === outcome)
      .map(({ reason, words, count }, index) => ({
        name: reason,
        outcome,
        words,
        count,
        strength: STRENGTHS[index] ?? WEAKEST,
      }));
  const through: readonly OutcomePart[] = [
    {
      name: 'stored',
      outcome: 'stored',
      words: 'became a snapshot or a log line',
      count: stored,
      strength: 1,
    },
    {
      name: 'kept in files',
      outcome: 'stored',
      words: 'waits beside the service to be sent',
      count: spooled,
      strength: 0.6,
    },
  ];
  return [...through.filter(({ count }) => count > 0), ...ofKind('suppressed'), ...ofKind('lost')];
}

/** Several labels together. */
export function addUpOutcomes(all: readonly CallOutcomes[]): CallOutcomes {
  const dropped: Record<string, number> = {};
  for (const outcomes of all) {
    for (const { reason, count } of dropLines(outcomes.dropped)) {
      dropped[reason] = (dropped[reason] ?? 0) + count;
    }
  }
  return {
    stored: all.reduce((sum, { stored }) => sum + stored, 0),
    spooled: all.reduce((sum, { spooled }) => sum + spooled, 0),
    dropped,
  };
}

/** Whose counts these are: `counted by 2 agents, each since it started, the first one 3 h ago`. */
export function countedBy(agents: readonly AgentSummary[], nowMs: number): string {
  const starts = agents.flatMap(({ status }) => (status === null ? [] : [status.startedAt])).toSorted();
  const [first] = starts;
  if (first === undefined) return '';
  const age = formatAge(first, nowMs);
  return starts.length === 1
    ? `counted by one agent since it started, ${age}`
    : `counted by ${formatCount(starts.length)} agents, each since it started, the first one ${age}`;
}
