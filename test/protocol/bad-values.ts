import { expect } from 'vitest';

/** Everything that a field on the wire is not supposed to hold, as JSON.parse or a program can make it. */
export const BAD_VALUES: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  1.5,
  NaN,
  1e300,
  Infinity,
  '',
  ' ',
  '0',
  'null',
  '\u0000',
  '\ud800',
  'x'.repeat(100_000),
  [],
  [null],
  [[]],
  [{}],
  {},
  { id: {} },
  { length: 3 },
  JSON.parse('{"__proto__":{"id":"polluted"},"constructor":1}'),
  Object.create(null),
  Symbol('x'),
  10n,
  (): void => {},
  new Date(NaN),
  new Map(),
];

/**
 * Calls a parser with every bad value by itself, then with a good value in which each field in turn holds each of them.
 * @returns what the parser made of the damaged values, under the name of the field
 */
export function expectToSurvive<Parsed>(
  parse: (value: unknown) => Parsed,
  good: Readonly<Record<string, unknown>>,
): Map<string, Parsed[]> {
  const results = new Map<string, Parsed[]>();
  for (const bad of BAD_VALUES) expect(() => parse(bad)).not.toThrow();
  for (const field of Object.keys(good)) {
    results.set(
      field,
      BAD_VALUES.map((bad) => parse({ ...good, [field]: bad })),
    );
  }
  return results;
}
