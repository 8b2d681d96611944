import type { LabelTotals } from '../../src/protocol/api.ts';
import { isDropReason } from '../../src/protocol/drop-reason.ts';
import type { DropReason } from '../../src/protocol/drop-reason.ts';
import type { LabelCounts } from '../../src/protocol/label-counts.ts';

interface OpenTotals {
  readonly label: string;
  captured: number;
  stored: number;
  spooled: number;
  readonly dropped: Partial<Record<DropReason, number>>;
  agents: number;
}

/**
 * Adds up what agents counted, by label, in the order of the labels. In place: a thousand agents with hundreds of labels
 * each must not hold up the streams for long.
 */
export function addUpLabels(agents: readonly ReadonlyMap<string, LabelCounts>[]): LabelTotals[] {
  const totals = new Map<string, OpenTotals>();
  for (const labels of agents) {
    for (const [label, counts] of labels) {
      let sum = totals.get(label);
      if (sum === undefined) {
        sum = { label, captured: 0, stored: 0, spooled: 0, dropped: {}, agents: 0 };
        totals.set(label, sum);
      }
      sum.agents += 1;
      sum.captured = add(sum.captured, counts.captured);
      sum.stored = add(sum.stored, counts.stored);
      sum.spooled = add(sum.spooled, counts.spooled);
      for (const reason in counts.dropped) {
        if (!isDropReason(reason)) continue;
        sum.dropped[reason] = add(sum.dropped[reason] ?? 0, counts.dropped[reason] ?? 0);
      }
    }
  }
  return [...totals.values()].toSorted((a, b) => (a.label < b.label ? -1 : 1));
}

/** Agents may claim any number; what is answered stays a whole one. */
function add(a: number, b: number): number {
  return Math.min(a + b, Number.MAX_SAFE_INTEGER);
}
