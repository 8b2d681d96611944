import { describe, expect, test } from 'vitest';
import { acceptanceCorpus } from './acceptance-corpus/acceptance-corpus.ts';
import type { AcceptanceCases } from './acceptance-corpus/acceptance-corpus.ts';
import { acceptanceFigures } from './acceptance-corpus/acceptance-figures.ts';
import type { AcceptanceFigures } from './acceptance-corpus/acceptance-figures.ts';

const MIN_FOUND = 0.97;
const MIN_IN_PLACE = 0.97;
const MAX_DAMAGED = 0.02;
const MIN_CASES = 60;
/** Types that names tell, which can be written in more ways. */
const MIN_NAMED_CASES = 120;
const NAMED: readonly string[] = ['oauth_token', 'password', 'api_key', 'sensitive_name'];

const parts = (['dev', 'holdout', 'unseen'] as const).map(acceptanceCorpus);
const figures = parts[0]!.map(({ type }) => figuresOf(type, parts.flat()));

function figuresOf(type: string, all: readonly AcceptanceCases[]): AcceptanceFigures {
  const own = all.filter((cases) => cases.type === type).map(acceptanceFigures);
  return {
    type,
    secrets: own.reduce((sum, { secrets }) => sum + secrets, 0),
    missed: own.flatMap(({ missed }) => missed),
    misplaced: own.flatMap(({ misplaced }) => misplaced),
    harmless: own.reduce((sum, { harmless }) => sum + harmless, 0),
    damaged: own.flatMap(({ damaged }) => damaged),
  };
}

describe.each(figures)(
  '$type as production writes it',
  ({ type, secrets, missed, misplaced, harmless, damaged }) => {
    test('has cases enough to tell', () => {
      const least = NAMED.includes(type) ? MIN_NAMED_CASES : MIN_CASES;
      expect(secrets).toBeGreaterThanOrEqual(least);
      expect(harmless).toBeGreaterThanOrEqual(least);
    });

    test('is gone', () => {
      expect(1 - missed.length / secrets, missed.join('\n')).toBeGreaterThanOrEqual(MIN_FOUND);
    });

    test('is replaced in its place, by the marker of its type', () => {
      const others = [...missed, ...misplaced];
      expect(1 - others.length / secrets, others.join('\n')).toBeGreaterThanOrEqual(MIN_IN_PLACE);
    });

    test('is not seen in what looks like it', () => {
      expect(damaged.length / harmless, damaged.join('\n')).toBeLessThanOrEqual(MAX_DAMAGED);
    });
  },
);
