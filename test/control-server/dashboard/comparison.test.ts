import { describe, expect, it } from 'vitest';
import { compareValues } from '../../../control-server/dashboard/src/compare/compare-values.ts';
import type { Comparison } from '../../../control-server/dashboard/src/compare/compare-values.ts';
import { buildValueTree } from '../../../control-server/wording/value-node.ts';
import type { JsonValue } from '../../../src/protocol/json.ts';
import type { ValueMark } from '../../../src/protocol/value-mark.ts';

interface Side {
  readonly value: JsonValue;
  readonly marks?: readonly ValueMark[];
}

function compare(left: Side, right: Side): Comparison {
  return compareValues(
    buildValueTree(left.value, left.marks ?? []),
    buildValueTree(right.value, right.marks ?? []),
  );
}

/** `changed cart.total: 1 | 2`. */
function lines(comparison: Comparison): string[] {
  return comparison.differences.map(
    ({ kind, path, left, right }) =>
      `${kind} ${path}: ${JSON.stringify(left?.value)} | ${JSON.stringify(right?.value)}`,
  );
}

describe('the comparison of two snapshots', () => {
  it('finds no difference in what is the same, and counts it', () => {
    const value = { user: { id: 1, name: 'Ada' }, tags: ['a'], nothing: null };
    expect(compare({ value }, { value })).toEqual({ differences: [], same: 4, unknown: 0 });
  });

  it('names each place that changed, came or went, as one would write it in code', () => {
    const left = { value: { cart: { total: 1, 'a b': 1 }, old: true } };
    const right = { value: { cart: { total: 2, 'a b': 1 }, fresh: [1] } };
    expect(lines(compare(left, right))).toEqual([
      'changed cart.total: 1 | 2',
      'removed old: true | undefined',
      'added fresh: undefined | [1]',
    ]);
  });

  it('takes an element that came in the middle for that, not for a change of all behind it', () => {
    const left = { value: { list: ['a', 'b', 'c'] } };
    const right = { value: { list: ['a', 'x', 'b', 'c'] } };
    expect(lines(compare(left, right))).toEqual(['added list[1]: undefined | "x"']);
    expect(lines(compare(right, left))).toEqual(['removed list[1]: "x" | undefined']);
  });

  it('looks into an element that changed', () => {
    const left = { value: { list: [{ id: 1 }, { id: 2, ok: true }, { id: 3 }] } };
    const right = { value: { list: [{ id: 1 }, { id: 2, ok: false }, { id: 3 }] } };
    expect(lines(compare(left, right))).toEqual(['changed list[1].ok: true | false']);
  });

  it('compares the entries of maps by their keys', () => {
    const marks: ValueMark[] = [{ path: '/m', kind: 'map' }];
    const left = { value: { m: [['a', 1], ['b', 2]] }, marks }; // prettier-ignore
    const right = { value: { m: [['b', 3], ['a', 1]] }, marks }; // prettier-ignore
    expect(lines(compare(left, right))).toEqual(['changed m.get("b"): 2 | 3']);
  });

  it('tells a number from the text of it, an array from an object, and an object of another class', () => {
    const left = { value: { a: 1, b: [], c: {} }, marks: [{ path: '/c', kind: 'object', className: 'Cart' }] } as Side; // prettier-ignore
    const right = { value: { a: '1', b: {}, c: {} } };
    expect(lines(compare(left, right))).toEqual([
      'changed a: 1 | "1"',
      'changed b: [] | {}',
      'changed c: {} | {}',
    ]);
  });

  it('never says that what was scrubbed or cut is the same', () => {
    const scrubbed = { value: { email: '[REDACTED:email]', id: 1 } };
    expect(compare(scrubbed, scrubbed)).toEqual({ differences: [], same: 1, unknown: 1 });
    const cut: Side = {
      value: { text: 'abc' },
      marks: [{ path: '/text', kind: 'string', reason: 'stringLength', size: 9 }],
    };
    expect(compare(cut, cut)).toEqual({ differences: [], same: 0, unknown: 1 });
  });
});
