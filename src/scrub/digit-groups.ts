import { DIGIT, WORD, endsEscape, isAt } from './character-class.ts';

/** A chain of runs of digits with short separators between them, as numbers are written. */
export interface DigitGroups {
  readonly text: string;
  /** Where the runs begin and end; what stands beyond the first `count` is left from another chain. */
  readonly starts: number[];
  readonly ends: number[];
  count: number;
  /** Digits in all. */
  digits: number;
  /** The end of the last digits that were read. */
  readTo: number;
}

/** Longest separator inside a chain, and the same with its signs escaped as in a URL. */
const MAX_SEPARATOR = 4;
const MAX_ESCAPED_SEPARATOR = 11;
/** ` ( ) + - . /` as a URL escapes them, and a URL within a URL. */
const ESCAPED_SIGNS = /%(?:25)?2[089bdefBDEF]/g;

/**
 * Reads the chain that begins with the digit at `from`, and returns where the next digit stands: at most `maxGap` units
 * further, else -1. The digits of an escape (`%20`, `\\u0022`, `\\x22`) do not count as a number.
 */
export function readChain(chain: DigitGroups, from: number, maxGap: number): number {
  const { text } = chain;
  chain.count = 0;
  chain.digits = 0;
  let at = from;
  for (;;) {
    const start = at + escapedDigits(text, at);
    if (chain.count > 0 && start === at && !isJoined(text, chain.ends[chain.count - 1]!, start)) return at;
    const first = at;
    let unit: number;
    // Written out: a function for it would be called or not as the compiler likes, at twice the cost.
    do unit = text.charCodeAt(++at);
    while (unit > 47 && unit < 58);
    if (start < at) {
      if (start > first && chain.count > 0 && !isJoined(text, chain.ends[chain.count - 1]!, start))
        return first;
      chain.starts[chain.count] = start;
      chain.ends[chain.count] = at;
      chain.count++;
      chain.digits += at - start;
    }
    chain.readTo = at;
    const stop = at + maxGap;
    do unit = text.charCodeAt(++at);
    while (at < stop && !(unit > 47 && unit < 58));
    if (at >= stop) return -1;
  }
}

/** How many of the digits from `at` on belong to an escape that began before. */
function escapedDigits(text: string, at: number): number {
  const before = text.charCodeAt(at - 1);
  if (before === 37) return text.startsWith('252', at) ? 4 : 2;
  if ((before !== 117 && before !== 120) || text.charCodeAt(at - 2) !== 92) return 0;
  return before === 117 ? 4 : 2;
}

/** True where the three groups of a date begin, `2025-03-14` or `2025/03/14`: no number that is looked for has that form. */
export function isDateAt(groups: DigitGroups, index: number): boolean {
  const { text, starts, ends } = groups;
  if (index + 2 >= groups.count) return false;
  const start = starts[index]!;
  if (ends[index]! - start !== 4 || ends[index + 2]! - start !== 10) return false;
  if (starts[index + 1]! - start !== 5 || starts[index + 2]! - start !== 8) return false;
  const sign = text.charCodeAt(start + 4);
  if ((sign !== 45 && sign !== 47) || text.charCodeAt(start + 7) !== sign) return false;
  const before = text.charCodeAt(start - 1);
  // `+`, `(` and the `B` of `%2B` may begin a telephone number.
  return before !== 43 && before !== 40 && (before | 32) !== 98;
}

/** Where the digits before `at` begin that stand at most `maxGap` apart; `floor` is as far back as it can be. */
export function firstDigit(text: string, at: number, maxGap: number, floor: number): number {
  let first = at;
  for (let i = at - 1; i >= floor && first - i <= maxGap; i--) {
    const unit = text.charCodeAt(i);
    if (unit > 47 && unit < 58) first = i;
  }
  return first;
}

/** True when what stands between two runs can separate the groups of one number. */
function isJoined(text: string, from: number, to: number): boolean {
  if (to - from > MAX_SEPARATOR && (to - from > MAX_ESCAPED_SEPARATOR || !text.slice(from, to).includes('%')))
    return false;
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at);
    // ` ( ) + - . /`
    if (unit === 32 || (unit >= 40 && unit <= 47 && unit !== 42 && unit !== 44)) continue;
    const size = text.startsWith('%25', at) ? 5 : 3;
    if (unit !== 37 || unescaped(text.slice(at, at + size)).length !== 1) return false;
    at += size - 1;
  }
  return true;
}

/** What stands between group `index` and the next one; null after the last one or when it is longer than `max`. */
export function separatorAfter(groups: DigitGroups, index: number, max: number): string | null {
  if (index + 1 >= groups.count) return null;
  const from = groups.ends[index]!;
  const to = groups.starts[index + 1]!;
  if (to - from > max && !groups.text.slice(from, to).includes('%')) return null;
  const separator = unescaped(groups.text.slice(from, to));
  return separator.length > max ? null : separator;
}

function unescaped(separator: string): string {
  if (!separator.includes('%')) return separator;
  return separator.replace(ESCAPED_SIGNS, (sign) => decodeURIComponent(`%${sign.slice(-2)}`));
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
  if (isAt(text, start - 1, WORD) && !endsEscape(text, start)) return false;
  if (isAt(text, end, WORD)) return false;
  if (text[start - 1] === '-' && isAt(text, start - 2, WORD)) return false;
  if (text[end] === '-' && isAt(text, end + 1, WORD)) return false;
  if (text[start - 1] === '.' && isAt(text, start - 2, DIGIT)) return false;
  return !(text[end] === '.' && isAt(text, end + 1, DIGIT));
}
