import { DIGIT, WORD, isAt } from './character-class.ts';

/** A chain of runs of digits with short separators between them, as numbers are written. */
export interface DigitGroups {
  readonly text: string;
  /** Where the runs begin and end; what stands beyond the first `count` is left from another chain. */
  readonly starts: number[];
  readonly ends: number[];
  count: number;
  /** Digits in all. */
  digits: number;
}

/** Longest separator inside a chain. */
const MAX_SEPARATOR = 4;

/**
 * Visits each chain of runs of digits in a part of a text that begins and ends with a digit; the two digits of a percent
 * escape (`%20`) do not count as a number.
 */
export function forEachChain(
  text: string,
  from: number,
  to: number,
  visit: (chain: DigitGroups) => void,
): void {
  const chain: DigitGroups = { text, starts: [], ends: [], count: 0, digits: 0 };
  let chainEnd = 0;
  for (let at = from; at < to; at++) {
    let unit = text.charCodeAt(at);
    if (unit > 57 || unit < 48) continue;
    let end = at + 1;
    while (end < to && (unit = text.charCodeAt(end)) < 58 && unit > 47) end++;
    const start = text.charCodeAt(at - 1) === 37 ? at + 2 : at;
    at = end;
    if (start >= end) continue;
    if (chain.count > 0 && !isJoined(text, chainEnd, start)) {
      visit(chain);
      chain.count = 0;
      chain.digits = 0;
    }
    chain.starts[chain.count] = start;
    chain.ends[chain.count] = end;
    chain.count++;
    chain.digits += end - start;
    chainEnd = end;
  }
  if (chain.count > 0) visit(chain);
}

/** Where the digits around `at` begin that stand at most `gap` apart; `floor` is as far back as it can be. */
export function firstDigit(text: string, at: number, gap: number, floor: number): number {
  let first = at;
  for (let i = at - 1; i >= floor && first - i <= gap; i--) {
    const unit = text.charCodeAt(i);
    if (unit > 47 && unit < 58) first = i;
  }
  return first;
}

/** The end of the digits around `at` that stand at most `gap` apart. */
export function lastDigit(text: string, at: number, gap: number): number {
  let last = at;
  for (let i = at + 1; i < text.length && i - last <= gap; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 47 && unit < 58) last = i;
  }
  return last + 1;
}

/** True when what stands between two runs can separate the groups of one number. */
function isJoined(text: string, from: number, to: number): boolean {
  if (to - from > MAX_SEPARATOR) return false;
  if (text.charCodeAt(from) === 37) return true;
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at);
    // ` ( ) + - . /`
    if (unit !== 32 && (unit < 40 || unit > 47 || unit === 42 || unit === 44)) return false;
  }
  return true;
}

/** What stands between group `index` and the next one; null after the last one or when it is longer than `max`. */
export function separatorAfter(groups: DigitGroups, index: number, max: number): string | null {
  if (index + 1 >= groups.count) return null;
  const next = groups.starts[index + 1]!;
  if (next - groups.ends[index]! > max) return null;
  const separator = groups.text.slice(groups.ends[index], next);
  return separator === '%20' || separator === '%2D' ? ' ' : separator;
}

/** Number of digits in group `index`, 0 beyond the last one. */
export function lengthOf(groups: DigitGroups, index: number): number {
  return index < groups.count ? groups.ends[index]! - groups.starts[index]! : 0;
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
