import { describe, expect, test } from 'vitest';
import {
  CUT_REASONS,
  encodeValueMark,
  escapePointer,
  parseValueMarks,
  VALUE_KINDS,
} from '../../src/protocol/value-mark.ts';
import type { ValueMark } from '../../src/protocol/value-mark.ts';
import { BAD_VALUES, expectToSurvive } from './bad-values.ts';

const overTheWire = (marks: readonly ValueMark[]): unknown =>
  JSON.parse(JSON.stringify(marks.map(encodeValueMark)));

describe('value marks', () => {
  test('come back equal, of every kind and for every reason', () => {
    const marks: ValueMark[] = [
      ...VALUE_KINDS.map((kind) => ({ path: `/${kind}`, kind })),
      ...CUT_REASONS.map((reason) => ({ path: '', kind: 'object' as const, reason, size: 0 })),
      { path: '/a~1b/0', kind: 'error', className: 'PaymentError', reason: 'depth', size: 5 },
    ];
    expect(parseValueMarks(overTheWire(marks))).toEqual(marks);
  });

  test('keep the empty path, which is the variables themselves', () => {
    expect(parseValueMarks([{ path: '', kind: 'undefined' }])).toEqual([{ path: '', kind: 'undefined' }]);
  });

  test('without a path or with an unknown kind are left out, the others stay', () => {
    const good = { path: '/a', kind: 'bigint' };
    expect(
      parseValueMarks([
        null,
        good,
        { kind: 'bigint' },
        { path: 1, kind: 'bigint' },
        { path: '/b', kind: 'new' },
      ]),
    ).toEqual([good]);
  });

  test('lose a reason, size or class name that is none', () => {
    const sent = { path: '/a', kind: 'object', reason: 'mood', size: -1, class_name: '' };
    expect(parseValueMarks([sent])).toEqual([{ path: '/a', kind: 'object' }]);
    expect(parseValueMarks([{ ...sent, size: 0, reason: 'depth' }])).toEqual([
      { path: '/a', kind: 'object', reason: 'depth', size: 0 },
    ]);
  });

  test('never throw', () => {
    for (const value of BAD_VALUES) expect(Array.isArray(parseValueMarks(value))).toBe(true);
    expectToSurvive((value) => parseValueMarks([value]), {
      path: '/a',
      kind: 'object',
      class_name: 'A',
      reason: 'depth',
      size: 1,
    });
  });
});

describe('a segment of a JSON Pointer', () => {
  test.each([
    ['plain', 'plain'],
    ['', ''],
    ['a/b', 'a~1b'],
    ['a~b', 'a~0b'],
    ['~1', '~01'],
    ['/~/~', '~1~0~1~0'],
  ])('%j is escaped as %j', (segment, escaped) => {
    expect(escapePointer(segment)).toBe(escaped);
  });
});
