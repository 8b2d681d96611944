import { expect, it } from 'vitest';
import { ApiError } from '../../../control-server/dashboard/src/api-request.ts';
import { deletionWords } from '../../../control-server/dashboard/src/breakpoints/deletion-words.ts';
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

it('names several breakpoints while their names fill 120 characters at most, and one always', () => {
  // Quotation marks and the word between them are 9 characters.
  expect(nameThem(named('a', 'b'.repeat(110)))).toBe(`“a” and “${'b'.repeat(110)}”`);
  expect(nameThem(named('a', 'b'.repeat(111)))).toBe('2 breakpoints');
  expect(nameThem(named('a'.repeat(200)))).toBe(`“${'a'.repeat(200)}”`);
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

it('says of a deletion that labels come back, and never that a line does', () => {
  const line = aBreakpointResource({ label: null, filePath: '/srv/shop/src/order.ts', lineNumber: 7 });
  const [label, other] = named('a', 'b');
  const words = (...breakpoints: (typeof line | undefined)[]) =>
    deletionWords(breakpoints.filter((known) => known !== undefined));
  expect(words(line)).toBe(
    'Deleting “src/order.ts:7” in a few seconds. Running processes stop capturing there.',
  );
  expect(words(label)).toBe(
    'Deleting “a” in a few seconds. Running processes stop capturing there. The label comes back when a process starts anew.',
  );
  expect(words(label, other)).toBe(
    'Deleting “a” and “b” in a few seconds. Running processes stop capturing there. Labels come back when a process starts anew.',
  );
  expect(words(line, label)).toBe(
    'Deleting “src/order.ts:7” and “a” in a few seconds. Running processes stop capturing there. Labels come back when a process starts anew.',
  );
});
