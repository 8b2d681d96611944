import { describe, expect, test } from 'vitest';
import { formatStateVersion, isStale, parseStateVersion } from '../../src/protocol/state-version.ts';
import { BAD_VALUES } from './bad-values.ts';

describe('a state version', () => {
  test.each([
    { epoch: 0, rev: 0 },
    { epoch: 1_795_000_000_000, rev: 17 },
    { epoch: 999_999_999_999_999, rev: 999_999_999_999_999 },
  ])('%j comes back equal', (version) => {
    expect(parseStateVersion(formatStateVersion(version))).toEqual(version);
  });

  test.each([
    '',
    '-',
    '1',
    '1-',
    '-1',
    '1--1',
    '1-2-3',
    ' 1-2',
    '1-2\n',
    '1.5-2',
    '1e3-2',
    'a-b',
    '١-٢',
    '1000000000000000-1',
    '1-1000000000000000',
  ])('%j is none', (text) => {
    expect(parseStateVersion(text)).toBeNull();
  });

  test('nothing but text is one, and nothing throws', () => {
    for (const value of BAD_VALUES) expect(parseStateVersion(value)).toBeNull();
  });

  test('an older revision and an older epoch are stale; an equal version is not', () => {
    const known = { epoch: 5, rev: 10 };
    expect(isStale({ epoch: 5, rev: 9 }, known)).toBe(true);
    expect(isStale({ epoch: 5, rev: 10 }, known)).toBe(false);
    expect(isStale({ epoch: 5, rev: 11 }, known)).toBe(false);
    expect(isStale({ epoch: 4, rev: 99 }, known)).toBe(true);
    expect(isStale({ epoch: 6, rev: 0 }, known)).toBe(false);
  });
});
