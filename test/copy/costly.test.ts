import { describe, expect, test } from 'vitest';
import { MAX_CHEAP_KEYS, MIN_TIMED_TEXT } from '../../src/copy/costly-value.ts';
import type { CopyResult } from '../../src/copy/costly-value.ts';
import { copyValue } from '../../src/copy/copy-value.ts';
import { DEFAULT_LIMITS } from '../../src/protocol/limits.ts';

const clock = (): number => 0;

function dictionary(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));
}

/** A clock that moves by so much at every reading. */
function ticking(stepMs: number): () => number {
  let nowMs = 0;
  return () => (nowMs += stepMs);
}

/** A copy for which so many milliseconds pass, and so many of them are work, whenever it asks. */
function copyTimed(value: unknown, wallMs: number, cpuMs: number): CopyResult {
  return copyValue(value, DEFAULT_LIMITS, ticking(wallMs), Number.POSITIVE_INFINITY, ticking(cpuMs));
}

describe('a copy says what it met that has no cheap bound', () => {
  test('an object of more own keys than can be collected cheaply', () => {
    const wide = dictionary(MAX_CHEAP_KEYS + 1);
    expect(copyValue({ wide }, DEFAULT_LIMITS, clock).costly).toEqual({
      cause: 'wide_object',
      size: MAX_CHEAP_KEYS + 1,
    });
    expect(copyValue({ some: dictionary(MAX_CHEAP_KEYS) }, DEFAULT_LIMITS, clock).costly).toBeNull();
  });

  test('several objects that have as many keys together, beyond those that are shown', () => {
    const { maxProperties } = DEFAULT_LIMITS;
    const half = MAX_CHEAP_KEYS / 2 + maxProperties;
    expect(copyValue([dictionary(half), dictionary(half)], DEFAULT_LIMITS, clock).costly).toBeNull();
    expect(copyValue([dictionary(half), dictionary(half + 1)], DEFAULT_LIMITS, clock).costly).toEqual({
      cause: 'wide_objects',
      size: MAX_CHEAP_KEYS + 1,
    });
  });

  test('an object of many symbols, also when it shows none of them', () => {
    const hidden = {};
    for (let index = 0; index <= MAX_CHEAP_KEYS; index++)
      Object.defineProperty(hidden, Symbol(), { value: 1 });
    expect(copyValue({ hidden }, DEFAULT_LIMITS, clock).costly).toEqual({
      cause: 'wide_object',
      size: MAX_CHEAP_KEYS + 1,
    });
  });

  test('a long text whose first read took long', () => {
    const { costly } = copyTimed({ text: 'x'.repeat(MIN_TIMED_TEXT) }, 1.5, 1.5);
    expect(costly).toEqual({ cause: 'joined_text', size: MIN_TIMED_TEXT });
  });

  test('a long text does not count when the thread stood still while it was read', () => {
    const text = 'x'.repeat(MIN_TIMED_TEXT);
    expect(copyTimed({ text }, 3_000, 1).costly).toBeNull();
    expect(copyTimed({ text }, 3_000, 1.5).costly).toEqual({ cause: 'joined_text', size: MIN_TIMED_TEXT });
  });

  test('a long text that was read at once does not count, nor does a shorter one', () => {
    const long = { text: 'x'.repeat(MIN_TIMED_TEXT) };
    expect(copyTimed(long, 1, 1.5).costly).toBeNull();
    const shorter = { text: 'x'.repeat(MIN_TIMED_TEXT - 1) };
    expect(copyTimed(shorter, 3, 3).costly).toBeNull();
  });

  test('only the first one', () => {
    const value = { text: 'x'.repeat(MIN_TIMED_TEXT), wide: dictionary(MAX_CHEAP_KEYS + 1) };
    expect(copyTimed(value, 1.5, 1.5).costly).toEqual({
      cause: 'joined_text',
      size: MIN_TIMED_TEXT,
    });
  });
});

describe('what has no cheap bound is paid for once', () => {
  const wide = (): object => dictionary(MAX_CHEAP_KEYS + 1);
  const deepest = { ...DEFAULT_LIMITS, maxDepth: 2 };

  test('after a wide object no keys are collected only to be counted', () => {
    const value = { list: [wide(), wide(), { a: 1 }], map: new Map([[1, wide()]]) };
    const { value: shown, marks, costly } = copyValue(value, deepest, clock);
    expect({ shown, marks, costly }).toEqual({
      shown: { list: ['[...]', '[...]', '[...]'], map: [[1, '[...]']] },
      marks: [
        { path: '/list/0', kind: 'object', reason: 'depth', size: MAX_CHEAP_KEYS + 1 },
        { path: '/list/1', kind: 'object', reason: 'depth' },
        { path: '/list/2', kind: 'object', reason: 'depth' },
        { path: '/map/0/1', kind: 'object', reason: 'depth' },
        { path: '/map', kind: 'map' },
      ],
      costly: { cause: 'wide_object', size: MAX_CHEAP_KEYS + 1 },
    });
  });

  test('the clock is read before the next object, which is left out when the first took all the time', () => {
    let readings = 0;
    const late = (): number => (readings++ === 0 ? 0 : 1_000);
    const { value, marks } = copyValue(
      Array.from({ length: 50 }, wide),
      { ...DEFAULT_LIMITS, maxProperties: 1 },
      late,
    );
    expect(value).toEqual([{ k0: 0 }, ...Array.from({ length: 49 }, () => '[...]')]);
    expect(marks).toEqual([
      { path: '/0', kind: 'object', reason: 'propertyCount', size: MAX_CHEAP_KEYS + 1 },
      ...Array.from({ length: 49 }, (_, index) => ({
        path: `/${index + 1}`,
        kind: 'object',
        reason: 'timeBudget',
      })),
    ]);
  });

  test('many objects that are not wide by themselves are counted up to a bound', () => {
    const { marks, costly } = copyValue(
      Array.from({ length: 50 }, () => dictionary(200)),
      { ...DEFAULT_LIMITS, maxDepth: 1 },
      clock,
    );
    expect(costly).toBeNull();
    expect(marks).toHaveLength(50);
    expect(marks[0]).toEqual({ path: '/0', kind: 'object', reason: 'depth', size: 200 });
    expect(marks[49]).toEqual({ path: '/49', kind: 'object', reason: 'depth' });
  });

  test('an error with very many fields is as costly as any other object', () => {
    const error = Object.assign(new Error('x'), wide());
    expect(copyValue({ error }, DEFAULT_LIMITS, clock).costly?.cause).toBe('wide_object');
    expect(copyValue({ error }, { ...DEFAULT_LIMITS, maxDepth: 1 }, clock).costly?.cause).toBe('wide_object');
  });

  test('V8 joins a text of pieces on the first read, and only then', () => {
    const now = (): number => performance.now();
    const flat = { text: Buffer.alloc(2e7, 'abc ').toString('latin1') };
    expect(copyValue(flat, DEFAULT_LIMITS, now).costly).toBeNull();
    let pieces = '';
    for (let index = 0; index < 200_000; index++) pieces += 'a piece of a text, '.repeat(5);
    expect(copyValue({ pieces }, DEFAULT_LIMITS, now).costly).toEqual({
      cause: 'joined_text',
      size: pieces.length,
    });
    expect(copyValue({ pieces }, DEFAULT_LIMITS, now).costly).toBeNull();
  });
});

describe('what is huge but cheap to bound says how much there was', () => {
  const million = Array.from({ length: 1_000_000 }, (_, index) => index);
  const sparse = (first: number): unknown[] => {
    const list: unknown[] = [];
    list[4e9] = 1;
    list[first] = 2;
    return list;
  };

  test.each([
    ['array', () => million, 'collectionSize', 1_000_000],
    ['Map', () => new Map(million.map((key) => [key, key])), 'collectionSize', 1_000_000],
    ['Set', () => new Set(million), 'collectionSize', 1_000_000],
    ['Float64Array', () => new Float64Array(6_250_000), 'collectionSize', 6_250_000],
    ['Buffer', () => Buffer.alloc(5e7), 'stringLength', 5e7],
    ['text', () => 'x'.repeat(1e7), 'stringLength', 1e7],
    ['sparse array', () => sparse(7), 'collectionSize', 4e9 + 1],
    ['sparse array with holes in front', () => sparse(5_000), 'collectionSize', 4e9 + 1],
    [
      'array of Proxies',
      () => Array.from({ length: 1_000 }, () => new Proxy({}, {})),
      'collectionSize',
      1_000,
    ],
  ] as const)('%s', (_, make, reason, size) => {
    const { marks, costly } = copyValue({ it: make() }, DEFAULT_LIMITS, clock);
    expect(marks).toContainEqual(expect.objectContaining({ path: '/it', reason, size }));
    expect(marks.length).toBeLessThanOrEqual(101);
    expect(costly).toBeNull();
  });

  test('a Map below the deepest level is counted without being entered', () => {
    const map = new Map(million.map((key) => [key, key]));
    const { value, marks } = copyValue({ map }, { ...DEFAULT_LIMITS, maxDepth: 1 }, clock);
    expect(value).toEqual({ map: '[...]' });
    expect(marks).toEqual([{ path: '/map', kind: 'map', reason: 'depth', size: 1_000_000 }]);
  });
});
