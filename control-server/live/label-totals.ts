import type { LabelTotals } from '../../src/protocol/api.ts';
import { addCounts } from '../../src/protocol/label-counts.ts';
import type { LabelCounts } from '../../src/protocol/label-counts.ts';

/** Adds up what agents counted, by label, in the order of the labels. */
export function addUpLabels(agents: readonly ReadonlyMap<string, LabelCounts>[]): LabelTotals[] {
  const totals = new Map<string, LabelTotals>();
  for (const labels of agents) {
    for (const [label, counts] of labels) {
      const sum = totals.get(label);
      totals.set(
        label,
        sum === undefined
          ? { label, ...counts, agents: 1 }
          : { label, ...addCounts(sum, counts), agents: sum.agents + 1 },
      );
    }
  }
  return [...totals.values()].toSorted((a, b) => (a.label < b.label ? -1 : 1));
}
