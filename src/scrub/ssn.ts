import { DIGIT, isAt } from './character-class.ts';
import { lengthOf, separatorAfter, standsAlone } from './digit-groups.ts';
import type { DigitGroups } from './digit-groups.ts';
import { numbersThing } from './other-number.ts';
import type { TextScan } from './text-scan.ts';

const CONTEXT = 40;
/** Between the groups; the last two only where the words before say what the number is. */
const SEPARATORS: readonly string[] = ['-', ' ', '.', ' - '];
/** `ssn`, `SSN`, `employeeSsn`, `taxSSN`, but not the end of another word. */
const SSN_NAME = /(?<![A-Za-z])[Ss][Ss][Nn]|[a-z\d]S(?:sn|SN)/;
/** Another number, and the words between it and the next. */
const LAST_NUMBER =
  /(?:\d{7}|\d(?:[-. ]|%2D)\d{4}|\u0001)(?:[^\dA-Za-z\u0001<]|<\/[^<>]{0,64}>)*([A-Za-z<].*)$/s;
const SSN_WORDS =
  /soc(?:ial|\.).?sec(?:urity|\.)|\bss ?(?:#|no\b|num)|sozialversicherung|seguro social|tax.?payer|\bitin\b/;

/** United States social security numbers that begin with group `index`; the number of groups that one takes, or 0. */
export function findSsn(scan: TextScan, groups: DigitGroups, index: number): number {
  const length = lengthOf(groups, index);
  if (length === 3) return findGrouped(scan, groups, index) ? 3 : 0;
  return length === 9 && findBare(scan, groups, index) ? 1 : 0;
}

function findGrouped(scan: TextScan, groups: DigitGroups, index: number): boolean {
  if (lengthOf(groups, index + 1) !== 2 || lengthOf(groups, index + 2) !== 4) return false;
  const separator = separatorAfter(groups, index, 3);
  if (separator === null || separatorAfter(groups, index + 1, 3) !== separator) return false;
  if (!SEPARATORS.includes(separator)) return false;
  const { text } = scan;
  const start = groups.starts[index]!;
  const end = groups.ends[index + 2]!;
  if (!standsAlone(text, start, end)) return false;
  if (separator === ' ' && isInRow(text, start, end)) return false;
  if (separator !== '-' && separator !== ' ' && !hasContext(scan, start)) return false;
  const digits = text.slice(start, start + 3) + text.slice(groups.starts[index + 1], groups.ends[index + 1]);
  if (!isIssued(digits + text.slice(end - 4, end))) return false;
  if (numbersThing(scan, start, end) && !hasContext(scan, start)) return false;
  scan.add(start, end, 'ssn');
  return true;
}

function findBare(scan: TextScan, groups: DigitGroups, index: number): boolean {
  const start = groups.starts[index]!;
  const end = groups.ends[index]!;
  if (!standsAlone(scan.text, start, end) || !hasContext(scan, start)) return false;
  if (!isIssued(scan.text.slice(start, end))) return false;
  scan.add(start, end, 'ssn');
  return true;
}

/** True when a further number stands beside the three groups, as in a table. */
function isInRow(text: string, start: number, end: number): boolean {
  return (
    (text[start - 1] === ' ' && isAt(text, start - 2, DIGIT)) ||
    (text[end] === ' ' && isAt(text, end + 1, DIGIT))
  );
}

function hasContext(scan: TextScan, start: number): boolean {
  if (scan.hint === 'ssn') return true;
  const before = scan.text.slice(Math.max(0, start - CONTEXT), start);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  // A label may stand on the line above; with words of its own a line speaks for itself.
  const near = /[A-Za-z]/.test(line) ? line : before;
  // What stands behind another number, and the end of an element, are about that one.
  const own = LAST_NUMBER.exec(near)?.[1] ?? near;
  return SSN_NAME.test(own) || SSN_WORDS.test(own.toLowerCase());
}

/** The rules of the Social Security Administration for numbers that can have been issued. */
function isIssued(digits: string): boolean {
  const area = digits.slice(0, 3);
  if (area === '000' || area === '666' || area[0] === '9') return false;
  return digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000';
}
