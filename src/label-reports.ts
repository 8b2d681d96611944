import { addCounts } from './protocol/label-counts.ts';
import type { LabelCounts, LabelReport } from './protocol/label-counts.ts';

/** Decides which labels a report tells of, so that it stays small: those whose counts the server has not taken yet. */
export interface LabelReports {
  /**
   * The labels of the next report: at most 200, those first that waited longest. Labels that are one on the wire are one
   * here too. Asked again without {@link LabelReports.taken} in between, it gives them again.
   */
  next(byLabel: Readonly<Record<string, LabelCounts>>): LabelReport[];
  /** The server took what `next` gave last. */
  taken(): void;
  /** The server may know nothing of what it took: everything is told again. */
  forget(): void;
}

/** 200 of the longest labels are less than half of what the server takes in one request. */
const MAX_LABELS_PER_REPORT = 200;
/**
 * What was told is told again after so many reports (five minutes at the usual pace): the server keeps it in memory only,
 * and may have lost it unnoticed.
 */
const REPEAT_AFTER_REPORTS = 20;

interface Told {
  /** The counts that the server took, as text; null when it may know nothing of them any more. */
  counts: string | null;
  /** Which report told of them last: a label that changes all the time must not hold up the others. */
  readonly turn: number;
}

/** @param wireLabelOf what the server calls a label */
export function createLabelReports(wireLabelOf: (label: string) => string): LabelReports {
  const told = new Map<string, Told>();
  let given: readonly LabelReport[] = [];
  let turn = 0;

  const turnOf = ({ label }: LabelReport): number => told.get(label)?.turn ?? 0;

  function isDue(report: LabelReport): boolean {
    const known = told.get(report.label);
    return (
      known === undefined || known.counts !== textOf(report) || turn - known.turn >= REPEAT_AFTER_REPORTS
    );
  }

  return {
    next(byLabel) {
      given = addUp(byLabel, wireLabelOf)
        .filter(isDue)
        .toSorted((a, b) => turnOf(a) - turnOf(b))
        .slice(0, MAX_LABELS_PER_REPORT);
      return [...given];
    },
    taken() {
      turn += 1;
      for (const report of given) told.set(report.label, { counts: textOf(report), turn });
      given = [];
    },
    forget() {
      given = [];
      for (const entry of told.values()) entry.counts = null;
    },
  };
}

function addUp(
  byLabel: Readonly<Record<string, LabelCounts>>,
  wireLabelOf: (label: string) => string,
): LabelReport[] {
  const sums = new Map<string, LabelReport>();
  for (const [name, counts] of Object.entries(byLabel)) {
    const label = wireLabelOf(name);
    const sum = sums.get(label);
    sums.set(label, sum === undefined ? { label, ...counts } : { label, ...addCounts(sum, counts) });
  }
  return [...sums.values()];
}

function textOf({ captured, stored, dropped }: LabelReport): string {
  return JSON.stringify([captured, stored, dropped]);
}
