import { ConditionSyntaxError } from './condition-node.ts';

/** The smallest piece of a condition that means something. `start` and `end` are offsets into the text. */
export type ConditionToken = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'name'; readonly value: string }
  | { readonly kind: 'symbol'; readonly value: string }
  | { readonly kind: 'end' }
);

const WHITE_SPACE = /[ \t\r\n]*/y;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const SYMBOL = /===|!==|=~|\?\.|\?\?|=>|\*\*|\+\+|--|&&|\|\||==|!=|<=|>=|[<>!+\-*/%().,[\]{}=&|^~?:;]/y;
const STRING_BODY = { '"': /[^"\\\r\n]*/y, "'": /[^'\\\r\n]*/y };

/** Symbols that other languages have here, and what to write instead. */
const FOREIGN_SYMBOLS: Readonly<Record<string, string>> = {
  '===': 'write == (it never turns text into a number)',
  '!==': 'write != (it never turns text into a number)',
  '?.': 'write . (a missing value on the way is nil, never an error)',
  '=': 'nothing can be assigned; to compare, write ==',
  '&': 'write &&',
  '|': 'write ||',
  '++': 'nothing can be assigned',
  '--': 'nothing can be assigned',
};

/** The token at or after `from`; throws {@link ConditionSyntaxError} where there is none. */
export function readConditionToken(text: string, from: number): ConditionToken {
  const start = from + (match(WHITE_SPACE, text, from)?.length ?? 0);
  if (start >= text.length) return { kind: 'end', start, end: start };

  const quote = text[start];
  if (quote === '"' || quote === "'") return readStringToken(text, start, quote);

  const digits = match(NUMBER, text, start);
  if (digits !== null) return readNumberToken(text, start, digits);

  const name = match(NAME, text, start);
  if (name !== null) return { kind: 'name', value: name, start, end: start + name.length };

  const symbol = match(SYMBOL, text, start);
  if (symbol === null) throw new ConditionSyntaxError('This character has no meaning in a condition.', start);
  const advice = FOREIGN_SYMBOLS[symbol];
  if (advice !== undefined) {
    throw new ConditionSyntaxError(`"${symbol}" is not part of the language: ${advice}.`, start);
  }
  return { kind: 'symbol', value: symbol, start, end: start + symbol.length };
}

function readNumberToken(text: string, start: number, digits: string): ConditionToken {
  const end = start + digits.length;
  const value = Number(digits);
  if (!Number.isFinite(value)) throw new ConditionSyntaxError('This number is too large.', start);
  // "1.5.2", "0x1F", "10n" and "5px" must not fall apart into a number and something else.
  if (match(NAME, text, end) !== null || (text[end] === '.' && match(NUMBER, text, end + 1) !== null)) {
    throw new ConditionSyntaxError('Write numbers as 42, 4.2 or 4e2.', start);
  }
  return { kind: 'number', value, start, end };
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  '"': '"',
  "'": "'",
};
const UNICODE_ESCAPE = /u([0-9a-fA-F]{4})/y;

function readStringToken(text: string, start: number, quote: '"' | "'"): ConditionToken {
  let value = '';
  let at = start + 1;
  for (;;) {
    const body = match(STRING_BODY[quote], text, at) ?? '';
    value += body;
    at += body.length;
    if (text[at] === quote) return { kind: 'string', value, start, end: at + 1 };
    if (text[at] !== '\\') throw new ConditionSyntaxError('This text has no closing quote.', start);
    const code = match(UNICODE_ESCAPE, text, at + 1);
    if (code !== null) {
      value += String.fromCharCode(Number.parseInt(code.slice(1), 16));
      at += 6;
      continue;
    }
    const escaped = text[at + 1];
    const meant = escaped === undefined || !Object.hasOwn(ESCAPES, escaped) ? undefined : ESCAPES[escaped];
    if (meant === undefined) {
      throw new ConditionSyntaxError('Known escapes are \\n \\r \\t \\\\ \\" \\\' and \\uXXXX.', at);
    }
    value += meant;
    at += 2;
  }
}

/** What a sticky expression matches exactly at `at`. */
function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}
