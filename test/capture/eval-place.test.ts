import { describe, expect, it } from 'vitest';
import { formatEvalPlace, readEvalPlace } from '../../src/capture/eval-place.ts';

describe('the place of an eval', () => {
  it.each([
    ['eval at run (/app/a.cjs:3:10)', '/app/a.cjs', 3, 10],
    ['eval at run (file:///app/a%20b.mjs:3:10), <anonymous>', 'file:///app/a%20b.mjs', 3, 10],
    ['eval at run (/app/(shop)/a.mjs:3:10), <anonymous>', '/app/(shop)/a.mjs', 3, 10],
    ['eval at a (eval at b (C:\\app\\a.mjs:1:2)), <anonymous>', 'C:\\app\\a.mjs', 1, 2],
    ['eval at a (b) (\\\\server\\share\\a.mjs:1:2), <anonymous>', '\\\\server\\share\\a.mjs', 1, 2],
  ])('is read out of %s', (name, file, line, column) => {
    const place = readEvalPlace(name);
    expect(place).toMatchObject({ file, line, column });
    expect(place && formatEvalPlace(place)).toBe(name);
  });

  it.each([
    '/app/a.cjs',
    'eval at run (<anonymous>)',
    'eval at run (evalmachine.<anonymous>:1:2), <anonymous>',
    'eval at ',
    `eval at ${'(/'.repeat(2_000)}`,
    `eval at ${'(/:1:1'.repeat(600)}`,
    `eval at ${':1:1'.repeat(400)}${')'.repeat(2_000)}x`,
  ])('is none in %s', (name) => {
    expect(readEvalPlace(name)).toBeNull();
  });
});
