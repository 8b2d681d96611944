import { formatTable } from './harness.ts';

/** What is promised, beside what was measured. */
export interface Goal {
  readonly what: string;
  readonly measured: string;
  readonly promised: string;
  readonly isKept: boolean;
}

/** The goals as a table; `README.md` quotes some of its rows. */
export function formatGoals(goals: readonly Goal[]): string {
  return formatTable(
    ['what', 'measured', 'promised', 'kept'],
    goals.map(({ what, measured, promised, isKept }) => [what, measured, promised, isKept ? 'yes' : 'no']),
  );
}

/** What one bench came to. */
export interface Section {
  /** Markdown, with a heading of the second level. */
  readonly text: string;
  readonly goals: readonly Goal[];
}

/** A goal whose figure must not be above the bound. */
export function atMost(
  what: string,
  measured: number,
  bound: number,
  format: (value: number) => string,
): Goal {
  return { what, measured: format(measured), promised: `≤ ${format(bound)}`, isKept: measured <= bound };
}

/** A goal whose figure must not be below the bound. */
export function atLeast(
  what: string,
  measured: number,
  bound: number,
  format: (value: number) => string,
): Goal {
  return { what, measured: format(measured), promised: `≥ ${format(bound)}`, isKept: measured >= bound };
}

/** `2.20 ×`. */
export function formatRatio(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}
