import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';

/** What people send who look for a hole. */
export const HOSTILE_TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\r\nX-Injected: yes',
  '\u001b[2J',
  '\u2028',
  '../../../../etc/passwd',
  '..%2f..%2f',
  '%00',
  '%',
  '%zz',
  "' OR 1=1 --",
  '") UNION ALL VALUES (1) --',
  '%_%',
  '*',
  '"*" NEAR(a b)',
  '__proto__',
  'constructor',
  'toString',
  '<script>alert(1)</script>',
  'javascript:alert(1)',
  'http://169.254.169.254/',
  '{{7*7}}',
  '(a+)+$',
  'a'.repeat(300),
  'ä'.repeat(70_000),
  '9007199254740993',
  '-1',
  '1e400',
  'NaN',
  '0x10',
  '2026-13-45T99:99:99Z',
  '+275760-09-13T00:00:00.001Z',
  '"1"',
  'null',
  'sn-zzzzzzzzzzz',
];

/** A value where something else was expected. */
export const hostileValue: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    0.5,
    1e308,
    -0,
    Number.MAX_SAFE_INTEGER + 2,
    [],
    {},
    [[]],
    [null],
  ),
  fc.constant(null).map(() => nested(200)),
  fc.constant(null).map(() => Array.from({ length: 5_000 }, () => 'x')),
  fc
    .constant(null)
    .map((): unknown => JSON.parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{}}}')),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.jsonValue(),
);

/** A body that is no JSON, or JSON that is hard on who reads it. */
export const hostileBody: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    '{',
    '[]',
    'null',
    '"text"',
    '{"a":1,"a":2}',
    '{"__proto__":{"isAdmin":true}}',
    '{"constructor":{"prototype":{"isAdmin":true}}}',
    '\ufeff{}',
    '{"a":1e999}',
    `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    `{"a":"${'x'.repeat(1_100_000)}"}`,
    '\u0000',
  ),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

function nested(levels: number): unknown {
  let value: unknown = 'x';
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}
