import type { BreakpointResource } from '../../../../src/protocol/api.ts';
import { ApiError } from '../api-request.ts';
import { countOf } from '../../../wording/quantity.ts';
import { failureText } from '../ui/failure-text.ts';
import { breakpointTitle } from './breakpoint-state.ts';
import type { Failure } from './few-at-a-time.ts';

const MAX_NAMED = 3;
/** Of several names together; longer, and a message would cover a small screen. */
const MAX_NAMES_LENGTH = 120;

/** Which breakpoints could not be changed and why: a sentence for each reason. `what`: such as `switched on`. */
export function refusedChanges(failures: readonly Failure<BreakpointResource>[], what: string): string {
  return [...Map.groupBy(failures, ({ error }) => reasonOf(error))]
    .map(
      ([reason, refused]) => `${nameThem(refused.map(({ item }) => item))} could not be ${what}: ${reason}`,
    )
    .join(' ');
}

/** Breakpoints by their names, as long as they are few and these are short. */
export function nameThem(breakpoints: readonly BreakpointResource[]): string {
  if (breakpoints.length > MAX_NAMED) return countOf(breakpoints.length, 'breakpoint');
  const names = breakpoints.map((breakpoint) => `“${breakpointTitle(breakpoint)}”`);
  if (names.length < 2) return names.join('');
  const text = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return text.length > MAX_NAMES_LENGTH ? countOf(breakpoints.length, 'breakpoint') : text;
}

function reasonOf(error: unknown): string {
  if (error instanceof ApiError && error.status === 412) return 'changed meanwhile by somebody else.';
  if (error instanceof ApiError && error.status === 404) return 'deleted meanwhile by somebody else.';
  return failureText(error);
}
