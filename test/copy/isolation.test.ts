import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import type { CopyResult } from '../../src/copy/costly-value.ts';
import { copyValue } from '../../src/copy/copy-value.ts';
import { withScrubMargin } from '../../src/copy/margin.ts';
import { DEFAULT_LIMITS, HARD_LIMITS } from '../../src/protocol/limits.ts';

const clock = (): number => 0;

function order(): Record<string, unknown> {
  return {
    id: 'ord_1',
    customer: { name: 'Ada', tags: ['vip'] },
    items: new Map([['sku', { qty: 1 }]]),
    seen: new Set([{ at: new Date(0) }]),
    bytes: Buffer.from('abc'),
    numbers: new Float32Array([1, 2]),
    url: new URL('http://a.example/?q=1'),
  };
}

describe('the copy and the original', () => {
  test('a change of the original after the copy changes nothing in it', () => {
    const original = order();
    const copied = copyValue(original, HARD_LIMITS, clock);
    const before = JSON.stringify([copied.value, copied.marks]);
    (original['customer'] as { name: string }).name = 'Eve';
    (original['customer'] as { tags: string[] }).tags.push('new');
    (original['items'] as Map<string, unknown>).clear();
    (original['seen'] as Set<unknown>).clear();
    (original['bytes'] as Buffer).fill(0);
    (original['numbers'] as Float32Array).fill(9);
    (original['url'] as URL).searchParams.set('q', '2');
    Reflect.deleteProperty(original, 'id');
    expect(JSON.stringify([copied.value, copied.marks])).toBe(before);
  });

  test('a change of the copy changes nothing in the original', () => {
    const original = order();
    const { value } = copyValue(original, HARD_LIMITS, clock);
    (value as { customer: { name: string } }).customer.name = 'Eve';
    expect(original).toEqual(order());
  });

  test('the original is as it was: its values, its keys, its frozenness and the place of its iterators', () => {
    const original = order();
    const iterator = (original['items'] as Map<string, unknown>).entries();
    copyValue(Object.freeze({ original, iterator }), HARD_LIMITS, clock);
    expect(original).toEqual(order());
    expect(Reflect.ownKeys(original)).toEqual(Reflect.ownKeys(order()));
    expect(iterator.next().value).toEqual(['sku', { qty: 1 }]);
  });

  test('what is thrown nowhere is also counted nowhere: Error.stackTraceLimit and prepareStackTrace stay', () => {
    const before = Object.getOwnPropertyDescriptors(Error);
    copyValue({ error: new Error('x') }, HARD_LIMITS, clock);
    expect(Object.getOwnPropertyDescriptors(Error)).toEqual(before);
  });

  test('objects of the copy inherit nothing, so that JSON.stringify meets no toJSON of the program', () => {
    const { value } = copyValue({ nested: { a: 1 } }, DEFAULT_LIMITS, clock);
    expect('toString' in (value as object)).toBe(false);
    expect('toJSON' in (value as { nested: object }).nested).toBe(false);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('the head of a cut text does not keep the whole of it alive', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const megabytes = (): number => {
      collect();
      return process.memoryUsage().heapUsed / 1_048_576;
    };
    const before = megabytes();
    const kept = Array.from({ length: 12 }, (_, index) => {
      // Neither a rope nor memory outside the heap: a text that V8 would keep alive for the sake of a slice of it.
      const body = JSON.parse(`"${String.fromCharCode(97 + index).repeat(4_000_000)}"`) as string;
      return copyValue({ body }, withScrubMargin(DEFAULT_LIMITS), clock);
    });
    expect(megabytes() - before).toBeLessThan(8);
    expect(kept).toHaveLength(12);
  });

  test('the copy keeps no object of the program alive, also before its marks are read', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const copyAndForget = (): { copied: CopyResult; originals: WeakRef<object>[] } => {
      const entry = { qty: 1 };
      const value = {
        items: new Map([['sku', entry]]),
        list: [[1, undefined]],
        deep: { a: { b: { c: 1 } } },
      };
      const originals = [value, value.items, entry, value.list, value.deep, value.deep.a.b];
      return {
        copied: copyValue(value, DEFAULT_LIMITS, clock),
        originals: originals.map((original) => new WeakRef(original)),
      };
    };
    const { copied, originals } = copyAndForget();
    // A WeakRef holds its target until the turn in which it was made is over.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect(originals.map((original) => original.deref())).toEqual(originals.map(() => undefined));
    expect(copied.marks).toEqual([
      { path: '/items', kind: 'map' },
      { path: '/list/0/1', kind: 'undefined' },
      { path: '/deep/a/b', kind: 'object', reason: 'depth', size: 1 },
    ]);
  });
});
