import { expect, test, vi } from 'vitest';
import { attacksOn } from '../../src/scrub/pattern-attacks.ts';
import { PatternMachine } from '../../src/scrub/pattern-machine.ts';
import { findSuperLinear } from '../../src/scrub/pattern-proof.ts';
import { parsePattern } from '../../src/scrub/pattern-shape.ts';

/** What the proof says of an expression. */
function judge(pattern: RegExp): string {
  const shape = parsePattern(pattern);
  const machine = new PatternMachine(shape, pattern.unicode || pattern.unicodeSets);
  return findSuperLinear(attacksOn(pattern, shape.options), machine)?.reason ?? 'linear';
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
  expect(judge(/(?=.{1,300}\d)(?=.{1,300}[A-Z])\w{8,64}/)).toBe('slow');
});

test('the verdict asks no clock: it is the same on a machine that is busy', () => {
  const clocks = [vi.spyOn(performance, 'now'), vi.spyOn(Date, 'now'), vi.spyOn(process, 'hrtime')];
  expect(judge(/\w+@/)).toBe('super_linear');
  expect(judge(/\b\w+@/)).toBe('linear');
  for (const clock of clocks) expect(clock).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

test('an expression that never goes back needs no run', () => {
  const attacks = attacksOn(/ab{4}/, parsePattern(/ab{4}/).options);
  expect(attacks).toEqual([]);
});
