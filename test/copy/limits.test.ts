import { describe, expect, test } from 'vitest';
import type { CopiedValue } from '../../src/copy/captured-snapshot.ts';
import { copyValue } from '../../src/copy/copy-value.ts';
import { STRING_MARGIN, withScrubMargin } from '../../src/copy/margin.ts';
import { DEFAULT_LIMITS, HARD_LIMITS } from '../../src/protocol/limits.ts';
import type { CaptureLimits } from '../../src/protocol/limits.ts';

const clock = (): number => 0;

function copy(value: unknown, limits: Partial<CaptureLimits> = {}): CopiedValue {
  const copied = copyValue(value, { ...DEFAULT_LIMITS, ...limits }, clock);
  return { value: JSON.parse(JSON.stringify(copied.value)), marks: copied.marks };
}

function nested(levels: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < levels; level++) value = { n: value };
  return value;
}

function countdown(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));
}

describe('depth', () => {
  test('variables are depth 0: the container at the limit becomes [...], with how much it held', () => {
    expect(copy({ a: { b: { c: { d: 1, e: 2 } } } }, { maxDepth: 3 })).toEqual({
      value: { a: { b: { c: '[...]' } } },
      marks: [{ path: '/a/b/c', kind: 'object', reason: 'depth', size: 2 }],
    });
  });

  test('keeps scalars that stand at the limit', () => {
    expect(copy({ a: { b: { c: 1, d: new Date(0) } } }, { maxDepth: 3 }).value).toEqual({
      a: { b: { c: 1, d: '1970-01-01T00:00:00.000Z' } },
    });
  });

  test('a depth of 0 shows nothing but that there was something', () => {
    expect(copy({ a: 1 }, { maxDepth: 0 })).toEqual({
      value: '[...]',
      marks: [{ path: '', kind: 'object', reason: 'depth', size: 1 }],
    });
  });

  test('counts arrays, Maps, Sets, errors and typed arrays as levels, with their kind and size', () => {
    const value = { list: [1, 2], map: new Map([[1, 2]]), set: new Set([1]), bytes: new Uint8Array(3) };
    expect(copy(value, { maxDepth: 1 })).toEqual({
      value: { list: '[...]', map: '[...]', set: '[...]', bytes: '[...]' },
      marks: [
        { path: '/list', kind: 'array', reason: 'depth', size: 2 },
        { path: '/map', kind: 'map', reason: 'depth', size: 1 },
        { path: '/set', kind: 'set', reason: 'depth', size: 1 },
        { path: '/bytes', kind: 'typed_array', className: 'Uint8Array', reason: 'depth', size: 3 },
      ],
    });
  });

  test('10,000 levels are entered no further than the limit', () => {
    expect(copy(nested(10_000), { maxDepth: 10 }).marks).toEqual([
      { path: '/n/n/n/n/n/n/n/n/n/n', kind: 'object', reason: 'depth', size: 1 },
    ]);
  });
});

describe('elements', () => {
  const filled = (length: number): number[] => Array.from({ length }, () => 7);

  test.each([
    ['array', (count: number): unknown => filled(count)],
    ['set', (count: number): unknown => new Set(filled(count).map((_, index) => index))],
    ['map', (count: number): unknown => new Map(filled(count).map((_, index) => [index, index]))],
  ] as const)('an %s is whole at the limit and cut one beyond it', (kind, make) => {
    const whole = copy({ it: make(3) }, { maxElements: 3 });
    expect((whole.value as { it: unknown[] }).it).toHaveLength(3);
    expect(whole.marks.filter((mark) => mark.reason !== undefined)).toEqual([]);

    const cut = copy({ it: make(4) }, { maxElements: 3 });
    expect((cut.value as { it: unknown[] }).it).toHaveLength(3);
    expect(cut.marks).toEqual([{ path: '/it', kind, reason: 'collectionSize', size: 4 }]);
  });

  test('a typed array is cut like an array', () => {
    expect(copy(new Int8Array(4), { maxElements: 3 })).toEqual({
      value: [0, 0, 0],
      marks: [{ path: '', kind: 'typed_array', className: 'Int8Array', reason: 'collectionSize', size: 4 }],
    });
  });

  test('a sparse array of four thousand million is one mark and its first holes', () => {
    const sparse: number[] = [];
    sparse[4_000_000_000] = 1;
    const { value, marks } = copy(sparse, { maxElements: 2 });
    expect(value).toEqual([null, null]);
    expect(marks).toEqual([
      { path: '/0', kind: 'hole' },
      { path: '/1', kind: 'hole' },
      { path: '', kind: 'array', reason: 'collectionSize', size: 4_000_000_001 },
    ]);
  });
});

describe('properties', () => {
  test('an object is whole at the limit and cut one beyond it', () => {
    expect(copy(countdown(3), { maxProperties: 3 }).marks).toEqual([]);
    expect(copy(countdown(4), { maxProperties: 3 })).toEqual({
      value: { k0: 0, k1: 1, k2: 2 },
      marks: [{ path: '', kind: 'object', reason: 'propertyCount', size: 4 }],
    });
  });

  test('symbol keys count, and come after the text keys', () => {
    const value = { a: 1, [Symbol('s')]: 2, b: 3, [Symbol('t')]: 4 };
    expect(copy(value, { maxProperties: 3 })).toEqual({
      value: { a: 1, b: 3, 'Symbol(s)': 2 },
      marks: [
        { path: '/Symbol(s)', kind: 'symbol_key' },
        { path: '', kind: 'object', reason: 'propertyCount', size: 4 },
      ],
    });
  });

  test('two long keys with the same beginning stay two', () => {
    const { value } = copy({ aaaa1: 1, aaaa2: 2, aaaa: 3 }, { maxStringLength: 4 });
    expect(value).toEqual({ aaaa: 1, 'aaaa#2': 2, 'aaaa#3': 3 });
  });
});

describe('text', () => {
  test('is whole at the limit and cut one beyond it, with its length', () => {
    expect(copy('abcd', { maxStringLength: 4 })).toEqual({ value: 'abcd', marks: [] });
    expect(copy('abcde', { maxStringLength: 4 })).toEqual({
      value: 'abcd',
      marks: [{ path: '', kind: 'string', reason: 'stringLength', size: 5 }],
    });
  });

  test('is never cut into half a character', () => {
    expect(copy('abc😀d', { maxStringLength: 4 }).value).toBe('abc');
    expect(copy('abc😀d', { maxStringLength: 5 }).value).toBe('abc😀');
    expect(copy('äöü'.repeat(20), { maxStringLength: 50 }).value).toBe('äöü'.repeat(20).slice(0, 50));
  });

  test('keeps lone surrogates that the program itself has, wherever they are not at the cut', () => {
    const text = `${'x'.repeat(20)}\ud800${'y'.repeat(80)}`;
    expect(copy(text, { maxStringLength: 64 }).value).toBe(text.slice(0, 64));
  });

  test('cuts every kind that is shown as text, and says how much there was', () => {
    const value = {
      big: 12_345n,
      sym: Symbol('description'),
      re: /abcdefgh/,
      url: new URL('http://a.example/long'),
      box: Object('abcdefgh'),
      text: Buffer.from('abcdefgh'),
      bin: Buffer.from([0, 1, 2]),
    };
    const { value: shown, marks } = copy(value, { maxStringLength: 4 });
    expect(shown).toEqual({
      big: '1234',
      sym: 'Symbol(desc)',
      re: '/abcd/',
      url: 'http',
      box: 'abcd',
      text: 'abcd',
      bin: '\\x00',
    });
    expect(marks.map(({ reason, size }) => [reason, size])).toEqual([
      ['stringLength', 5],
      ['stringLength', 11],
      ['stringLength', 8],
      ['stringLength', 21],
      ['stringLength', 8],
      ['stringLength', 8],
      ['stringLength', 3],
    ]);
  });

  test('bytes are cut between whole UTF-8 characters', () => {
    expect(copy(Buffer.from('aä€😀'), { maxStringLength: 9 }).value).toBe('aä€');
    expect(copy(Buffer.from('aä€😀'), { maxStringLength: 10 }).value).toBe('aä€😀');
    expect(copy(Buffer.from('aä€'), { maxStringLength: 5 }).value).toBe('aä');
    expect(copy(Buffer.from('aä€'), { maxStringLength: 2 }).value).toBe('a');
  });

  test('a bigint is written out up to 8,192 bits, and left out beyond', () => {
    const largest = 2n ** 8_192n - 1n;
    expect(copy(largest, HARD_LIMITS).value).toBe(largest.toString());
    expect(copy(largest + 1n, HARD_LIMITS)).toEqual({
      value: '[...]',
      marks: [{ path: '', kind: 'bigint', reason: 'stringLength' }],
    });
  });

  test('the margin for the scrubber is kept beyond the limit', () => {
    const limits = withScrubMargin({ ...DEFAULT_LIMITS, maxStringLength: 10 });
    const { value } = copyValue('x'.repeat(10_000), limits, clock);
    expect(value).toHaveLength(10 + STRING_MARGIN);
  });
});
