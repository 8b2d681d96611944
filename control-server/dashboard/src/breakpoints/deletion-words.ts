import type { BreakpointResource } from '../../../../src/protocol/api.ts';
import { nameThem } from './refused-changes.ts';

/** What is about to happen, and whether it lasts: a label registers itself again, a line does not. */
export function deletionWords(breakpoints: readonly BreakpointResource[]): string {
  const labels = breakpoints.filter(({ label }) => label !== null).length;
  const isOne = labels === 1 && breakpoints.length === 1;
  return [
    `Deleting ${nameThem(breakpoints)} in a few seconds.`,
    'Running processes stop capturing there.',
    ...(labels === 0
      ? []
      : [`${isOne ? 'The label comes' : 'Labels come'} back when a process starts anew.`]),
  ].join(' ');
}
