import type { AgentSummary, BreakpointResource } from '../../../../src/protocol/api.ts';
import type { LineMark, MarkState } from '../source/line-mark.ts';
import { countOf } from '../../../wording/quantity.ts';
import { LINE_STATE_WORDS, lineState } from './line-state.ts';
import { meansFile } from './same-file.ts';

/** A line breakpoint, and how it stands. */
export interface PlacedBreakpoint {
  readonly breakpoint: BreakpointResource;
  readonly state: MarkState;
}

/** What stands in the margin of one line, and the breakpoints that it stands for. */
export interface MarkedLine extends LineMark {
  /** Its line breakpoints: those of the whole line, then by column. Several have other conditions, or other columns. */
  readonly placed: readonly PlacedBreakpoint[];
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
  isStopped: boolean,
  nowMs: number,
): ReadonlyMap<number, MarkedLine> {
  const here = breakpoints.filter(
    ({ lineNumber, filePath }) => lineNumber > 0 && meansFile(filePath, file.path, file.root),
  );
  const stateOf = (breakpoint: BreakpointResource): MarkState =>
    leaving.has(breakpoint.id) ? 'leaving' : lineState(breakpoint, agents, isStopped, nowMs);
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
  stateOf: (breakpoint: BreakpointResource) => MarkState,
): MarkedLine {
  const labels = standing.filter(({ label }) => label !== null);
  const placed = standing
    .filter(({ label }) => label === null)
    .toSorted((a, b) => (a.columnNumber ?? 0) - (b.columnNumber ?? 0))
    .map((breakpoint) => ({ breakpoint, state: stateOf(breakpoint) }));
  // What stays says more of the line than what goes.
  const first = placed.find(({ state }) => state !== 'leaving') ?? placed[0];
  const labelNames = labels.map(({ label }) => label ?? '');
  const words = [
    ...(first === undefined ? [] : [markWords(first.state)]),
    ...(placed.length > 1 ? [`and ${countOf(placed.length - 1, 'more breakpoint')}`] : []),
    ...labelNames.map((name) => `Label “${name}”`),
  ];
  return {
    lineNumber,
    state: first?.state ?? null,
    labelNames,
    columns: placed.flatMap(({ breakpoint: { columnNumber }, state }) =>
      columnNumber === undefined
        ? []
        : [{ columnNumber, state, title: `Column ${columnNumber}: ${markWords(state)}` }],
    ),
    title: words.join('\n'),
    placed,
    labels,
  };
}

/** A mark in words. */
export function markWords(state: MarkState): string {
  return state === 'leaving' ? 'Is being deleted' : LINE_STATE_WORDS[state];
}
