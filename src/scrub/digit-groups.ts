import { DIGIT, WORD, isAt, runEnd } from './character-class.ts';

/** The runs of digits of a text, in order. Separators are what stands between two of them. */
export interface DigitGroups {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Collects the runs of digits; the two digits of a percent escape (`%20`) do not count as a number. */
export function collectDigitGroups(text: string): DigitGroups {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let i = 0; i < text.length; i++) {
    if (!isAt(text, i, DIGIT)) continue;
    const end = runEnd(text, i, DIGIT, text.length);
    const escape = text.charCodeAt(i - 1) === 37 ? 2 : 0;
    if (end - i > escape) {
      starts.push(i + escape);
      ends.push(end);
    }
    i = end;
  }
  return { text, starts, ends };
}

/** What stands between group `index` and the next one; null after the last one or when it is longer than `max`. */
export function separatorAfter(groups: DigitGroups, index: number, max: number): string | null {
  const next = groups.starts[index + 1];
  if (next === undefined || next - groups.ends[index]! > max) return null;
  const separator = groups.text.slice(groups.ends[index], next);
  return separator === '%20' || separator === '%2D' ? ' ' : separator;
}

/** Number of digits in group `index`, 0 beyond the last one. */
export function lengthOf(groups: DigitGroups, index: number): number {
  const start = groups.starts[index];
  return start === undefined ? 0 : groups.ends[index]! - start;
}

/**
 * True when the number from `start` to `end` stands by itself: not inside a word, not a fraction, not in a chain of
 * dashes as in a UUID.
 */
export function standsAlone(text: string, start: number, end: number): boolean {
  if (isAt(text, start - 1, WORD) && !endsEscapedSpace(text, start)) return false;
  if (isAt(text, end, WORD)) return false;
  if (text[start - 1] === '-' && isAt(text, start - 2, WORD)) return false;
  if (text[end] === '-' && isAt(text, end + 1, WORD)) return false;
  if (text[start - 1] === '.' && isAt(text, start - 2, DIGIT)) return false;
  return !(text[end] === '.' && isAt(text, end + 1, DIGIT));
}

/** `\n4111…`, `%204111…`, `%3D4111…`: an escape before a number is not part of a word. */
function endsEscapedSpace(text: string, start: number): boolean {
  if (text[start - 2] === '\\') return 'nrt'.includes(text[start - 1]!);
  return text[start - 3] === '%';
}
