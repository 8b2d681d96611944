import { isWeakName, judgeAt } from './assigned-name.ts';
import { isPlainValue } from './assigned-value.ts';
import { looksRandom } from './randomness.ts';
import type { ScrubType } from './scrub-type.ts';
import type { NameJudge } from './sensitive-name.ts';
import type { TextScan } from './text-scan.ts';

/** What may stand between a name and its value in code, on any number of lines: `: `, ` = `, `: string | undefined =\n`, `(\n`. */
const SEPARATOR =
  /^["'`]?\]?\s{0,64}(?::\s{0,64}[A-Za-z_$][\w$.<>[\]| ]{0,79}=(?![=>])|[?!]?:(?!:)|=(?![=>])|(?<call>\())/;
const MAX_SEPARATOR = 220;
/** How far back on its line it is told whether a name stands in a string. */
const MAX_LINE_BEFORE = 256;
/** Characters of one value that are read, and strings of it. */
const MAX_READ = 2_048;
const MAX_STRINGS = 32;
/** A recovery phrase has 24. */
const MAX_WORDS = 24;
/** White space and comments between the parts of a value. */
const GAP = /(?:\s|\/\/[^\n]*|\/\*[^*]{0,200}\*\/)*/y;
/** What strings are joined to, and what stands in for them: `+`, `||`, `??`. */
const OPERATOR = /\+(?![+=])|\|\|(?!=)|\?\?(?!=)/y;
const REFERENCE =
  /(?:await\s{1,8})?[A-Za-z_$][\w$]*(?:(?:\?\.|!?\.)[A-Za-z_$][\w$]*|\[["'][\w-]{1,64}["']\])*!?/y;
/** Functions that take a secret as it is. */
const FUNCTIONS = /^(?:set|with)?_?(?:password|passwd|passphrase|pwd|secret|token|apikey|api_key)$/i;

/** A string of the code, between its quotes. */
interface CodeString {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds secrets that are written in code on several lines: behind a line break, in a template, in strings that are joined.
 * What is read once is never read again for another name in it.
 * @param start of the name that ends at `end`
 * @returns where the value ends, or null
 */
export function findSourceStrings(
  scan: TextScan,
  start: number,
  end: number,
  judge: NameJudge,
): number | null {
  const { text } = scan;
  if (start < scan.codeCursor) return null;
  const separator = SEPARATOR.exec(text.slice(end, end + MAX_SEPARATOR));
  if (separator === null || isInString(text, start, end)) return null;
  const name = text.slice(start, end);
  if (separator.groups?.['call'] !== undefined && !FUNCTIONS.test(name)) return null;
  const from = end + separator[0].length;
  const { strings, readTo } = readStrings(text, from);
  scan.codeCursor = readTo;
  if (strings.length === 0 || isOnOneLine(text, end, strings)) return null;
  const rule = judgeAt(text, start, end, judge);
  if (rule === null) return null;
  const secret = strings.filter((one) => isValue(text.slice(one.start, one.end).trim(), rule.secret!));
  const whole = secret.map((one) => text.slice(one.start, one.end).trim()).join('');
  if (whole === '' || !/[\p{L}\d]/u.test(whole)) return null;
  if (rule.keepsNumbers && /^[\d.,_]+$/.test(whole) && whole.length < 16) return null;
  if (rule.secret === 'sensitive_name' && !/\d/.test(whole)) return null;
  if (rule.secret !== 'password' && rule.secret !== 'sensitive_name' && whole.length < 4) return null;
  if ((rule.needsRandom || isWeakName(name)) && !looksRandom(whole.slice(0, 64))) return null;
  for (const one of secret) scan.add(one.start, one.end, rule.secret!);
  return secret.at(-1)!.end;
}

/** A query or a list of words in a template is no secret: tokens are one word, and passwords not many. */
function isValue(value: string, type: ScrubType): boolean {
  if (value === '' || isPlainValue(value, true)) return false;
  const maxWords = type === 'password' || type === 'private_key' ? MAX_WORDS : 1;
  return value.split(/\s+/, maxWords + 1).length <= maxWords;
}

/** A string right behind the name has been judged as such. */
function isOnOneLine(text: string, nameEnd: number, [first, second]: readonly CodeString[]): boolean {
  return second === undefined && !/\n|\|\||\?\?|\+/.test(text.slice(nameEnd, first!.end));
}

/** True for a name in the middle of a string: the quote behind it ends that one and begins none. */
function isInString(text: string, start: number, end: number): boolean {
  const quote = text[start - 1] ?? '';
  if (`"'\``.includes(quote) && quote !== '' && text[end] === quote) return false;
  const before = text.slice(Math.max(0, start - MAX_LINE_BEFORE), start);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return [`"`, `'`, '`'].some((sign) => line.split(sign).length % 2 === 0);
}

/** The strings of the expression that begins at `from`, up to anything that joins none. */
function readStrings(
  whole: string,
  from: number,
): { readonly strings: readonly CodeString[]; readonly readTo: number } {
  const text = whole.slice(from, from + MAX_READ);
  const strings: CodeString[] = [];
  let at = skip(GAP, text, 0);
  while (text[at] === '(') at = skip(GAP, text, at + 1);
  while (at < text.length && strings.length < MAX_STRINGS) {
    const quote = text[at]!;
    if (quote === '"' || quote === "'" || quote === '`') {
      const end = stringEnd(text, at + 1, quote);
      if (text[end] === quote) strings.push({ start: from + at + 1, end: from + end });
      at = end + 1;
      if (text[end] !== quote) break;
    } else {
      const operand = skip(REFERENCE, text, at);
      if (operand === at) break;
      at = operand;
    }
    const gap = skip(GAP, text, at);
    const joined = skip(OPERATOR, text, gap);
    if (joined === gap) break;
    at = skip(GAP, text, joined);
  }
  return { strings, readTo: from + Math.min(at, text.length) };
}

/** Where the closing quote stands, or the string ends without one. Only a template goes over lines. */
function stringEnd(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    const sign = text[at]!;
    if (sign === quote || (sign === '\n' && quote !== '`')) return at;
    if (sign === '\\') at += 1;
  }
  return text.length;
}

function skip(expression: RegExp, text: string, from: number): number {
  expression.lastIndex = from;
  return expression.test(text) ? expression.lastIndex : from;
}
