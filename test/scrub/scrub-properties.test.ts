import { describe, expect, test } from 'vitest';
import { HARD_LIMITS } from '../../src/protocol/limits.ts';
import { createScrubber } from '../../src/scrub/index.ts';
import { createSnapshotScrubber } from '../../src/scrub/snapshot-scrubber.ts';
import { acceptanceCorpus } from './acceptance-corpus/acceptance-corpus.ts';
import { POSITIVES } from './corpus.ts';
import { HARMLESS_TEXTS } from './harmless-texts.ts';
import { HARMLESS_VALUES } from './harmless-values.ts';
import { textOf, valueOf } from './labelled.ts';
import { PERSONAL_DATA } from './personal-data-corpus.ts';
import { createRandom } from './seeded-random.ts';
import { POSITIVES as SECRETS } from './secret-corpus/index.ts';
import { inputOf } from './secret-corpus/labels.ts';
import { UNHURRIED_MS } from './unhurried.ts';

const { maxFrames: _, ...limits } = HARD_LIMITS;
const scrubber = createScrubber({ limits, budgetMs: UNHURRIED_MS });
const copier = createScrubber({ limits, piiScrubbing: false });
const random = createRandom(20_261_121);

const accepted = (['dev', 'holdout', 'unseen'] as const).flatMap(acceptanceCorpus);
const secrets = SECRETS.map(({ value }) => inputOf(value));

/** Every text of every corpus with something to find. */
const texts: readonly string[] = [
  ...accepted.flatMap((cases) => cases.texts.map(({ text }) => text)),
  ...POSITIVES.map(({ text }) => text.replaceAll(/[«»]/gu, '')),
  ...PERSONAL_DATA.flatMap((cases) => cases.texts.map(textOf)),
  ...secrets.filter((value) => typeof value === 'string'),
];
/** Every value that is no text. */
const values: readonly unknown[] = [
  ...accepted.flatMap((cases) => cases.values.map(({ raw }) => raw())),
  ...PERSONAL_DATA.flatMap((cases) => cases.values.map(valueOf)),
  ...secrets.filter((value) => typeof value !== 'string'),
];

/** What has no connection with its neighbours: a line that ends its sentence, and values of the harmless corpus. */
const lines = HARMLESS_TEXTS.filter((text) => !text.includes('\n') && scrubber.scrubText(text) === text);
const neighbours = HARMLESS_VALUES.filter((value) => scrub({ value }) === copy({ value }));

function scrub(value: unknown): string {
  return JSON.stringify(scrubber.scrub(value).value);
}

function copy(value: unknown): string {
  return JSON.stringify(copier.scrub(value).value);
}

describe('whatever a text holds', () => {
  test('is scrubbed once: what came out comes out again', () => {
    const changed = texts.filter((text) => {
      const once = scrubber.scrubText(text);
      return scrubber.scrubText(once) !== once;
    });
    expect(changed).toEqual([]);
  });

  test('gives the same for the same, from this scrubber and from a new one', () => {
    const other = createScrubber({ limits, budgetMs: UNHURRIED_MS });
    const changed = texts.filter((text) => {
      const once = scrubber.scrubText(text);
      return scrubber.scrubText(text) !== once || other.scrubText(text) !== once;
    });
    expect(changed).toEqual([]);
  });

  test('leaves what stands in the lines around it', () => {
    const damaged = texts
      .map((text) => [random.pick(lines), text, random.pick(lines)] as const)
      .filter(([before, text, after]) => {
        const got = scrubber.scrubText(`${before}\n\n${text}\n\n${after}`);
        return !got.startsWith(`${before}\n\n`) || !got.endsWith(`\n\n${after}`);
      });
    expect(damaged).toEqual([]);
  });

  test('is found among other lines as it is found by itself', () => {
    const lost = texts
      .map((text) => [random.pick(lines), text, random.pick(lines)] as const)
      .filter(
        ([before, text, after]) =>
          scrubber.scrubText(`${before}\n\n${text}\n\n${after}`) !==
          `${before}\n\n${scrubber.scrubText(text)}\n\n${after}`,
      );
    expect(lost).toEqual([]);
  });
});

describe('whatever a value holds', () => {
  test('is scrubbed once: what came out comes out again', () => {
    const changed = values.filter((value) => {
      const once = scrubber.scrub(value).value;
      return scrub(once) !== JSON.stringify(once);
    });
    expect(changed).toEqual([]);
  });

  test('gives the same for the same', () => {
    expect(values.filter((value) => scrub(value) !== scrub(value))).toEqual([]);
  });

  test('leaves its neighbours', () => {
    const damaged = values
      .map((value) => [random.pick(neighbours), value, random.pick(neighbours)] as const)
      .filter(([before, value, after]) => {
        const got = scrubber.scrub({ before, value, after }).value as Record<string, unknown>;
        return JSON.stringify([got['before'], got['after']]) !== copy([before, after]);
      });
    expect(damaged).toEqual([]);
  });

  test('leaves as the marker of what was not looked at when the time is up', () => {
    const { scrubText } = createSnapshotScrubber({}, { now: clockThatRunsOut() });
    expect(texts.filter((text) => scrubText(text.padEnd(2_048)) !== '[REDACTED:unscanned]')).toEqual([]);
  });
});

function clockThatRunsOut(): () => number {
  let now = 0;
  return () => (now += 60_000);
}
