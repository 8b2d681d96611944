import type { AgentSummary, BreakpointResource } from '../../../../src/protocol/api.ts';
import type { LineMark } from '../source/line-mark.ts';
import { LINE_STATE_WORDS, lineState } from './line-state.ts';
import { meansFile } from './same-file.ts';

/** What stands in the margin of one line, and the breakpoints that it stands for. */
export interface MarkedLine extends LineMark {
  /** The one that a click takes away; null while the line has labels only. */
  readonly breakpoint: BreakpointResource | null;
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
  const marked = new Map<number, MarkedLine>();
  for (const breakpoint of breakpoints) {
    const { lineNumber, label } = breakpoint;
    if (lineNumber < 1 || !meansFile(breakpoint.filePath, file.path, file.root)) continue;
    const known = marked.get(lineNumber) ?? NOTHING;
    marked.set(
      lineNumber,
      describe(
        lineNumber,
        label === null ? (known.breakpoint ?? breakpoint) : known.breakpoint,
        label === null ? known.labels : [...known.labels, breakpoint],
        agents,
        leaving,
        nowMs,
      ),
    );
  }
  return marked;
}

const NOTHING: Pick<MarkedLine, 'breakpoint' | 'labels'> = { breakpoint: null, labels: [] };

function describe(
  lineNumber: number,
  breakpoint: BreakpointResource | null,
  labels: readonly BreakpointResource[],
  agents: readonly AgentSummary[],
  leaving: ReadonlySet<string>,
  nowMs: number,
): MarkedLine {
  const state =
    breakpoint === null
      ? null
      : leaving.has(breakpoint.id)
        ? 'leaving'
        : lineState(breakpoint, agents, nowMs);
  const words = [
    ...(state === null ? [] : [state === 'leaving' ? 'Being deleted' : LINE_STATE_WORDS[state]]),
    ...labels.map(({ label }) => `Label “${label ?? ''}”`),
  ];
  return {
    lineNumber,
    state,
    labelNames: labels.map(({ label }) => label ?? ''),
    title: words.join('\n'),
    breakpoint,
    labels,
  };
}
