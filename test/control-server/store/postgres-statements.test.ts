import { describe, expect, test } from 'vitest';
import { bind } from '../../../control-server/store/postgres/named-parameters.ts';
import { dayOf } from '../../../control-server/store/postgres/snapshot-day.ts';
import { toTextQuery, toTextVector } from '../../../control-server/store/postgres/text-vector.ts';

describe('the places of a statement', () => {
  test('are numbered by their names, and a cast is none', () => {
    expect(
      bind('SELECT :a::text, :b, :a WHERE x = ANY (:list::bigint[])', { a: 'x', b: 2, list: [1] }),
    ).toEqual({
      text: 'SELECT $1::text, $2, $1 WHERE x = ANY ($3::bigint[])',
      values: ['x', 2, [1]],
    });
  });

  test('take what no text of PostgreSQL can hold as U+FFFD, also in lists', () => {
    expect(bind(':a :list', { a: 'a\0b', list: ['\ud800', null] }).values).toEqual([
      'a\ufffdb',
      ['\ufffd', null],
    ]);
  });

  test('without a value are refused, and what has no place is left out', () => {
    expect(() => bind('SELECT :misspelt', { spelt: 1 })).toThrow(':misspelt');
    expect(bind('SELECT 1', { unused: 1 })).toEqual({ text: 'SELECT 1', values: [] });
  });
});

test.each([
  ['00000000-0000-7000-8000-000000000000', 0],
  ['00000526-5bff-7fff-bfff-ffffffffffff', 0],
  ['00000526-5c00-7000-8000-000000000000', 1],
  ['ffffffff-ffff-7fff-bfff-ffffffffffff', 3_257_812],
  ['f81d4fae-7dec-4000-8000-00a0c91e6bf6', -1],
  ['F81D4FAE-7DEC-7000-8000-00A0C91E6BF6', -1],
  ['id-1', -1],
  ['', -1],
])('the day of %s is %i', (id, day) => {
  expect(dayOf(id)).toBe(day);
});

describe('words for the index', () => {
  test('have a position each, and a weight when they are of the place', () => {
    expect(toTextVector({ place: 'checkout place', values: 'ann 12' })).toBe(
      `'checkout':1A 'place':2A 'ann':11 '12':12`,
    );
    expect(toTextVector({ place: '', values: '' })).toBe('');
  });

  test('that are endless are cut to what a lexeme can hold, and positions end at the last one there is', () => {
    const long = toTextVector({ place: 'ü'.repeat(5_000), values: '' });
    expect(long).toBe(`'${'ü'.repeat(500)}':1A`);
    const many = toTextVector({ place: '', values: Array.from({ length: 20_000 }, () => 'a').join(' ') });
    expect(many.endsWith(`'a':16383`)).toBe(true);
  });

  test('are looked for as phrases, the last word as a beginning, within the place or anywhere', () => {
    expect(toTextQuery([['user', 'na'], ['x']], false)).toBe(`('user' <-> 'na':*) & ('x':*)`);
    expect(toTextQuery([['user', 'na']], true)).toBe(`('user':A <-> 'na':*A)`);
  });
});
