import type { BreakpointResource } from '../../../../src/protocol/api.ts';
import { DEFAULT_LIMITS, HARD_LIMITS, MIN_PAYLOAD_BYTES } from '../../../../src/protocol/limits.ts';
import { formatCount } from '../../../wording/quantity.ts';
import type { BreakpointDraft, DraftProblems } from './breakpoint-draft.ts';

/** How much of the program one capture of a breakpoint may take; each may be left to the service. */
export type CopyLimit = 'stackDepth' | 'maxDepth' | 'maxPayloadBytes';

/** One of them, for the form. */
export interface CopyLimitRange {
  readonly name: CopyLimit;
  readonly label: string;
  /** What a service does that sets nothing. */
  readonly usual: number;
  readonly least: number;
  readonly most: number;
}

/** All of them, in the order of the form. */
export const COPY_LIMITS: readonly CopyLimitRange[] = [
  {
    name: 'stackDepth',
    label: 'Stack frames',
    usual: DEFAULT_LIMITS.maxFrames,
    least: 1,
    most: HARD_LIMITS.maxFrames,
  },
  {
    name: 'maxDepth',
    label: 'Levels of variables',
    usual: DEFAULT_LIMITS.maxDepth,
    least: 1,
    most: HARD_LIMITS.maxDepth,
  },
  {
    name: 'maxPayloadBytes',
    label: 'Bytes of a snapshot',
    usual: DEFAULT_LIMITS.maxPayloadBytes,
    least: MIN_PAYLOAD_BYTES,
    most: HARD_LIMITS.maxPayloadBytes,
  },
];

/** What is wrong with those that were typed. */
export function copyLimitProblems(draft: Pick<BreakpointDraft, CopyLimit>): DraftProblems {
  return Object.fromEntries(
    COPY_LIMITS.filter((range) => !isWithin(draft[range.name].trim(), range)).map(({ name, least, most }) => [
      name,
      `Type a whole number from ${formatCount(least)} to ${formatCount(most)}, or nothing.`,
    ]),
  );
}

/** As a request has them: null for those that were left empty. Only for a draft without problems. */
export function copyLimitsOf(draft: Pick<BreakpointDraft, CopyLimit>): Record<CopyLimit, number | null> {
  const valueOf = (name: CopyLimit): number | null => {
    const typed = draft[name].trim();
    return typed === '' ? null : Number(typed);
  };
  return {
    stackDepth: valueOf('stackDepth'),
    maxDepth: valueOf('maxDepth'),
    maxPayloadBytes: valueOf('maxPayloadBytes'),
  };
}

/** As the form shows what a breakpoint has. */
export function typedLimitsOf(breakpoint: Pick<BreakpointResource, CopyLimit>): Record<CopyLimit, string> {
  const textOf = (name: CopyLimit): string => String(breakpoint[name] ?? '');
  return {
    stackDepth: textOf('stackDepth'),
    maxDepth: textOf('maxDepth'),
    maxPayloadBytes: textOf('maxPayloadBytes'),
  };
}

function isWithin(typed: string, { least, most }: CopyLimitRange): boolean {
  if (typed === '') return true;
  const value = Number(typed);
  return /^\d{1,9}$/.test(typed) && value >= least && value <= most;
}
