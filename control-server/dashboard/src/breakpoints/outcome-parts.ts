import type { LabelTotals } from '../../../../src/protocol/api.ts';
import { dropLines } from '../agents/agent-words.ts';
import type { DropOutcome } from '../agents/agent-words.ts';

/** What a label's calls came to. */
export type CallOutcomes = Pick<LabelTotals, 'captured' | 'dropped'>;

/** One share of the calls: those that were captured, or those that were not for one reason. */
export interface OutcomePart {
  /** `captured`, or the reason. */
  readonly name: string;
  readonly outcome: 'captured' | DropOutcome;
  readonly words: string;
  readonly count: number;
  /** How strong its colour is, so that neighbours differ: 1 for the first of its kind. */
  readonly strength: number;
}

const STRENGTHS = [1, 0.7, 0.5, 0.38, 0.3];
const WEAKEST = 0.24;

/** The shares: captured, then suppressed and lost by reason, the most frequent first. */
export function outcomeParts({ captured, dropped }: CallOutcomes): OutcomePart[] {
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
  return [
    ...(captured > 0
      ? [
          {
            name: 'captured',
            outcome: 'captured' as const,
            words: 'became a snapshot or a log line',
            count: captured,
            strength: 1,
          },
        ]
      : []),
    ...ofKind('suppressed'),
    ...ofKind('lost'),
  ];
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
    captured: all.reduce((sum, { captured }) => sum + captured, 0),
    dropped,
  };
}
