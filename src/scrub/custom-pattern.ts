import { types } from 'node:util';
import { regExpFlags, regExpSource } from '../copy/intrinsics.ts';
import { lineBreaksIn } from './line-breaks.ts';
import { attacksOn } from './pattern-attacks.ts';
import { PatternProver } from './pattern-proof.ts';
import type { ProofFailure } from './pattern-proof.ts';
import { PatternMachine } from './pattern-machine.ts';
import { minLength, parsePattern } from './pattern-shape.ts';
import type { PatternShape } from './pattern-shape.ts';
import { ScrubOptionError, describeReceived } from './scrub-error.ts';
import { MARKER_PATTERN, RESERVED_TYPES, SCRUB_TYPES, SEVERITIES, marker } from './scrub-type.ts';
import type { Severity } from './scrub-type.ts';

/** A pattern of your own beside the 13 built-in types; what it matches becomes `[REDACTED:<type>]`. */
export interface PiiPattern {
  /**
   * Stands in the marker and in security flags, written in lower case with underscores: `Order-ID` becomes `order_id`.
   * Not one of the 13 types, nor `path`, `error` or `unscanned`.
   */
  readonly type: string;
  /**
   * Matched anywhere in a text, after the built-in types. The flags `g` and `y` make no difference, the others count.
   * Must take linear time and never match an empty text. A match of up to 1,024 characters is found wherever it stands.
   */
  readonly pattern: RegExp;
  /** Of the security flag. Default `high`. */
  readonly severity?: Severity;
}

/** A user's own expression, ready to run. */
export interface CustomPattern {
  /** As it stands in the marker: lower case letters, underscores, and at most three digits at the end. */
  readonly type: string;
  readonly severity: Severity;
  /**
   * The text with all matches replaced; the same string when there is none. Matches never touch a marker.
   * @param keepsLines a match leaves its line breaks behind
   */
  replaceIn(text: string, checkBudget: () => void, keepsLines?: boolean): string;
}

/** Most patterns that one scrubber runs. */
const MAX_PATTERNS = 50;
/** Characters at whose matches a pattern looks at once; it sees the margin before and behind them too. */
const STRETCH = 6_144;
const MARGIN = 1_024;
/** With the flag `v`, these take texts of several characters. */
const STRINGS_IN_CLASS = /\\q\{|\\p\{(?:RGI_|Basic_Emoji|Emoji_Keycap_Sequence)/;
const MEMBERS: ReadonlySet<string> = new Set(['type', 'pattern', 'severity']);

/**
 * Makes patterns safe to run: clones without state, proven on texts that make bad expressions go back. The verdict is
 * the same on every machine.
 * @param given the option `piiPatterns` as it was received
 * @throws ScrubOptionError for a pattern that is none, matches the empty text or can take more than linear time
 */
export function createCustomPatterns(given: unknown): CustomPattern[] {
  if (!Array.isArray(given)) throw bad('piiPatterns', given, 'a list of {type, pattern, severity}');
  if (given.length > MAX_PATTERNS) {
    throw new ScrubOptionError(
      'STILLFRAME_TOO_MANY_PATTERNS',
      `piiPatterns: at most ${MAX_PATTERNS} patterns; ${given.length} were given.`,
    );
  }
  const prover = new PatternProver();
  return given.map((item: unknown, index) => createCustomPattern(item, `piiPatterns[${index}]`, prover));
}

function createCustomPattern(given: unknown, where: string, prover: PatternProver): CustomPattern {
  const { type, pattern, severity } = readMembers(given, where);
  const expression = new RegExp(pattern.source, `${pattern.flags}g`);
  assertTakesCharacters(where, pattern);
  const shape = readShape(where, pattern);
  assertTakesText(where, pattern, shape);
  assertLinear(where, pattern, shape, prover);
  const markers = new RegExp(MARKER_PATTERN, 'g');
  return {
    type,
    severity,
    replaceIn(text, checkBudget, keepsLines = false) {
      const spans: [number, number][] = [];
      for (let from = 0; from < text.length; from += STRETCH) {
        if (from > 0) checkBudget();
        findMatches(expression, text, from, spans);
      }
      return spans.length === 0
        ? text
        : spliceOutside(text, spans, [...text.matchAll(markers)], (removed) =>
            keepsLines ? marker(type) + lineBreaksIn(removed) : marker(type),
          );
    },
  };
}

/** Adds the matches that begin in the stretch; what stands around it is seen, so that `^`, `$` and `\b` tell the truth. */
function findMatches(expression: RegExp, text: string, from: number, spans: [number, number][]): void {
  const start = Math.max(0, from - MARGIN);
  const seen = text.slice(start, from + STRETCH + MARGIN);
  for (const match of seen.matchAll(expression)) {
    const at = start + match.index;
    if (at >= from && at < from + STRETCH && match[0] !== '') spans.push([at, at + match[0].length]);
  }
}

function readMembers(
  given: unknown,
  where: string,
): { readonly type: string; readonly pattern: RegExp; readonly severity: Severity } {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw bad(where, given, '{type, pattern, severity}');
  const members: Record<string, unknown> = { ...given };
  for (const name of Object.keys(members))
    if (!MEMBERS.has(name))
      throw new ScrubOptionError(
        'STILLFRAME_BAD_PATTERN',
        `${where}: ${describeReceived(name)} is not known. A pattern has type, pattern and severity.`,
      );
  const { pattern, severity } = members;
  if (!types.isRegExp(pattern)) throw bad(`${where}.pattern`, pattern, 'a regular expression');
  const known = SEVERITIES.find((candidate) => candidate === (severity ?? 'high'));
  if (known === undefined) throw bad(`${where}.severity`, severity, `one of ${SEVERITIES.join(', ')}`);
  return { type: readType(members['type'], `${where}.type`), pattern: cloneOf(pattern), severity: known };
}

/** Without the flags that keep state. Reads no property: a subclass or the expression itself may define its own. */
function cloneOf(pattern: RegExp): RegExp {
  const flags = regExpFlags.filter(({ letter, isSet }) => !'gy'.includes(letter) && isSet(pattern));
  return new RegExp(regExpSource(pattern), flags.map(({ letter }) => letter).join(''));
}

function readType(given: unknown, where: string): string {
  const type = typeof given === 'string' ? toMarkerName(given) : '';
  if (type === '') throw bad(where, given, 'a text with a letter, such as "customer_id"');
  if ([...SCRUB_TYPES, ...RESERVED_TYPES].some((reserved) => reserved === type)) {
    throw new ScrubOptionError(
      'STILLFRAME_BAD_PATTERN',
      `${where}: "${type}" is a type of the scrubber itself. Choose another, so that a marker says what was found.`,
    );
  }
  return type;
}

/** The type as a marker carries it; empty when nothing is left. */
function toMarkerName(type: string): string {
  const letters = type.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  const digits = /\d{1,3}$/.exec(letters)?.[0] ?? '';
  const head = letters
    .slice(0, letters.length - digits.length)
    .replace(/\d/g, '')
    .replace(/_+/g, '_')
    .replace(/^_/, '')
    .slice(0, 32);
  return head === '' ? '' : head + digits;
}

function spliceOutside(
  text: string,
  spans: readonly [number, number][],
  markers: readonly RegExpExecArray[],
  replacementOf: (removed: string) => string,
): string {
  let spliced = '';
  let at = 0;
  let next = 0;
  for (const [start, end] of spans.toSorted((a, b) => a[0] - b[0])) {
    while (next < markers.length && markers[next]!.index + markers[next]![0].length <= start) next++;
    const touchesMarker = next < markers.length && markers[next]!.index < end;
    if (start < at || touchesMarker) continue;
    spliced += text.slice(at, start) + replacementOf(text.slice(start, end));
    at = end;
  }
  return at === 0 ? text : spliced + text.slice(at);
}

/** What the proof of a pattern knows of: one character after the other. */
function assertTakesCharacters(where: string, pattern: RegExp): void {
  if (!pattern.unicodeSets || !STRINGS_IN_CLASS.test(pattern.source)) return;
  throw new ScrubOptionError(
    'STILLFRAME_BAD_PATTERN',
    `${where}.pattern: ${shown(pattern)} has a class of texts, whose time cannot be proven. Write them as options: (?:one|two).`,
  );
}

function readShape(where: string, pattern: RegExp): PatternShape {
  try {
    return parsePattern(pattern);
  } catch {
    throw new ScrubOptionError(
      'STILLFRAME_BAD_PATTERN',
      `${where}.pattern: ${shown(pattern)} is too large: longer than 16,384 characters, groups in more than 100 groups, ` +
        'or more than the engine can compile. Make several patterns of it.',
    );
  }
}

function assertTakesText(where: string, pattern: RegExp, { options }: PatternShape): void {
  if (minLength(options) > 0) return;
  throw new ScrubOptionError(
    'STILLFRAME_BAD_PATTERN',
    `${where}.pattern: ${shown(pattern)} can match an empty text, which nothing can stand in for. Let it take at least one character.`,
  );
}

const WHY_SLOW: Readonly<Record<ProofFailure['reason'], string>> = {
  super_linear: 'can take more than linear time',
  slow: 'takes too many steps for each character',
  used_up: 'and the patterns before it take too many steps to prove',
};

function assertLinear(where: string, pattern: RegExp, shape: PatternShape, prover: PatternProver): void {
  const machine = new PatternMachine(shape, pattern.unicode || pattern.unicodeSets);
  const failure = prover.findSuperLinear(attacksOn(shape.options), machine);
  if (failure === null) return;
  const { prefix, pump } = failure.attack;
  const text = `${JSON.stringify(prefix + pump).slice(0, 60)} and so on, ${failure.size} characters`;
  throw new ScrubOptionError(
    'STILLFRAME_SLOW_PATTERN',
    `${where}.pattern: ${shown(pattern)} ${WHY_SLOW[failure.reason]} (seen on ${text}). Begin it with a fixed text or \\b, ` +
      'bound its quantifiers ({1,64} for +), and let no two that follow or contain each other match the same text.',
  );
}

function shown(pattern: RegExp): string {
  const text = `/${pattern.source}/${pattern.flags}`;
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

function bad(where: string, received: unknown, expected: string): ScrubOptionError {
  return new ScrubOptionError(
    'STILLFRAME_BAD_PATTERN',
    `${where} must be ${expected}, not ${describeReceived(received)}.`,
  );
}
