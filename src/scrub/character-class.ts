export const DIGIT = 1;
export const UPPER = 2;
export const LOWER = 4;
export const UNDERSCORE = 8;
/** `-` */
export const DASH = 16;
/** `+` and `/` */
export const BASE64_SIGN = 32;
/** `.` */
export const DOT = 64;
/** `=` */
export const EQUALS = 128;
/** Space, tab and line ends. */
export const SPACE = 256;
/** `a`–`f`, `A`–`F`; digits have {@link DIGIT}. */
export const HEX_LETTER = 512;

export const ALNUM: number = DIGIT | UPPER | LOWER;
export const WORD: number = ALNUM | UNDERSCORE;
export const BASE64: number = ALNUM | BASE64_SIGN;
export const BASE64URL: number = WORD | DASH;

const CLASSES: Readonly<Uint16Array> = classes();

function classes(): Uint16Array {
  const table = new Uint16Array(128);
  const add = (characters: string, bit: number): void => {
    for (const character of characters) table[character.charCodeAt(0)]! |= bit;
  };
  add('0123456789', DIGIT);
  add('ABCDEFGHIJKLMNOPQRSTUVWXYZ', UPPER);
  add('abcdefghijklmnopqrstuvwxyz', LOWER);
  add('_', UNDERSCORE);
  add('-', DASH);
  add('+/', BASE64_SIGN);
  add('.', DOT);
  add('=', EQUALS);
  add(' \t\r\n\v\f', SPACE);
  add('abcdefABCDEF', HEX_LETTER);
  return table;
}

/** The class bits of a UTF-16 unit; 0 for everything that is not ASCII, and for NaN (beyond the end). */
export function classOf(unit: number): number {
  return unit < 128 ? CLASSES[unit]! : 0;
}

/** True when the unit at `index` has one of the bits. Outside the text: false. */
export function isAt(text: string, index: number, bits: number): boolean {
  return index >= 0 && (classOf(text.charCodeAt(index)) & bits) !== 0;
}

/** The end of the run of units with one of the bits that begins at `from`, at most `max` long. */
export function runEnd(text: string, from: number, bits: number, max: number): number {
  const stop = Math.min(text.length, from + max);
  let end = from;
  while (end < stop && (classOf(text.charCodeAt(end)) & bits) !== 0) end++;
  return end;
}

/** The start of the run of units with one of the bits that ends before `to`, at most `max` long. */
export function runStart(text: string, to: number, bits: number, max: number): number {
  const stop = Math.max(0, to - max);
  let start = to;
  while (start > stop && (classOf(text.charCodeAt(start - 1)) & bits) !== 0) start--;
  return start;
}

/**
 * True when a token may begin at `index`: nothing of a word stands before it. The letter of an escape does not count
 * (`\nghp_…` in JSON text, `%3Dghp_…` in a URL, `\u003dghp_…`, `\x00ghp_…` in bytes, a terminal's colour).
 */
export function startsToken(text: string, index: number): boolean {
  if (!isAt(text, index - 1, WORD)) return true;
  return endsEscape(text, index);
}

/** What sets a colour of a terminal, as it is or as JSON and source code write it: a token may follow its `m`. */
const COLOUR = /(?:\u001b|\\u001b|\\x1b|\\033|\\e)\[[\d;]{0,16}m$/i;
const MAX_COLOUR = 24;

/** True when an escape sequence ends right before `index`. */
export function endsEscape(text: string, index: number): boolean {
  const before = text[index - 1];
  if (text[index - 2] === '\\' && before !== undefined && 'nrtbf'.includes(before)) return true;
  if (before === 'm' && COLOUR.test(text.slice(Math.max(0, index - MAX_COLOUR), index))) return true;
  const HEX = DIGIT | HEX_LETTER;
  if (!isAt(text, index - 1, HEX) || !isAt(text, index - 2, HEX)) return false;
  if (text[index - 3] === '%' || (text[index - 3] === 'x' && text[index - 4] === '\\')) return true;
  if (text.startsWith('%25', index - 5)) return true;
  return (
    text[index - 6] === '\\' && text[index - 5] === 'u' && text[index - 4] === '0' && text[index - 3] === '0'
  );
}
