import type { AgentSummary, BreakpointResource } from '../../../../src/protocol/api.ts';
import type { LineMark } from '../source/line-mark.ts';
import { countOf } from '../text/quantity.ts';
import { LINE_STATE_WORDS, lineState } from './line-state.ts';
import { meansFile } from './same-file.ts';

/** What stands in the margin of one line, and the breakpoints that it stands for. */
export interface MarkedLine extends LineMark {
  /** The one that a click takes away; null while the line has labels only. */
  readonly breakpoint: BreakpointResource | null;
  /** Further line breakpoints, with other conditions or at other columns. */
  readonly others: number;
  readonly labels: readonly BreakpointResource[];
}

/** A file that is shown, and where its application lies. */
export interface ShownFile {
  readonly path: string;
  readonly root: string;
}

/** The marks of a file by line: its line breakpoints, and the labels that were captured there. */
export function markLines(
  file: ShownFile,
  breakpoints: readonly BreakpointResource[],
  agents: readonly AgentSummary[],
  leaving: ReadonlySet<string>,
  nowMs: number,
): ReadonlyMap<number, MarkedLine> {
  const here = breakpoints.filter(
    ({ lineNumber, filePath }) => lineNumber > 0 && meansFile(filePath, file.path, file.root),
  );
  const stateOf = (breakpoint: BreakpointResource): NonNullable<LineMark['state']> =>
    leaving.has(breakpoint.id) ? 'leaving' : lineState(breakpoint, agents, nowMs);
  return new Map(
    [...Map.groupBy(here, ({ lineNumber }) => lineNumber)].map(([lineNumber, standing]) => [
      lineNumber,
      describe(lineNumber, standing, stateOf),
    ]),
  );
}

function describe(
  lineNumber: number,
  standing: readonly BreakpointResource[],
  stateOf: (breakpoint: BreakpointResource) => NonNullable<LineMark['state']>,
): MarkedLine {
  const labels = standing.filter(({ label }) => label !== null);
  const [breakpoint = null, ...others] = standing.filter(({ label }) => label === null);
  const state = breakpoint === null ? null : stateOf(breakpoint);
  const labelNames = labels.map(({ label }) => label ?? '');
  const words = [
    ...(state === null ? [] : [state === 'leaving' ? 'Is being deleted' : LINE_STATE_WORDS[state]]),
    ...(others.length === 0 ? [] : [`and ${countOf(others.length, 'more breakpoint')}`]),
    ...labelNames.map((name) => `Label “${name}”`),
  ];
  return {
    lineNumber,
    state,
    labelNames,
    title: words.join('\n'),
    breakpoint,
    others: others.length,
    labels,
  };
}
