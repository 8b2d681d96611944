import { describe, expect, test } from 'vitest';
import { SCRUB_TYPES, createScrubber } from '../../src/scrub/index.ts';
import { NEGATIVES, POSITIVES } from './corpus.ts';
import { UNHURRIED_MS } from './unhurried.ts';

const scrubber = createScrubber({ budgetMs: UNHURRIED_MS });

/** The text without the brackets that label it, and as it must come out. */
function parseLabel(labelled: string, type: string): { readonly text: string; readonly expected: string } {
  return {
    text: labelled.replace(/[«»]/g, ''),
    expected: labelled.replace(/«[^«»]*»/g, `[REDACTED:${type}]`),
  };
}

const failures = POSITIVES.filter(({ type, text: labelled }) => {
  const { text, expected } = parseLabel(labelled, type);
  return scrubber.scrubText(text) !== expected;
});

describe('the corpus', () => {
  test.each(SCRUB_TYPES)('%s: every labelled text is replaced in place, by its type', (type) => {
    const missed = failures
      .filter((failure) => failure.type === type)
      .map(({ text: labelled }) => ({ labelled, got: scrubber.scrubText(parseLabel(labelled, type).text) }));
    expect(missed).toEqual([]);
  });

  test('has texts for every type, and more than a hundred that must stay', () => {
    for (const type of SCRUB_TYPES) {
      expect(POSITIVES.filter((positive) => positive.type === type).length, type).toBeGreaterThanOrEqual(5);
    }
    expect(NEGATIVES.length).toBeGreaterThan(100);
  });

  test('harmless texts stay as they are', () => {
    const damaged = NEGATIVES.map((text) => ({ text, got: scrubber.scrubText(text) })).filter(
      ({ text, got }) => text !== got,
    );
    expect(damaged).toEqual([]);
  });

  test('harmless texts stay in a sentence, in JSON and in a URL too', () => {
    const damaged = NEGATIVES.flatMap((text) => [
      `See ${text} there.`,
      JSON.stringify({ note: text }),
      `a|${text}|b`,
    ])
      .map((text) => ({ text, got: scrubber.scrubText(text) }))
      .filter(({ text, got }) => text !== got);
    expect(damaged).toEqual([]);
  });

  test('scrubbing twice changes nothing more', () => {
    for (const labelled of [...POSITIVES.map(({ text }) => text), ...NEGATIVES]) {
      const once = scrubber.scrubText(labelled.replace(/[«»]/g, ''));
      expect(scrubber.scrubText(once)).toBe(once);
    }
  });
});
