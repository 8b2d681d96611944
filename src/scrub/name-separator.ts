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
  /** The name is that of a function and the value its argument. */
  readonly isCall: boolean;
  /** Nothing but a space stands between: `password "…"`, `api key … rejected`. */
  readonly isBeside: boolean;
}

const MAX_SEPARATOR = 260;
/** What can follow a name for a value to come; nearly every name in prose ends here. */
const SEPARATOR_STARTS = ' \t\r\n"\'`\\:=[]*%&>(\u001b';

const SIGN =
  /^(?:(?:\u001b\[[\d;]{0,8}m)?(?:\\{0,7}["'`]\]?|\[\d{0,3}\]|%22|%5D|&quot;|\]|\*\*)?[ \t]{0,8}(=>|:=|={1,3}|:|%3[AaDd]|\\u003[AaDd])[ \t]{0,8}(?:\*\*(?!\*)[ \t]?)?(?:\u001b\[[\d;]{0,8}m)?)/;
const PAIR =
  /^(?:\\{0,7}["'][ \t]{0,8}(?:,\s{0,40}\\{0,7}["'](?:value|val|v|content|data)\\{0,7}["']|[,/]?(?:\s{1,8}(?!value=)[a-z-]{1,20}=["'][^"'<>]{0,60}["']){0,3}\s{0,8}(?:value|content|data-value)(?==))\s{0,8}[:=]\s{0,8})/i;
/** `password: string = "…"`, `var password string = "…"`, `Dim password As String = "…"`, `let password: &str = "…"`. */
const DECLARATION =
  /^(?:[ \t]{0,4}:[ \t]{0,4}|[ \t]{1,4}(?:As[ \t]{1,4})?)(?:&(?:'static )?|Final\[)?(?:string|str|text|varchar|char\*?)\]?[?!]?[ \t]{0,4}=[ \t]{0,4}(?=[@bu]?["'`])/i;
/** What `var_dump` writes. */
const DUMP = /^(?:["']?\]=>\s{0,12}string\(\d{1,7}\) (?="))/;
/** `- name: DB_PASSWORD` and `value: …` on the next line, as containers have their environment. */
const NEXT_LINE = /^(?:["']?[ \t]{0,8}\r?\n[ \t]{0,40}value:[ \t]{1,8}(?=\S))/;
/** `<property name="…password">…</property>` */
const NAMED_TAG = /^(?:["'](?:\s{1,8}[\w:-]{1,20}=["'][^"'<>]{0,60}["']){0,3}\s{0,8}>(?=[^<\s]))/;
const CALL = /^(?:\([ \t]{0,4}(?=[@bu]?\\{0,7}["']))/;
const ENTRY = /^(?:\\{0,7}["'][ \t]{0,8},[ \t]{0,8}(?=\\{0,7}["']))/;
const FORM_DATA =
  /^(?:"(?:;[^\r\n\\]{0,100})?(?:\r?\n|\\r\\n|\\n)(?:[A-Za-z-]{1,40}:[^\r\n\\]{0,100}(?:\r?\n|\\r\\n|\\n))?(?:\r?\n|\\r\\n|\\n))/;
const XML_TAG = /^(?:(?:\s[^<>]{0,200})?>(?=[^<]))/;
const FLAG = /^(?:[ \t]{1,4}(?=[^\s-]))/;
const SQL = /^(?:(?:[ \t]{1,8}(?:BY|AS|IS|TO)?)?[ \t]{0,8}(?='))/i;
/** A quoted text, or a run that is long enough to be judged by itself. */
const BESIDE = /^ (?=\\{0,7}["'][^\s"']|[A-Za-z0-9_.~+/-]{20})/;
/** What SQL has before its keyword `password`. */
const SQL_OPENING = /\b(?:with|encrypted|unencrypted|set|by)[ \t]{1,4}$/i;
const IS =
  /^(?:["']?(?:[ \t](?:for|of)[ \t][\w.@-]{1,64})?[ \t](?:to(?=[ \t]\\{0,7}["'])|is|was|ist|war|lautet|es|est|è|é|は)(?:[ \t]now)?(?:[ \t]?:)?[ \t]{1,4})/;

/** What may stand before the first of two strings that are a name and its value: `["…"`, `define('…'`, `headers.set("…"`. */
const ENTRY_OPENING =
  /(?:\[|\b(?:define|setenv|putenv|set|put|add|append|header|[a-z]{1,12}Header|[a-z]{1,12}_header)\()\s{0,8}\\{0,7}["']$/i;
const NAMED_TAG_OPENING =
  /<[\w:-]{1,40}\s{1,8}(?:[\w:-]{1,20}=["'][^"'<>]{0,60}["']\s{1,8}){0,2}(?:name|key)=["']$/;

const PLAIN: Separator = {
  valueStart: 0,
  certainty: 'sure',
  end: 'value',
  isHeader: false,
  isSpaced: false,
  isCall: false,
  isBeside: false,
};

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
  const declared = isQuoted ? -1 : valueStart(DECLARATION);
  if (declared !== -1) return { ...PLAIN, valueStart: declared };
  const dumped = text[start - 2] === '[' ? valueStart(DUMP) : -1;
  if (dumped !== -1) return { ...PLAIN, valueStart: dumped };
  const sign = valueStart(SIGN);
  if (sign !== -1) {
    const written = text.slice(end, sign);
    const isColon = /:/.test(written) && !written.includes(':=');
    const isSpaced = /\s/.test(written);
    const isHeader =
      isColon &&
      (!isQuoted || text[end] === ':') &&
      (start === 0 || '\n\r"\'` {,([n'.includes(text[start - 1]!));
    const common = { ...PLAIN, valueStart: sign, isHeader, isSpaced };
    // `password= there`: the value may be empty, and what follows the next word. `token === '-r'`: a comparison.
    if ((!isQuoted && /^=[ \t]+$/.test(written)) || written.includes('=='))
      return { ...common, certainty: 'vague' };
    return { ...common, certainty: isColon && !isQuoted ? 'likely' : 'sure' };
  }
  if (isQuoted) {
    const pair = valueStart(PAIR);
    if (pair !== -1) return { ...PLAIN, valueStart: pair };
    const form = valueStart(FORM_DATA);
    if (form !== -1 && /name=\\?"$/.test(text.slice(Math.max(0, start - 8), start))) {
      return { ...PLAIN, valueStart: form, end: 'line' };
    }
    const entry = valueStart(ENTRY);
    if (entry !== -1 && ENTRY_OPENING.test(text.slice(Math.max(0, start - 40), start))) {
      return { ...PLAIN, valueStart: entry, certainty: 'vague' };
    }
    const tag = valueStart(NAMED_TAG);
    if (tag !== -1 && NAMED_TAG_OPENING.test(text.slice(Math.max(0, start - 200), start)))
      return { ...PLAIN, valueStart: tag, end: 'tag' };
    return nextLine(text, start, valueStart);
  }
  if (next === 40) {
    const call = valueStart(CALL);
    return call === -1 ? null : { ...PLAIN, valueStart: call, certainty: 'vague', isCall: true };
  }
  const line = nextLine(text, start, valueStart);
  if (line !== null) return line;
  if (next === 62 || next <= 32) {
    if (text[start - 1] === '<' || /<[A-Za-z]{1,20}:$/.test(text.slice(Math.max(0, start - 22), start))) {
      const tag = valueStart(XML_TAG);
      if (tag !== -1) return { ...PLAIN, valueStart: tag, end: 'tag' };
    }
  }
  if (isAt(text, end, SPACE) || next === 39) {
    // `machine github.com login jane password …`: the form of .netrc.
    if (/\blogin \S{1,64}\s{1,8}$/.test(text.slice(Math.max(0, start - 84), start))) {
      const netrc = valueStart(FLAG);
      if (netrc !== -1) return { ...PLAIN, valueStart: netrc };
    }
    if (isAt(text, start, DASH) || isDirective(text, start, end)) {
      const flag = valueStart(FLAG);
      if (flag !== -1) return { ...PLAIN, valueStart: flag };
    }
    const sql = valueStart(SQL);
    if (sql !== -1 && sql > end && isSql(text, start, end, sql)) return { ...PLAIN, valueStart: sql };
    const is = valueStart(IS);
    if (is !== -1) return { ...PLAIN, valueStart: is, certainty: 'vague' };
    const beside = valueStart(BESIDE);
    if (beside !== -1) return { ...PLAIN, valueStart: beside, certainty: 'vague', isBeside: true };
  }
  return null;
}

function nextLine(text: string, start: number, valueStart: (expression: RegExp) => number): Separator | null {
  const at = valueStart(NEXT_LINE);
  if (at === -1 || !/(?:name|key):[ \t]{1,8}["']?$/.test(text.slice(Math.max(0, start - 16), start)))
    return null;
  return { ...PLAIN, valueStart: at };
}

/** `PASSWORD '…'`, `with password '…'`, `IDENTIFIED BY '…'`, not `the password 'admin' is too short`. */
function isSql(text: string, start: number, end: number, valueStart: number): boolean {
  return (
    /[A-Za-z]/.test(text.slice(end, valueStart)) ||
    /^[A-Z_]+$/.test(text.slice(start, end)) ||
    SQL_OPENING.test(text.slice(Math.max(0, start - 20), start))
  );
}

/** `ENV DB_PASSWORD …` of a Dockerfile and `requirepass …` of Redis: a name and a value with a space between. */
function isDirective(text: string, start: number, end: number): boolean {
  if (/(?:^|\n)[ \t]{0,8}(?:ENV|ARG)[ \t]{1,4}$/.test(text.slice(Math.max(0, start - 20), start)))
    return true;
  return end - start === 11 && text.slice(start, end) === 'requirepass';
}
