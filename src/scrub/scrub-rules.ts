import type { ScrubRules, ScrubberOptions } from './scrubber.ts';
import { ScrubOptionError, describeReceived } from './scrub-error.ts';
import { SCRUB_TYPES } from './scrub-type.ts';
import type { ScrubType } from './scrub-type.ts';
import { splitWords } from './split-words.ts';

const OPTIONS: Readonly<Record<keyof ScrubberOptions, true>> = {
  piiScrubbing: true,
  disabledTypes: true,
  redactNames: true,
  allowNames: true,
  redactPaths: true,
  piiPatterns: true,
  limits: true,
  budgetMs: true,
};

/**
 * A name that is none would leave a rule out without a word.
 * @throws ScrubOptionError
 */
export function assertKnownOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw badOption('The options', options, 'an object');
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(OPTIONS, name)) continue;
    throw new ScrubOptionError(
      'STILLFRAME_BAD_SCRUB_OPTION',
      `${describeReceived(name)} is not an option of the scrubber. There are ${Object.keys(OPTIONS).join(', ')}.`,
    );
  }
}

/**
 * Whether anything is scrubbed at all.
 * @throws ScrubOptionError
 */
export function readPiiScrubbing({ piiScrubbing = true }: ScrubRules): boolean {
  if (typeof piiScrubbing === 'boolean') return piiScrubbing;
  throw badOption('piiScrubbing', piiScrubbing, 'true or false');
}

/**
 * The types that are not looked for.
 * @throws ScrubOptionError for one that is unknown
 */
export function readDisabledTypes({ disabledTypes = [] }: ScrubRules): ReadonlySet<ScrubType> {
  return new Set(readTexts('disabledTypes', disabledTypes).map(readType));
}

/**
 * The names of an option.
 * @throws ScrubOptionError for one in which there is no letter or digit, and which would stand for all such names
 */
export function readNames(option: 'redactNames' | 'allowNames', rules: ScrubRules): readonly string[] {
  const names = readTexts(option, rules[option] ?? []);
  const empty = names.find((name) => splitWords(name).length === 0);
  if (empty !== undefined)
    throw badOption(`${option}[${names.indexOf(empty)}]`, empty, 'a name with a letter or digit');
  return names;
}

/**
 * The paths of `redactPaths`, as texts.
 * @throws ScrubOptionError
 */
export function readPaths({ redactPaths = [] }: ScrubRules): readonly string[] {
  return readTexts('redactPaths', redactPaths);
}

function readTexts(option: string, given: unknown): readonly string[] {
  if (!Array.isArray(given)) throw badOption(option, given, 'a list of texts');
  for (const [index, item] of given.entries())
    if (typeof item !== 'string') throw badOption(`${option}[${index}]`, item, 'a text');
  return given;
}

function readType(type: string): ScrubType {
  const known = SCRUB_TYPES.find((candidate) => candidate === type);
  if (known !== undefined) return known;
  throw new ScrubOptionError(
    'STILLFRAME_UNKNOWN_SCRUB_TYPE',
    `disabledTypes: ${describeReceived(type)} is not one of ${SCRUB_TYPES.join(', ')}.`,
  );
}

function badOption(where: string, received: unknown, expected: string): ScrubOptionError {
  return new ScrubOptionError(
    'STILLFRAME_BAD_SCRUB_OPTION',
    `${where} must be ${expected}, not ${describeReceived(received)}.`,
  );
}
