import { expect, it } from 'vitest';
import { ApiError } from '../../../control-server/dashboard/src/api-request.ts';
import {
  nameThem,
  refusedChanges,
} from '../../../control-server/dashboard/src/breakpoints/refused-changes.ts';
import { aBreakpointResource } from '../../helpers/a-breakpoint.ts';

const named = (...labels: readonly string[]) => labels.map((label) => aBreakpointResource({ label }));

it('names breakpoints while they are three at most', () => {
  expect(nameThem(named('a'))).toBe('“a”');
  expect(nameThem(named('a', 'b'))).toBe('“a” and “b”');
  expect(nameThem(named('a', 'b', 'c'))).toBe('“a”, “b” and “c”');
  expect(nameThem(named('a', 'b', 'c', 'd'))).toBe('4 breakpoints');
});

it('says of every breakpoint that could not be changed why, those of one reason together', () => {
  const failures = [
    [412, 'version_mismatch', 'Changed.'],
    [404, 'breakpoint_not_found', 'There is no breakpoint with this id.'],
    [412, 'version_mismatch', 'Changed.'],
    [403, 'not_allowed', 'This needs the role "operator". Ask an administrator.'],
  ] as const;
  const text = refusedChanges(
    failures.map(([status, code, detail], index) => ({
      item: aBreakpointResource({ label: 'abcd'.charAt(index) }),
      error: new ApiError(status, code, detail),
    })),
    'switched back on',
  );
  expect(text.split(/(?<=\.) (?=“)/)).toEqual([
    '“a” and “c” could not be switched back on: changed meanwhile by somebody else.',
    '“b” could not be switched back on: deleted meanwhile by somebody else.',
    '“d” could not be switched back on: This needs the role "operator". Ask an administrator.',
  ]);
});
