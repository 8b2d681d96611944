import { describe, expect, test } from 'vitest';
import { PatternMachine } from '../../src/scrub/pattern-machine.ts';
import { minLength, parsePattern } from '../../src/scrub/pattern-shape.ts';
import { LINEAR, SUPER_LINEAR } from './patterns.ts';
import { randomPattern } from './random-pattern.ts';
import { createRandom } from './seeded-random.ts';

const machineOf = (pattern: RegExp): PatternMachine =>
  new PatternMachine(parsePattern(pattern), pattern.unicode || pattern.unicodeSets);

/** Steps over a whole text, or more than a million. */
const stepsOf = (pattern: RegExp, text: string): number => machineOf(pattern).run(text, 1e6).steps;

const enginesMatches = (pattern: RegExp, text: string): number[][] =>
  [...text.matchAll(new RegExp(pattern.source, `${pattern.flags}g`))].map((match) => [
    match.index,
    match.index + match[0].length,
  ]);

describe('the machine that counts the steps of an expression', () => {
  test.each([1, 2, 3, 4])('finds what the engine of Node finds, in expressions of seed %i', (seed) => {
    const random = createRandom(seed);
    let compared = 0;
    for (let tries = 0; tries < 1_000; tries++) {
      const pattern = randomPattern(random);
      if (pattern === null || minLength(parsePattern(pattern).options) === 0) continue;
      const machine = machineOf(pattern);
      for (let texts = 0; texts < 4; texts++) {
        const text = random.text('aabbcc1 A-\nés', random.below(14)) + random.pick(['', '😀', 'ſ']);
        const run = machine.run(text, 100_000);
        if (run.isExhausted) continue;
        expect(run.matches, `${pattern} on ${JSON.stringify(text)}`).toEqual(enginesMatches(pattern, text));
        if (run.matches.length > 0) compared++;
      }
    }
    expect(compared).toBeGreaterThan(500);
  });

  // As texts: what looks odd in them is what is tested.
  test.each([
    [String.raw`\101\x41\u0041[\101]`, '', 'AAAA'],
    [String.raw`(a)\2`, '', 'a\u0002'],
    [String.raw`\p{2}x`, '', 'ppx'],
    [String.raw`\u{3}x`, '', 'uuux'],
    [String.raw`\k<a>`, '', 'k<a>'],
    [String.raw`a{,2}x{`, '', 'a{,2}x{'],
    [String.raw`\c1`, '', String.raw`\c1`],
    [String.raw`[\cB]\cA`, '', '\u0002\u0001'],
    [String.raw`(?=ab)*ab`, '', 'ab'],
    [String.raw`[\]a(]+\)`, '', ']a()'],
    [String.raw`\ud83d\ude00{2}`, '', '😀\ude00'],
    [String.raw`\ud83d\ude00{2}`, 'u', '😀😀'],
    [String.raw`\u{1F600}+.`, 'u', '😀😀😀'],
    [String.raw`[[a-z]--[b]]+\(`, 'v', 'acz('],
    [String.raw`(?<year>\d+)-\k<year>`, '', '12-12 13-12'],
    [String.raw`\k<late>x(?<late>y)`, '', 'xy'],
    [String.raw`(?<!\1(a))b`, '', 'ab b aab'],
    [String.raw`(?<=(\w)\1)c`, '', 'abc bbc'],
    [String.raw`(?:(a)|b)*\1c`, '', 'abc abac'],
    [String.raw`(z)((a+)?(b+)?(c))*`, '', 'zaacbbbcac'],
    [String.raw`(?=(a+))a*b\1`, '', 'baaabac'],
    [String.raw`(.*?)a(?!(a+)b\2c)\2(.*)`, '', 'baaabaac'],
    [String.raw`(?:a*?)+?b`, '', 'aab'],
    [String.raw`(\w+)\s\1`, 'i', 'Who who'],
    [String.raw`([ßſ])\1`, 'i', 'ßß ſs ſſ'],
    [String.raw`([ßſ])\1`, 'iu', 'ßẞ ſs'],
  ])('reads /%s/%s as the engine does', (source, flags, text) => {
    const pattern = new RegExp(source, flags);
    const matches = enginesMatches(pattern, text);
    expect(matches).not.toEqual([]);
    expect(machineOf(pattern).run(text, 1e6).matches).toEqual(matches);
  });

  test.each(['(?i:k)K(?-i:x)', '(?<y>a)1|(?<y>b)\\k<y>', '(?s:b.)(?-m:x|^|b)?a(?-m:$)?'])(
    'reads /%s/, which Node knows since 24, as the engine does',
    (source) => {
      if (process.versions.node.startsWith('22.')) {
        expect(() => new RegExp(source)).toThrow(SyntaxError);
        return;
      }
      const pattern = new RegExp(source, 'm');
      const text = 'Kkx KKx kKX kKx a1 bb ba b\na b';
      const matches = enginesMatches(pattern, text);
      expect(matches).not.toEqual([]);
      expect(machineOf(pattern).run(text, 1e6).matches).toEqual(matches);
    },
  );

  test.each([...LINEAR, ...SUPER_LINEAR])('finds what %s matches, on what nearly matches', (pattern) => {
    const random = createRandom(7);
    const pieces = ['a', 'A1', '1234567', '-', ' ', 'x', '@acme.example', '.', ';', '=', 'ID', 'é', '客户'];
    for (let tries = 0; tries < 20; tries++) {
      const text = Array.from({ length: random.below(8) }, () => random.pick(pieces)).join('');
      const run = machineOf(pattern).run(text, 1e6);
      if (!run.isExhausted) expect(run.matches).toEqual(enginesMatches(pattern, text));
    }
  });

  test('needs as many steps as the work grows', () => {
    const growth = (pattern: RegExp): number =>
      stepsOf(pattern, 'a'.repeat(400)) / stepsOf(pattern, 'a'.repeat(100));
    expect(growth(/ab/)).toBeCloseTo(4, 1);
    expect(growth(/^a+b/)).toBeCloseTo(4, 1);
    expect(growth(/a+b/)).toBeGreaterThan(14);
  });

  test('counts the captures that each turn of a loop forgets', () => {
    const steps = (captures: number): number =>
      stepsOf(new RegExp(`^(?:b|${'(x)'.repeat(captures)})*c`), 'b'.repeat(100));
    expect(steps(51) - steps(1)).toBeGreaterThan(100 * 50);
  });

  test('ends when there is more to go back to than 24 MB hold', () => {
    const run = machineOf(new RegExp(`^(?:b${'()'.repeat(1_000)})*c`)).run('b'.repeat(1_000), 1e9);
    expect(run.isExhausted).toBe(true);
    expect(stepsOf(new RegExp(`^(?:b${'()'.repeat(100)})*c`), 'b'.repeat(1_000))).toBeLessThan(1e6);
  });

  test('ends when there are more steps than allowed', () => {
    const run = machineOf(/(a+)+b/).run('a'.repeat(100), 10_000);
    expect(run).toEqual({ steps: 10_001, isExhausted: true, matches: [] });
  });
});
