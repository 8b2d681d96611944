import { describe, expect, test } from 'vitest';
import type { CopiedValue } from '../../src/copy/captured-snapshot.ts';
import { copyValue } from '../../src/copy/copy-value.ts';
import { withScrubMargin } from '../../src/copy/margin.ts';
import { DEFAULT_LIMITS } from '../../src/protocol/limits.ts';
import type { CaptureLimits } from '../../src/protocol/limits.ts';
import type { CutReason } from '../../src/protocol/value-mark.ts';

const clock = (): number => 0;
const WIDE: CaptureLimits = { ...DEFAULT_LIMITS, maxDepth: 10, maxElements: 1_000, maxProperties: 1_000 };

function copy(value: unknown, maxPayloadBytes: number, limits: CaptureLimits = WIDE): CopiedValue {
  return copyValue(value, { ...limits, maxPayloadBytes }, clock);
}

function reasons(copied: CopiedValue): Set<CutReason | undefined> {
  return new Set(copied.marks.map((mark) => mark.reason));
}

function row(id: number): unknown {
  return { id, title: `Row ${id}`, nested: { note: 'n'.repeat(40), deep: { deeper: [id, id, id] } } };
}

describe('the payload budget', () => {
  test('what stands beside survives before what lies deep', () => {
    const value = {
      first: { a: { b: { c: Array.from({ length: 500 }, () => 'deep and long') } } },
      second: { id: 2 },
      third: 3,
    };
    const { value: shown, marks } = copy(value, 600);
    expect(shown).toMatchObject({ first: { a: { b: {} } }, second: { id: 2 }, third: 3 });
    expect(marks).toEqual([{ path: '/first/a/b/c', kind: 'array', reason: 'payload', size: 500 }]);
  });

  test('one huge container on a level cannot crowd out the ones beside it', () => {
    const value = { huge: Array.from({ length: 1_000 }, () => 123_456.5), small: { a: 1 }, last: [1, 2] };
    expect(copy(value, 1_000).value).toMatchObject({ small: { a: 1 }, last: [1, 2] });
  });

  test('long texts cannot crowd out the short values beside them', () => {
    const texts = Array.from({ length: 40 }, (_, index) => [`text${index}`, 'x'.repeat(1_000)]);
    const value = { ...Object.fromEntries(texts), total: 42, ok: true, name: 'Ada' };
    const copied = copy(value, 8_192);
    expect(copied.value).toMatchObject({ total: 42, ok: true, name: 'Ada', text0: 'x'.repeat(1_000) });
    expect(reasons(copied)).toEqual(new Set(['payload']));
  });

  test('a text is taken whole or not at all, so that no half of a secret is left', () => {
    const value = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`t${index}`, 'abcdefghij'.repeat(50)]),
    );
    for (const text of Object.values(copy(value, 4_096).value as Record<string, string>)) {
      expect(['[...]', 'abcdefghij'.repeat(50)]).toContain(text);
    }
  });

  test('a single text larger than the budget is kept: the final cut is the one that shortens it', () => {
    const { value, marks } = copy({ text: 'x'.repeat(1_000) }, 500);
    expect(value).toEqual({ text: 'x'.repeat(1_000) });
    expect(marks).toEqual([]);
  });

  test('nothing of it is exceeded by more than one text and the marks of what was cut', () => {
    const value = Object.fromEntries(
      Array.from({ length: 900 }, (_, index) => [
        `key${index}`,
        index % 3 === 0 ? row(index) : 'y'.repeat(index),
      ]),
    );
    for (const maxPayloadBytes of [256, 2_048, 16_384, 65_536]) {
      const copied = copy(value, maxPayloadBytes);
      expect(JSON.stringify(copied.value).length).toBeLessThan(maxPayloadBytes + 1_100);
      expect(reasons(copied)).toContain('payload');
    }
  });

  test('what was left out is [...], with its size, and never looks like an empty container', () => {
    const value = { pad: 'x'.repeat(60), list: [1, 2, 3], map: new Map([[1, 2]]), object: { a: 1, b: 2 } };
    const { value: shown, marks } = copy(value, 100);
    expect(shown).toEqual({ pad: 'x'.repeat(60), list: '[...]', map: '[...]', object: '[...]' });
    expect(marks).toEqual([
      { path: '/list', kind: 'array', reason: 'payload', size: 3 },
      { path: '/map', kind: 'map', reason: 'payload', size: 1 },
      { path: '/object', kind: 'object', reason: 'payload', size: 2 },
    ]);
  });

  test('an object that fits in part says how much of it there was', () => {
    const value = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, index]));
    const { value: shown, marks } = copy(value, 200);
    expect(Object.keys(shown as object).length).toBeGreaterThan(10);
    expect(marks).toEqual([{ path: '', kind: 'object', reason: 'payload', size: 100 }]);
  });

  test('text is counted in bytes of UTF-8', () => {
    const value = Array.from({ length: 10 }, () => '語'.repeat(100));
    const kept = (copy(value, 1_400).value as string[]).filter((text) => text !== '[...]');
    expect(kept.length).toBeGreaterThan(2);
    expect(kept.length).toBeLessThan(6);
  });

  test('the margin of long texts is not charged, so that all that the final cut has room for is there', () => {
    const limits = withScrubMargin(DEFAULT_LIMITS);
    const value = Array.from({ length: 20 }, () => 'x'.repeat(9_000));
    const kept = (copyValue(value, limits, clock).value as string[]).filter((text) => text !== '[...]');
    expect(kept.length).toBe(20);
  });
});

describe('the time budget', () => {
  /** A clock that jumps past the budget at its n-th reading. */
  function lateAt(reading: number): () => number {
    let readings = 0;
    return () => (++readings >= reading ? 1_000 : 0);
  }

  const value = {
    list: Array.from({ length: 500 }, (_, index) => index),
    object: { a: 1 },
    map: new Map([[1, 1]]),
  };

  test('ends the copy, and everything that is missing says so', () => {
    const { value: shown, marks } = copyValue(value, { ...WIDE, maxCopyMs: 5 }, lateAt(2));
    expect((shown as { list: number[] }).list.length).toBeLessThan(100);
    expect(shown).toMatchObject({ object: '[...]', map: '[...]' });
    expect(marks).toEqual([
      { path: '/list', kind: 'array', reason: 'timeBudget', size: 500 },
      { path: '/object', kind: 'object', reason: 'timeBudget' },
      { path: '/map', kind: 'map', reason: 'timeBudget', size: 1 },
    ]);
  });

  test('leaves a copy alone that is done in time', () => {
    expect(copyValue(value, { ...WIDE, maxCopyMs: 5 }, lateAt(100)).marks).toEqual([
      { path: '/map', kind: 'map' },
    ]);
  });

  test('the clock is read once a copy of a few values, and seldom in a long one', () => {
    let readings = 0;
    const counting = (): number => (readings++, 0);
    copyValue({ a: 1, b: 'two', c: true, d: null, e: 5 }, WIDE, counting);
    expect(readings).toBe(1);
    copyValue(
      Array.from({ length: 1_000 }, () => 1),
      WIDE,
      counting,
    );
    expect(readings).toBeLessThan(20);
  });

  test('an object with very many keys brings the next look at the clock forward', () => {
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key${index}`, 0]));
    const { value: shown } = copyValue({ wide, after: { a: 1 } }, { ...WIDE, maxProperties: 8 }, lateAt(2));
    expect(shown).toMatchObject({ wide: { key0: 0 }, after: '[...]' });
  });
});
