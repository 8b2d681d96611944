import { createScrubber } from '../../../src/scrub/index.ts';
import type { AcceptanceCases, AcceptanceText, AcceptanceValue } from './acceptance-corpus.ts';
import { UNHURRIED_MS } from '../unhurried.ts';

const LIMITS = { maxDepth: 20, maxStringLength: 100_000, maxPayloadBytes: 1_000_000 } as const;
const scrubber = createScrubber({ limits: LIMITS, budgetMs: UNHURRIED_MS });
const copier = createScrubber({ limits: LIMITS, piiScrubbing: false });

/** What became of the cases of one type. */
export interface AcceptanceFigures {
  readonly type: string;
  readonly secrets: number;
  readonly missed: readonly string[];
  /** Found, but more or less than the secret was replaced, or by the marker of another type. */
  readonly misplaced: readonly string[];
  readonly harmless: number;
  readonly damaged: readonly string[];
}

export function acceptanceFigures(cases: AcceptanceCases): AcceptanceFigures {
  const texts = cases.texts.map(scrubbedText);
  const values = cases.values.map(scrubbedValue);
  const results = [...texts, ...values];
  return {
    type: cases.type,
    secrets: results.length,
    missed: results.filter(({ found }) => !found).map(({ shown }) => shown),
    misplaced: results.filter(({ found, inPlace }) => found && !inPlace).map(({ shown }) => shown),
    harmless: cases.harmlessTexts.length + cases.harmlessValues.length,
    damaged: [
      ...cases.harmlessTexts.map((text) => [text, scrubber.scrubText(text)] as const),
      ...cases.harmlessValues.map((build) => [plain(build()), json(build())] as const),
    ]
      .filter(([before, after]) => before !== after)
      .map(([before, after]) => `${before}\n    -> ${after}`),
  };
}

interface Result {
  readonly found: boolean;
  readonly inPlace: boolean;
  readonly shown: string;
}

function scrubbedText({ text, secrets, expected }: AcceptanceText): Result {
  const after = scrubber.scrubText(text);
  return result(text, after, secrets, expected);
}

function scrubbedValue({ raw, secrets, expected }: AcceptanceValue): Result {
  return result(
    plain(raw()),
    json(raw()),
    secrets,
    expected.flatMap((build) => [plain(build()), json(build())]),
  );
}

function result(
  before: string,
  after: string,
  secrets: readonly string[],
  expected: readonly string[],
): Result {
  return {
    found: !secrets.some(
      (secret) => after.includes(secret) || after.includes(JSON.stringify(secret).slice(1, -1)),
    ),
    inPlace: expected.includes(after),
    shown: `${before}\n    -> ${after}`,
  };
}

function json(value: unknown): string {
  return JSON.stringify(scrubber.scrub(value).value);
}

function plain(value: unknown): string {
  return JSON.stringify(copier.scrub(value).value);
}
