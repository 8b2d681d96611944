import { describe, expect, test } from 'vitest';
import { MAX_CHEAP_KEYS, MIN_TIMED_TEXT } from '../../src/copy/costly-value.ts';
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

describe('a copy says what it met that has no cheap bound', () => {
  test('an object of more own keys than can be collected cheaply', () => {
    const wide = dictionary(MAX_CHEAP_KEYS + 1);
    expect(copyValue({ wide }, DEFAULT_LIMITS, clock).costly).toEqual({
      cause: 'wide_object',
      size: MAX_CHEAP_KEYS + 1,
    });
    expect(copyValue({ some: dictionary(MAX_CHEAP_KEYS) }, DEFAULT_LIMITS, clock).costly).toBeNull();
  });

  test('a long text whose first read took long', () => {
    const { costly } = copyValue({ text: 'x'.repeat(MIN_TIMED_TEXT) }, DEFAULT_LIMITS, ticking(1.5));
    expect(costly).toEqual({ cause: 'joined_text', size: MIN_TIMED_TEXT });
  });

  test('a long text that was read at once does not count, nor does a shorter one', () => {
    const long = { text: 'x'.repeat(MIN_TIMED_TEXT) };
    expect(copyValue(long, DEFAULT_LIMITS, ticking(1)).costly).toBeNull();
    const shorter = { text: 'x'.repeat(MIN_TIMED_TEXT - 1) };
    expect(copyValue(shorter, DEFAULT_LIMITS, ticking(3)).costly).toBeNull();
  });

  test('only the first one', () => {
    const value = { text: 'x'.repeat(MIN_TIMED_TEXT), wide: dictionary(MAX_CHEAP_KEYS + 1) };
    expect(copyValue(value, DEFAULT_LIMITS, ticking(1.5)).costly).toEqual({
      cause: 'joined_text',
      size: MIN_TIMED_TEXT,
    });
  });
});
