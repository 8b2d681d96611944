import { describe, expect, test } from 'vitest';
import { createScrubber } from '../../src/scrub/index.ts';
import { HARMLESS } from './harmless-corpus.ts';
import { scrubbedTextOf, scrubbedValueOf, secretsOf, textOf, valueOf } from './labelled.ts';
import { PERSONAL_DATA } from './personal-data-corpus.ts';
import type { LabelledType } from './personal-data-corpus.ts';
import { UNHURRIED_MS } from './unhurried.ts';

const limits = { maxDepth: 20, maxElements: 1_000, maxProperties: 1_000 };
const scrubber = createScrubber({ limits, budgetMs: UNHURRIED_MS });
const unchanged = createScrubber({ limits, piiScrubbing: false });

/** One labelled case: as it came out, as it must, and what of it must not survive. */
interface Outcome {
  readonly got: string;
  readonly expected: string;
  readonly isFound: boolean;
}

function outcomesOf({ type, texts, values }: LabelledType): Outcome[] {
  return [
    ...texts.map((labelled) => {
      const got = scrubber.scrubText(textOf(labelled));
      const isFound = secretsOf(labelled).every((secret) => !got.includes(secret));
      return { got, expected: scrubbedTextOf(labelled, type), isFound };
    }),
    ...values.map((labelled) => {
      const got = JSON.stringify(scrubber.scrub(valueOf(labelled)).value);
      const expected = JSON.stringify(unchanged.scrub(scrubbedValueOf(labelled, type)).value);
      return { got, expected, isFound: markersOf(got).length >= markersOf(expected).length };
    }),
  ];
}

function markersOf(text: string): string[] {
  return text.match(/\[REDACTED:[a-z_]+\]/g) ?? [];
}

/** Those of the cases that did not come out as they went in. */
function damagedOf(cases: readonly unknown[]): { readonly value: unknown; readonly got: unknown }[] {
  return cases.flatMap((value) => {
    if (typeof value === 'string') {
      const got = scrubber.scrubText(value);
      return got === value ? [] : [{ value, got }];
    }
    const { value: got, findings } = scrubber.scrub(value);
    const copied = unchanged.scrub(value).value;
    return findings.length === 0 && JSON.stringify(got) === JSON.stringify(copied)
      ? []
      : [{ value: copied, got }];
  });
}

/** Fails with the cases themselves when fewer than `share` of all are left. */
function expectShare(all: number, failed: readonly unknown[], share: number): void {
  expect(all).toBeGreaterThan(80);
  expect(1 - failed.length / all, JSON.stringify(failed, null, 2)).toBeGreaterThanOrEqual(share);
}

describe.each(PERSONAL_DATA)('$type', (labelled) => {
  const outcomes = outcomesOf(labelled);

  test('at least 97 of 100 are found', () => {
    const missed = outcomes.filter(({ isFound }) => !isFound);
    expectShare(outcomes.length, missed, 0.97);
  });

  test('at least 97 of 100 are replaced by their type and nothing around them changes', () => {
    const misplaced = outcomes.filter(({ got, expected }) => got !== expected);
    expectShare(outcomes.length, misplaced, 0.97);
  });

  test('at most 2 of 100 look-alikes are damaged', () => {
    expectShare(labelled.lookAlikes.length, damagedOf(labelled.lookAlikes), 0.98);
  });
});

describe('harmless data', () => {
  test('at most 2 of 1,000 texts, values and ids of production are damaged, and at most 2 of one kind', () => {
    const kinds = Object.entries(HARMLESS).map(([kind, cases]) => ({ kind, damaged: damagedOf(cases) }));
    expect(kinds.filter(({ damaged }) => damaged.length > 2)).toEqual([]);
    const all = Object.values(HARMLESS).reduce((count, cases) => count + cases.length, 0);
    const damaged = kinds.flatMap((kind) => kind.damaged);
    expectShare(all, damaged, 0.998);
  });
});
