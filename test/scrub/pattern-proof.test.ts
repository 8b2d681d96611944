import { expect, test, vi } from 'vitest';
import { attacksOn } from '../../src/scrub/pattern-attacks.ts';
import { PatternMachine } from '../../src/scrub/pattern-machine.ts';
import { PatternProver } from '../../src/scrub/pattern-proof.ts';
import { parsePattern } from '../../src/scrub/pattern-shape.ts';

/** What the proof says of an expression. */
function judge(pattern: RegExp, prover: PatternProver = new PatternProver()): string {
  const shape = parsePattern(pattern);
  const machine = new PatternMachine(shape, pattern.unicode || pattern.unicodeSets);
  return prover.findSuperLinear(attacksOn(shape.options), machine)?.reason ?? 'linear';
}

test.each([
  [/ab/, 'linear'],
  [/[a-z]{1,64}@/, 'linear'],
  [/[a-z]{1,400}@/, 'linear'],
  [/\w+@/, 'super_linear'],
  [/key=.*;/, 'super_linear'],
  [/.*.*=/, 'slow'],
  [/(a+)+$/, 'slow'],
  [/(\w+\s?)*!/, 'slow'],
  [/[a-z]{1,40}[a-z]{1,40}[a-z]{1,40}!/, 'slow'],
  [/(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,7}:)/, 'linear'],
])('%s is %s', (pattern, verdict) => {
  expect(judge(pattern)).toBe(verdict);
});

test('an expression that is slow in many ways is refused before half a second went by', () => {
  expect(judge(/(?=.{1,100}\d)(?=.{1,100}[A-Z])\w{8,64}/)).toBe('linear');
  expect(judge(/(?=.{1,700}\d)(?=.{1,700}[A-Z])\w{8,64}/)).toBe('slow');
});

test('the expressions of one user have a number of steps in common', () => {
  const prover = new PatternProver(100_000);
  expect(judge(/\bORD-\d+\b/, prover)).toBe('linear');
  expect(judge(/[a-z]{1,256}:secret/, prover)).toBe('used_up');
  expect(judge(/\bORD-\d+\b/, prover)).toBe('used_up');
  expect(judge(/[a-z]{1,256}:secret/)).toBe('linear');
});

test('attacks are few and short, however an expression is nested', () => {
  const nested = `${'(?:'.repeat(100)}${'a+b'.repeat(100)}${')+'.repeat(100)}`;
  for (const source of [nested, 'x(?:\\b(?:\\b){1000000000}){1000000000}a*', `^[a-f]{16000}\\d+;`]) {
    const attacks = attacksOn(parsePattern(new RegExp(source)).options);
    expect(attacks.length).toBeLessThanOrEqual(403);
    for (const { prefix, pump, suffix } of attacks)
      expect(prefix.length + pump.length + suffix.length).toBeLessThanOrEqual(3 * 2_048);
  }
});

test('attacks are the same each time', () => {
  const { options } = parsePattern(/(["'])token\1:(?:\w+[ ,;]?){2,}!|\p{L}+ (?=[A-Z]{3})\w+/u);
  expect(attacksOn(options)).toEqual(attacksOn(options));
});

test('the verdict asks no clock: it is the same on a machine that is busy', () => {
  const clocks = [vi.spyOn(performance, 'now'), vi.spyOn(Date, 'now'), vi.spyOn(process, 'hrtime')];
  expect(judge(/\w+@/)).toBe('super_linear');
  expect(judge(/\b\w+@/)).toBe('linear');
  for (const clock of clocks) expect(clock).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

test('an expression that never goes back needs no run', () => {
  const attacks = attacksOn(parsePattern(/ab{4}/).options);
  expect(attacks).toEqual([]);
});
