import { describe, expect, test } from 'vitest';
import { HARD_LIMITS } from '../../src/protocol/limits.ts';
import { createScrubber } from '../../src/scrub/index.ts';
import type { SecretType } from './secret-corpus/cases.ts';
import { NEGATIVES, POSITIVES } from './secret-corpus/index.ts';
import { expectedOf, inputOf, isSecretIn, outcomesOf } from './secret-corpus/labels.ts';
import { UNHURRIED_MS } from './unhurried.ts';

const MIN_FOUND = 0.97;
const MIN_IN_PLACE = 0.97;
const MAX_DAMAGED = 0.02;
const TYPES: readonly SecretType[] = [
  'aws_key',
  'aws_secret',
  'oauth_token',
  'stripe_key',
  'password',
  'jwt',
  'private_key',
  'api_key',
  'sensitive_name',
];
const ANY_MARKER = /\[REDACTED:[a-z_]+\]/g;

const { maxFrames: _, ...limits } = HARD_LIMITS;
const scrubber = createScrubber({ budgetMs: UNHURRIED_MS, limits });

function scrub(value: unknown): string {
  return JSON.stringify(typeof value === 'string' ? scrubber.scrubText(value) : scrubber.scrub(value).value);
}

const judged = POSITIVES.map(({ type, also, value, alternatives }) => {
  const got = scrub(inputOf(value));
  const isGone = !isSecretIn(value, got);
  return {
    type,
    labelled: JSON.stringify(value),
    got,
    isFound: isGone && [type, ...also].some((each) => got.includes(`[REDACTED:${each}]`)),
    isInPlace: outcomesOf([value, ...alternatives]).includes(got.replace(ANY_MARKER, '[REDACTED]')),
  };
});

const kept = NEGATIVES.map(({ type, value }) => ({ type, got: scrub(value), wanted: expectedOf(value) }));

/** A share of cases, with the others in the message of the failure. */
function shareOf<T>(cases: readonly T[], isGood: (each: T) => boolean): { share: number; others: string } {
  const others = cases.filter((each) => !isGood(each));
  return {
    share: 1 - others.length / cases.length,
    others: `${others.length} of ${cases.length}:\n${others.map((each) => JSON.stringify(each)).join('\n')}`,
  };
}

describe.each(TYPES)('%s in a corpus of its own', (type) => {
  const positives = judged.filter((each) => each.type === type);
  const negatives = kept.filter((each) => each.type === type);

  test('has at least sixty secrets and sixty that resemble them', () => {
    expect(positives.length).toBeGreaterThanOrEqual(60);
    expect(negatives.length).toBeGreaterThanOrEqual(60);
  });

  test('is gone to the last character, under its type', () => {
    const { share, others } = shareOf(positives, ({ isFound }) => isFound);
    expect(share, others).toBeGreaterThanOrEqual(MIN_FOUND);
  });

  test('is replaced in place: what stands around it stays', () => {
    const { share, others } = shareOf(positives, ({ isInPlace }) => isInPlace);
    expect(share, others).toBeGreaterThanOrEqual(MIN_IN_PLACE);
  });

  test('is not seen in what resembles it', () => {
    const { share, others } = shareOf(negatives, ({ got, wanted }) => got === wanted);
    expect(share, others).toBeGreaterThanOrEqual(1 - MAX_DAMAGED);
  });
});
