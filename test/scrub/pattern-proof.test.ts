import { describe, expect, test } from 'vitest';
import { findSuperLinear } from '../../src/scrub/pattern-proof.ts';
import { createRandom } from './seeded-random.ts';

const ATTACK = { prefix: '', pump: 'a', suffix: '!' };
/** Milliseconds of one step of an engine. */
const STEP_MS = 4e-6;

/** Steps that expressions of some kinds take on a text of so many characters. */
const STEPS: Readonly<Record<string, (length: number) => number>> = {
  '/ab/': (length) => length,
  '/[a-z]{1,64}@/': (length) => 64 * length,
  '/[a-z]{1,200}@/': (length) => Math.min(length, 200) * length,
  '/\\w+@/': (length) => length ** 2 / 2,
  '/key=.*;/': (length) => length ** 2 / 32,
  '/.*.*=/': (length) => length ** 3 / 6,
  '/(a+)+$/': (length) => 2 ** Math.min(length, 60),
  '/(ab|a b)+$/': (length) => 1.1 ** Math.min(length, 600),
};

/** What the proof says of an expression on a host with a given speed that is interrupted every so many runs. */
function judge(steps: (length: number) => number, host: { slowness: number; interrupted: number }): string {
  const random = createRandom(11);
  let time = 0;
  const spend = (count: number): void => {
    time += count * STEP_MS * host.slowness;
    if (random.below(1_000) < 1_000 * host.interrupted) time += 1 + random.below(40);
  };
  const failure = findSuperLinear([ATTACK], {
    run: (text) => spend(steps(text.length)),
    runLinear: (text) => spend(64 * text.length),
    now: () => time,
  });
  return failure?.reason ?? 'linear';
}

const HOSTS = [
  { slowness: 1, interrupted: 0 },
  { slowness: 0.2, interrupted: 0.05 },
  { slowness: 1, interrupted: 0.5 },
  { slowness: 50, interrupted: 0.3 },
  { slowness: 400, interrupted: 0.1 },
];

describe('the proof of a pattern', () => {
  describe.each(HOSTS)(
    'on a host $slowness times as slow, interrupted in $interrupted of its runs',
    (host) => {
      test.each(['/ab/', '/[a-z]{1,64}@/', '/[a-z]{1,200}@/'])('finds %s linear', (name) => {
        expect(judge(STEPS[name]!, host)).toBe('linear');
      });

      test.each(['/\\w+@/', '/key=.*;/', '/.*.*=/', '/(a+)+$/', '/(ab|a b)+$/'])(
        'finds %s super-linear',
        (name) => {
          expect(judge(STEPS[name]!, host)).toBe('super_linear');
        },
      );
    },
  );

  test('refuses what is linear, but slower than may run on every text', () => {
    expect(judge((length) => 5_000 * length, HOSTS[0]!)).toBe('slow');
  });

  test('stops long before an explosion is felt', () => {
    let longest = 0;
    let time = 0;
    findSuperLinear([ATTACK], {
      run: (text) => {
        const took = 2 ** Math.min(text.length, 60) * STEP_MS;
        longest = Math.max(longest, took);
        time += took;
      },
      runLinear: (text) => {
        time += 64 * text.length * STEP_MS;
      },
      now: () => time,
    });
    expect(longest).toBeLessThan(100);
  });

  test('runs nothing for an expression that never goes back', () => {
    const fail = (): never => {
      throw new Error('ran');
    };
    expect(findSuperLinear([], { run: fail, runLinear: fail, now: fail })).toBeNull();
  });
});
