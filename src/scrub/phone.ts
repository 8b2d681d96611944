import { ALNUM, DIGIT, WORD, endsEscape, isAt } from './character-class.ts';
import { isNorthAmerican, nationalLengthOf } from './calling-code.ts';
import { lengthOf, separatorAfter } from './digit-groups.ts';
import type { DigitGroups } from './digit-groups.ts';
import { isInIban } from './iban.ts';
import { numbersThing } from './other-number.ts';
import { hasPhoneWord, hasUnitBehind } from './phone-words.ts';
import type { TextScan } from './text-scan.ts';

/** Between the groups of a number; `+` stands for a space in a form. */
const SEPARATORS = /^(?:[ .\-/]|[ ]?\(0?\)?|\)[ \-.+]?|[ ]?[-–/][ ]?|-?\()$/;
const FORM_SEPARATORS = new RegExp(`${SEPARATORS.source}|^\\+$|^\\+\\($`);

/** Between two telephone numbers, of which only the first one has a word before it. */
const CONJUNCTION = /^[\s"'\\]*(?:[,;|/]|or|and|oder|und|ou|et|o|y|e|или)[\s"'\\(]*$/;
const MAX_CONJUNCTION = 10;

/** Telephone numbers that begin with group `index`; the number of groups that one takes, or 0. */
export function findPhone(scan: TextScan, groups: DigitGroups, index: number): number {
  return (
    findInternational(scan, groups, index) ||
    findNorthAmerican(scan, groups, index) ||
    findByContext(scan, groups, index)
  );
}

/** `+33 6 39 98 17 47`, `+1 (415) 555-2671`, `%2B4915112345678`, `0049 …` after a phone word. */
function findInternational(scan: TextScan, groups: DigitGroups, index: number): number {
  const { text } = scan;
  const start = groups.starts[index]!;
  const plus = plusBefore(text, start);
  if (plus === -1) return findDialledOut(scan, groups, index);
  const separators = text[plus] === '%' ? FORM_SEPARATORS : SEPARATORS;
  let digits = '';
  let best = 0;
  for (let step = 0; step < 8; step++) {
    if (lengthOf(groups, index + step) === 0) break;
    digits += text.slice(groups.starts[index + step], groups.ends[index + step]);
    if (digits.length > 16) break;
    const code = nationalLengthOf(digits);
    if (code !== null) {
      // A trunk zero in brackets, `+44 (0)20 …`, is written but not dialled.
      const national = digits.length - code.code.length - (hasTrunkZero(text, groups, index, step) ? 1 : 0);
      if (national > code.max) break;
      if (national >= code.min) best = step + 1;
    }
    const separator = separatorAfter(groups, index + step, 4);
    if (separator === null || !separators.test(separator)) break;
  }
  if (best === 0) return 0;
  const end = groups.ends[index + best - 1]!;
  if (isAt(text, end, WORD) || isDecimal(text, groups, index, best)) return 0;
  if (best === 1 && hasUnitBehind(text, end)) return 0;
  if (text[end] === '-' && isAt(text, end + 1, ALNUM)) return 0;
  const code = nationalLengthOf(digits);
  if (code?.code === '1') {
    const national = digitsOf(text, groups, index, best).slice(1);
    if (!/^[2-9]\d\d[2-9]/.test(national)) return 0;
  }
  scan.add(withBracket(text, plus, end), end, 'phone');
  return best;
}

/** `0049 151 12345678`: the international prefix as it is dialled, in groups. */
function findDialledOut(scan: TextScan, groups: DigitGroups, index: number): number {
  const { text } = scan;
  const start = groups.starts[index]!;
  const size = lengthOf(groups, index);
  if (size < 3 || size > 5 || text[start] !== '0' || text[start + 1] !== '0') return 0;
  let digits = text.slice(start + 2, groups.ends[index]);
  let count = 1;
  while (
    count < 7 &&
    index + count < groups.count &&
    separatorAfter(groups, index + count - 1, 1)?.trim() === ''
  ) {
    digits += text.slice(groups.starts[index + count], groups.ends[index + count]);
    count++;
  }
  const plan = nationalLengthOf(digits);
  const national = plan === null ? 0 : digits.length - plan.code.length;
  if (plan === null || count === 1 || national < Math.max(8, plan.min) || national > plan.max) return 0;
  const end = groups.ends[index + count - 1]!;
  if (isInChain(text, start, end) || isInIban(text, start, end)) return 0;
  scan.add(start, end, 'phone');
  return count;
}

function hasTrunkZero(text: string, groups: DigitGroups, index: number, step: number): boolean {
  if (step === 0) return false;
  const second = groups.starts[index + 1]!;
  return text[second] === '0' && (text[second - 1] === '(' || text.startsWith('28', second - 2));
}

/** The start of the `+` or `%2B` before a number, which nothing of a word may precede; -1 when there is none. */
function plusBefore(text: string, start: number): number {
  const open = text[start - 1] === '(' ? start - 1 : start;
  const sign = text.charCodeAt(open - 1);
  let plus = -1;
  if (sign === 43) plus = open - 1;
  else if ((sign | 32) === 98 && text.startsWith('%2', open - 3)) plus = open - 3;
  else if ((sign | 32) === 98 && text.startsWith('%252', open - 5)) plus = open - 5;
  if (plus <= 0) return plus;
  if (!isAt(text, plus - 1, ALNUM)) return text[plus - 1] === '+' ? -1 : plus;
  return endsEscape(text, plus) ? plus : -1;
}

/** `+12345678.90`: one dot and nothing else. */
function isDecimal(text: string, groups: DigitGroups, index: number, count: number): boolean {
  const end = groups.ends[index + count - 1]!;
  if (count === 1) return text[end] === '.' && isAt(text, end + 1, DIGIT);
  return count === 2 && separatorAfter(groups, index, 1) === '.';
}

/** `(415) 555-2671`, `415-555-2671`, `1.415.555.2671`. */
function findNorthAmerican(scan: TextScan, groups: DigitGroups, index: number): number {
  const { text } = scan;
  const hasCode = lengthOf(groups, index) === 1 && text[groups.starts[index]!] === '1';
  const first = hasCode ? index + 1 : index;
  const code = hasCode ? separatorAfter(groups, index, 2) : null;
  if (hasCode && code !== '(' && !isPhoneSeparator(code)) return 0;
  if (lengthOf(groups, first) !== 3) return 0;
  const area = separatorAfter(groups, first, 3);
  if (area !== '/' && !isPhoneSeparator(area)) return 0;
  let count: number;
  if (lengthOf(groups, first + 1) === 7) count = 2;
  else if (lengthOf(groups, first + 1) === 3 && lengthOf(groups, first + 2) === 4) {
    const exchange = separatorAfter(groups, first + 1, 3);
    // `%28415%29+555+2671`: the spaces of a form.
    if (!isPhoneSeparator(exchange) && !(exchange === '+' && area === ')+')) return 0;
    count = 3;
  } else return 0;
  const start = groups.starts[first]!;
  const end = groups.ends[first + count - 1]!;
  if (!isNorthAmerican(digitsOf(text, groups, first, count))) return 0;
  if (count === 2 && (area === '.' || area === '/')) return 0;
  const from = hasCode ? groups.starts[index]! : start;
  const open = text[from - 1] === '(' ? from - 1 : from;
  if (isInChain(text, open, end)) return 0;
  if (area === ' ' && !hasCode && isInRow(text, open, end)) return 0;
  if (scan.hint !== 'phone' && (numbersThing(scan, open, end) || hasUnitBehind(text, end))) return 0;
  scan.add(withBracket(text, from, end), end, 'phone');
  return hasCode ? count + 1 : count;
}

/** Numbers in national or bare form, which only the words before them or the name of the field tell from other numbers. */
function findByContext(scan: TextScan, groups: DigitGroups, index: number): number {
  const { text } = scan;
  const start = groups.starts[index]!;
  // Between the words and the number there are no other digits, so only the first group of a chain can have them.
  if (index > 0 && scan.spans.length === 0) return 0;
  const open = text[start - 1] === '(' ? start - 1 : start;
  if (isAt(text, open - 1, WORD) && !endsEscape(text, open)) return 0;
  let digits = '';
  let best = 0;
  for (let step = 0; step < 7 && lengthOf(groups, index + step) > 0; step++) {
    digits += text.slice(groups.starts[index + step], groups.ends[index + step]);
    if (digits.length > 15) break;
    if (digits.length >= 7) best = step + 1;
    const separator = separatorAfter(groups, index + step, 3);
    if (separator === null || !SEPARATORS.test(separator)) break;
  }
  if (best === 0) return 0;
  const hinted = scan.hint === 'phone';
  const end = groups.ends[index + best - 1]!;
  // Most numbers are dates, amounts and ids: what tells them is cheaper than the words before them.
  const found = digitsOf(text, groups, index, best);
  if (isInChain(text, open, end) || isDecimal(text, groups, index, best) || !isNational(found, best, hinted))
    return 0;
  if (/^\d{4}[-/.]\d{2}[-/.]\d{2}/.test(text.slice(start, end))) return 0;
  if (!isFurtherNumber(scan, start, found)) {
    if (index > 0) return 0;
    if (!hinted && (hasUnitBehind(text, end) || !hasPhoneWord(text, start, found, best))) return 0;
  }
  if (isInIban(text, start, end)) return 0;
  scan.add(withBracket(text, start, end), end, 'phone');
  return best;
}

/** True right behind another national number of that length: `0171 1234567 / 0171 1234568`, `["4155552671","4155552672"]`. */
function isFurtherNumber(scan: TextScan, start: number, digits: string): boolean {
  const { text } = scan;
  const last = scan.spans.at(-1);
  if (last === undefined || last.type !== 'phone' || last.end > start || start - last.end > MAX_CONJUNCTION)
    return false;
  const before = text.slice(last.start, last.end);
  if (before.startsWith('+') || Math.abs(before.replace(/\D/g, '').length - digits.length) > 1) return false;
  return CONJUNCTION.test(text.slice(last.end, start));
}

function isNational(digits: string, groupCount: number, hinted: boolean): boolean {
  if (/^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])$/.test(digits)) return false;
  if (/^(\d)\1+$/.test(digits)) return false;
  if (hinted) return true;
  // Seconds and milliseconds since 1970 have this length and begin with 1.
  if (groupCount === 1 && /^1[5-9]\d{8}(?:\d{3})?$/.test(digits) && digits.length !== 11) return false;
  return digits.length >= 8 || groupCount > 1 || digits.startsWith('0');
}

/** The start of the number with the bracket before it, when the number closes that bracket. */
function withBracket(text: string, start: number, end: number): number {
  if (text.startsWith('%28', start - 3) && text.slice(start, end).includes('%29')) return start - 3;
  if (text[start - 1] !== '(') return start;
  const close = text.indexOf(')', start);
  const open = text.indexOf('(', start);
  return close !== -1 && close < end && (open === -1 || open > close) ? start - 1 : start;
}

function isPhoneSeparator(separator: string | null): boolean {
  if (separator === null) return false;
  if (separator.length === 1) return ' .-)'.includes(separator);
  return /^(?:\)[ +-]?| - ?|- | ?\(|-\()$/.test(separator);
}

function isInChain(text: string, start: number, end: number): boolean {
  if (isAt(text, start - 1, WORD) && !endsEscape(text, start)) return true;
  if (isAt(text, end, WORD) && text[end] !== 'x') return true;
  const before = text[start - 1];
  const after = text[end];
  if (
    (before === '-' || before === '.' || before === '/') &&
    isAt(text, start - 2, ALNUM) &&
    !isLink(text, start)
  )
    return true;
  return (after === '-' || after === '.' || after === '/') && isAt(text, end + 1, ALNUM);
}

function isLink(text: string, start: number): boolean {
  return text.slice(Math.max(0, start - 6), start) === 'wa.me/';
}

function isInRow(text: string, start: number, end: number): boolean {
  return (
    (text[start - 1] === ' ' && isAt(text, start - 2, DIGIT)) ||
    (text[end] === ' ' && isAt(text, end + 1, DIGIT))
  );
}

function digitsOf(text: string, groups: DigitGroups, index: number, count: number): string {
  let digits = '';
  for (let step = 0; step < count; step++)
    digits += text.slice(groups.starts[index + step], groups.ends[index + step]);
  return digits;
}
