import { DASH, SPACE, isAt } from './character-class.ts';

/** How sure the syntax makes us that what follows is the value of the name. */
export type Certainty = 'sure' | 'likely' | 'vague';

/** What stands between a name and its value. */
export interface Separator {
  readonly valueStart: number;
  readonly certainty: Certainty;
  /** XML text and form data end where their syntax says. */
  readonly end: 'value' | 'tag' | 'line';
  readonly isHeader: boolean;
  /** White space stands around the sign, as in code and in prose. */
  readonly isSpaced: boolean;
}

const MAX_SEPARATOR = 260;
/** What can follow a name for a value to come; nearly every name in prose ends here. */
const SEPARATOR_STARTS = ' \t"\'`\\:=]*%&>';

const SIGN =
  /^(?:(?:\\{0,7}["'`]|%22|%5D|&quot;|"?\]|\*\*)?[ \t]{0,8}(=>|:=|={1,3}|:|%3[AaDd]|\\u003[AaDd])[ \t]{0,8}(?:\*\*(?!\*)[ \t]?)?)/;
const PAIR =
  /^(?:\\{0,7}["'][ \t]{0,8}(?:,\s{0,40}\\{0,7}["'](?:value|val|v|content|data)\\{0,7}["']|[,/]?(?:\s{1,8}(?!value=)[a-z-]{1,20}=["'][^"'<>]{0,60}["']){0,3}\s{0,8}(?:value|content|data-value)(?==))\s{0,8}[:=]\s{0,8})/i;
const ENTRY = /^(?:\\{0,7}["'][ \t]{0,8},[ \t]{0,8}(?=\\{0,7}["']))/;
const FORM_DATA =
  /^(?:"(?:;[^\r\n\\]{0,100})?(?:\r?\n|\\r\\n|\\n)(?:[A-Za-z-]{1,40}:[^\r\n\\]{0,100}(?:\r?\n|\\r\\n|\\n))?(?:\r?\n|\\r\\n|\\n))/;
const XML_TAG = /^(?:(?:\s[^<>]{0,200})?>(?=[^<]))/;
const FLAG = /^(?:[ \t]{1,4}(?=[^\s-]))/;
const SQL = /^(?:(?:[ \t]{1,8}(?:BY|AS|IS|TO)?)?[ \t]{0,8}(?='))/i;
const IS = /^(?:["']?[ \t](?:is|was|ist|es|est|は)(?:[ \t]?:)?[ \t]{1,4})/;

/** What follows the name from `start` to `end`; null when no value does. */
export function readSeparator(text: string, start: number, end: number): Separator | null {
  const next = text.charCodeAt(end);
  if (next >= 128 || !SEPARATOR_STARTS.includes(text[end] ?? '-')) return null;
  const isQuoted = '"\'`\\'.includes(text[start - 1] ?? '-') && start > 0;
  const rest = text.slice(end, end + MAX_SEPARATOR);
  const valueStart = (expression: RegExp): number => {
    const match = expression.exec(rest);
    return match === null ? -1 : end + match[0].length;
  };
  const sign = valueStart(SIGN);
  if (sign !== -1) {
    const written = text.slice(end, sign);
    const isColon = /:/.test(written) && !written.includes(':=');
    const isSpaced = /\s/.test(written);
    const isHeader = isColon && !isQuoted && (start === 0 || '\n\r"\'` {,([n'.includes(text[start - 1]!));
    const common = { valueStart: sign, end: 'value' as const, isHeader, isSpaced };
    // `password= there`: the value may be empty, and what follows the next word. `token === '-r'`: a comparison.
    if ((!isQuoted && /^=[ \t]+$/.test(written)) || written.includes('=='))
      return { ...common, certainty: 'vague' };
    return { ...common, certainty: isColon && !isQuoted ? 'likely' : 'sure' };
  }
  if (isQuoted) {
    const pair = valueStart(PAIR);
    if (pair !== -1)
      return { valueStart: pair, certainty: 'sure', end: 'value', isHeader: false, isSpaced: false };
    const form = valueStart(FORM_DATA);
    if (form !== -1 && /name=\\?"$/.test(text.slice(Math.max(0, start - 8), start))) {
      return { valueStart: form, certainty: 'sure', end: 'line', isHeader: false, isSpaced: false };
    }
    const entry = valueStart(ENTRY);
    if (entry !== -1 && /\[\s{0,8}\\{0,7}["']$/.test(text.slice(Math.max(0, start - 18), start))) {
      return { valueStart: entry, certainty: 'vague', end: 'value', isHeader: false, isSpaced: false };
    }
    return null;
  }
  if (next === 62 || next <= 32) {
    if (text[start - 1] === '<' || /<[A-Za-z]{1,20}:$/.test(text.slice(Math.max(0, start - 22), start))) {
      const tag = valueStart(XML_TAG);
      if (tag !== -1)
        return { valueStart: tag, certainty: 'sure', end: 'tag', isHeader: false, isSpaced: false };
    }
  }
  if (isAt(text, end, SPACE) || next === 39) {
    // `machine github.com login jane password …`: the form of .netrc.
    if (/\blogin \S{1,64}\s{1,8}$/.test(text.slice(Math.max(0, start - 84), start))) {
      const netrc = valueStart(FLAG);
      if (netrc !== -1)
        return { valueStart: netrc, certainty: 'sure', end: 'value', isHeader: false, isSpaced: false };
    }
    if (isAt(text, start, DASH)) {
      const flag = valueStart(FLAG);
      if (flag !== -1)
        return { valueStart: flag, certainty: 'sure', end: 'value', isHeader: false, isSpaced: false };
    }
    const sql = valueStart(SQL);
    if (sql !== -1 && sql > end)
      return { valueStart: sql, certainty: 'sure', end: 'value', isHeader: false, isSpaced: false };
    const is = valueStart(IS);
    if (is !== -1)
      return { valueStart: is, certainty: 'vague', end: 'value', isHeader: false, isSpaced: false };
  }
  return null;
}
