import { MARKER_PATTERN, marker } from './scrub-type.ts';
import { ScrubOptionError } from './scrub-error.ts';

/** A user's own expression, ready to run. */
export interface CustomPattern {
  /** As it stands in the marker: lower case letters, underscores, and at most three digits at the end. */
  readonly name: string;
  /** The text with all matches replaced; the same string when there is none. Matches never touch a marker. */
  replaceIn(text: string, checkBudget: () => void): string;
}

/** Most patterns that one scrubber runs. */
export const MAX_PATTERNS = 50;
/** A pattern sees at most so many characters at once, with an overlap for what straddles two pieces. */
const WINDOW = 8_192;
const OVERLAP = 1_024;
/** Sizes of the texts on which a pattern proves itself, growing slowly enough to stop before an explosion. */
const PROOF_SIZES: readonly number[] = [
  8, 10, 12, 14, 16, 18, 20, 22, 24, 28, 32, 48, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192,
];
/** A linear expression takes well below a tenth of this on the largest text. */
const PROOF_BUDGET_MS = 4;
const PROOF_TRIES = 3;

/**
 * Makes a pattern safe to run: a clone without state, proven on texts that make bad expressions backtrack.
 * @throws ScrubOptionError when it matches the empty text or takes more than linear time
 */
export function createCustomPattern(name: string, pattern: RegExp, now: () => number): CustomPattern {
  const label = sanitiseName(name);
  if (label === '')
    throw new ScrubOptionError('STILLFRAME_BAD_PATTERN', `The pattern "${name}" needs a name with a letter.`);
  const flags = pattern.flags.replace(/[gy]/g, '');
  const single = new RegExp(pattern.source, flags);
  if (single.test('')) {
    throw new ScrubOptionError('STILLFRAME_BAD_PATTERN', `The pattern "${label}" matches the empty text.`);
  }
  assertLinear(label, single, now);
  const expression = new RegExp(pattern.source, `${flags}g`);
  const markers = new RegExp(MARKER_PATTERN, 'g');
  return {
    name: label,
    replaceIn(text, checkBudget) {
      const spans: [number, number][] = [];
      for (let from = 0; from < text.length; from += WINDOW - OVERLAP) {
        if (from > 0) checkBudget();
        for (const match of text.slice(from, from + WINDOW).matchAll(expression)) {
          if (match[0] !== '') spans.push([from + match.index, from + match.index + match[0].length]);
        }
      }
      return spans.length === 0
        ? text
        : spliceOutside(text, spans, [...text.matchAll(markers)], marker(label));
    },
  };
}

/** The name as a marker carries it. */
export function sanitiseName(name: string): string {
  const letters = name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  const digits = /\d{1,3}$/.exec(letters)?.[0] ?? '';
  const head = letters
    .slice(0, letters.length - digits.length)
    .replace(/\d/g, '')
    .replace(/_+/g, '_');
  return head.replace(/^_+/, '').slice(0, 32) === '' ? '' : head.replace(/^_+/, '').slice(0, 32) + digits;
}

function spliceOutside(
  text: string,
  spans: readonly [number, number][],
  markers: readonly RegExpExecArray[],
  replacement: string,
): string {
  let spliced = '';
  let at = 0;
  let next = 0;
  for (const [start, end] of spans.toSorted((a, b) => a[0] - b[0])) {
    while (next < markers.length && markers[next]!.index + markers[next]![0].length <= start) next++;
    const touchesMarker = next < markers.length && markers[next]!.index < end;
    if (start < at || touchesMarker) continue;
    spliced += text.slice(at, start) + replacement;
    at = end;
  }
  return at === 0 ? text : spliced + text.slice(at);
}

function assertLinear(label: string, expression: RegExp, now: () => number): void {
  for (const pump of pumpsOf(expression.source)) {
    for (const size of PROOF_SIZES) {
      const text = `${pump.repeat(Math.ceil(size / pump.length))}\u0002!`;
      let fastest = Number.POSITIVE_INFINITY;
      for (let attempt = 0; attempt < PROOF_TRIES && fastest > PROOF_BUDGET_MS; attempt++) {
        const startedAt = now();
        expression.test(text);
        fastest = Math.min(fastest, now() - startedAt);
      }
      if (fastest > PROOF_BUDGET_MS) {
        throw new ScrubOptionError(
          'STILLFRAME_SLOW_PATTERN',
          `The pattern "${label}" takes more than linear time (${size} characters took over ${PROOF_BUDGET_MS} ms). ` +
            'Bound its quantifiers and avoid nested or adjacent ones that match the same text.',
        );
      }
    }
  }
}

/** Texts that make an expression backtrack when repeated: its own characters, and one of each common class. */
function pumpsOf(source: string): string[] {
  const literals = [...new Set(source.replace(/\\[A-Za-z]/g, '').replace(/[\\^$*+?()[\]{}|]/g, ''))].slice(
    0,
    24,
  );
  const common = [
    'a',
    'A',
    '0',
    ' ',
    '-',
    '.',
    '_',
    '@',
    '\t',
    'aA0',
    'a.',
    'a ',
    'a@',
    '0-',
    '0 ',
    'a0',
    '0.',
  ];
  const pairs = literals.slice(0, 12).map((character, i) => character + (literals[i + 1] ?? 'a'));
  return [...new Set([...literals, ...common, ...pairs])];
}
