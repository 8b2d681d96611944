import { ALNUM, SPACE, isAt } from './character-class.ts';
import { isLabel } from './sensitive-name.ts';
import type { TextScan } from './text-scan.ts';

/** A value behind a name in a text. */
export interface AssignedValue {
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
}

/** The head of a block of YAML, `>-` or `|`, and the indentation of its first line. */
const YAML_BLOCK = /^[|>][+-]?\d?[ \t]{0,8}\r?\n[ \t]{1,40}(?=\S)/;

/** The value that begins at `from`; null when there is none on this line. */
export function readAssignedValue(scan: TextScan, from: number): AssignedValue | null {
  const { text } = scan;
  // `N'…'` of SQL, `u'…'`, `b"…"`, `@"…"`: the letter belongs to the quote.
  if (/^[NEBRUFLnebrufl@$]["']/.test(text.slice(from, from + 2))) return readAssignedValue(scan, from + 1);
  const block =
    text[from] === '|' || text[from] === '>' ? YAML_BLOCK.exec(text.slice(from, from + 64)) : null;
  if (block !== null) {
    const start = from + block[0].length;
    const end = lineEnd(scan, start);
    return end > start ? { start, end, isQuoted: true } : null;
  }
  const opener = /^(?:\\{0,7}["'`]|%22|%27|&quot;|&#3[49];|[“„«‘])/.exec(text.slice(from, from + 10))?.[0];
  if (opener !== undefined) {
    const start = from + opener.length;
    const end = quotedEnd(text, start, opener);
    return end > start ? { start, end, isQuoted: true } : null;
  }
  // ODBC quotes by braces; a lone word in them is a template.
  const braced = text[from] === '{' ? /^\{([^{}"':\n]{1,128})\}/.exec(text.slice(from, from + 130)) : null;
  if (braced !== null && !/^[A-Za-z_.]+$/.test(braced[1]!)) {
    return { start: from + 1, end: from + 1 + braced[1]!.length, isQuoted: true };
  }
  const end = bareEnd(scan, from);
  return end > from ? { start: from, end, isQuoted: false } : null;
}

/** The end of the rest of the line, or of the string of JSON that it stands in. */
export function lineEnd(scan: TextScan, from: number): number {
  const { text } = scan;
  if (from < scan.lineFrom || from > scan.lineEnd) {
    let end = from;
    while (end < text.length && !endsLine(text, end)) end++;
    while (end > from && isAt(text, end - 1, SPACE)) end--;
    scan.lineFrom = from;
    scan.lineEnd = end;
  }
  return scan.lineEnd;
}

function endsLine(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit === 92) return 'nr"'.includes(text[at + 1] ?? '-');
  return unit === 10 || unit === 13 || unit === 34 || unit === 39 || unit === 96;
}

const CLOSING: Readonly<Record<string, string>> = { '“': '”', '„': '“', '«': '»', '‘': '’' };

/**
 * The end of a quoted text; without a closing quote the end of the line. A quote that is never closed is followed to the
 * end once for each of the few kinds: the next one of its kind would have closed it.
 */
function quotedEnd(text: string, start: number, opener: string): number {
  const stop = text.length;
  const quote = CLOSING[opener] ?? opener.replace(/^\\+/, '');
  const slashes = opener.length - opener.replace(/^\\+/, '').length;
  for (let at = start; at < stop; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || unit === 13) return at;
    if (unit !== quote.charCodeAt(0) || !text.startsWith(quote, at)) continue;
    let before = 0;
    while (at - before > start && text.charCodeAt(at - before - 1) === 92) before++;
    if (slashes === 0 ? before % 2 === 0 : before <= slashes) return slashes === 0 ? at : at - before;
  }
  return stop;
}

function bareEnd(scan: TextScan, from: number): number {
  const { text } = scan;
  if (from < scan.bareFrom || from > scan.bareEnd) {
    let end = from;
    while (end < text.length && !endsBareValue(text, end)) end++;
    scan.bareFrom = from;
    scan.bareEnd = end;
  }
  return trimmedEnd(text, from, scan.bareEnd);
}

function endsBareValue(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  // Control characters and the blanked out marker, space, `"`, `&`, `'`, `;`, `<`, `>`, backquote, `|`.
  if (unit <= 32 || unit === 34 || unit === 39 || unit === 59) return true;
  // The sign of a query stands before another name; alone it is a sign of the password.
  if (unit === 38)
    return /^&(?:$|[\s"'&]|#?\w{1,40};|[A-Za-z_][\w.[\]%-]{0,40}=)/.test(text.slice(at, at + 48));
  if (unit === 60 || unit === 62 || unit === 96 || unit === 124) return true;
  if (unit === 92) return 'nrt"\'\\'.includes(text[at + 1] ?? '-');
  if (unit === 37) return /^%(?:26|22|27|0A|0D|20|3B)/i.test(text.slice(at, at + 3));
  if (unit === 44)
    return !isAt(text, at + 1, ALNUM) || /^,[A-Za-z_][\w.-]{0,40}[=:]/.test(text.slice(at, at + 44));
  return false;
}

/** How far back the bracket that a value closes is looked for. */
const MAX_BRACKETED = 128;
const OPENING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Without the punctuation of the sentence or the brackets around. */
function trimmedEnd(text: string, from: number, to: number): number {
  let end = to;
  for (; end > from; end--) {
    const last = text[end - 1]!;
    const opening = OPENING[last];
    if (
      opening !== undefined
        ? !text.slice(Math.max(from, end - MAX_BRACKETED), end).includes(opening)
        : '.,:'.includes(last)
    )
      continue;
    break;
  }
  return end;
}

/** Words that stand behind a name in code, schemas, forms and messages, and are not the secret. */
const PLAIN_WORDS: ReadonlySet<string> = new Set(
  (
    'null undefined none nil true false yes no on off ok string str number int integer bool boolean object array any unknown ' +
    'void text varchar char bytes buffer optional required mandatory invalid valid missing incorrect wrong expired empty ' +
    'unset set changed reset sent used revoked hidden masked redacted filtered secret password passwd pwd token key n/a ' +
    'read write list create update delete view manage the a an is are was were be been must should may might can could will would has have had not please enter your my ' +
    'our their this that these those it its for from with without and or but if when while to of in at by as too very ' +
    'default default_value defaultvalue failed failure success mismatch match matches matched do does did cannot ' +
    'ldap bearer basic digest oauth oauth2 jwt sha256 sha512 md5 bcrypt argon2 scrypt plaintext plain encrypted hashed env ' +
    'confirm confirmation new old current type here updated rotated disabled enabled accepted rejected denied granted ' +
    'unauthorized forbidden unavailable not_found not-found async await function const let var return new delete typeof'
  ).split(' '),
);

/** True for a value that is not a secret: masked, a template, a reference, a type, a word of a message. */
export function isPlainValue(value: string, isQuoted: boolean, isSpaced = false): boolean {
  if (isTemplateOrMask(value) || PLAIN_WORDS.has(value.toLowerCase())) return true;
  if (/^--[a-z]+(?:-[a-z]+){0,5}$/.test(value) || isMessage(value) || isLabel(value)) return true;
  return !isQuoted && (isCode(value) || (isSpaced && isReference(value)));
}

/** `/srv/app`, `~/app`, `C:\app` */
export function isAbsolutePath(value: string): boolean {
  return /^[/~]|^[A-Z]:\\/.test(value);
}

/** `required|string|min:8`: what a validator says of a field. */
const VALIDATION =
  /^(?:required|nullable|sometimes|optional|string)(?:\|[a-z_]{2,20}(?::[\w,]{1,40})?){1,8}$/;

/** `is too short (minimum is 8 characters)`: what a form says of a field, under the field's name. */
export function isMessage(value: string): boolean {
  if (VALIDATION.test(value)) return true;
  return (
    /^(?:is|are|must|should|can't|cannot|may not|does not|doesn't|please|too|invalid|required|at least)[ ]/i.test(
      value,
    ) &&
    /^[\p{L}\d ,.:;'’"“”!?()/&-]{8,200}$/u.test(value) &&
    value.includes(' ', value.indexOf(' ') + 1)
  );
}

/** True for a value that only says where the secret would be: stars, a marker, a template, a reference to a vault. */
export function isTemplateOrMask(value: string): boolean {
  const first = value.charCodeAt(0);
  // Most values begin with a letter or a digit: two looks tell what ten would.
  if (first >= 48 && first <= 57) return false;
  if ((first >= 65 && first <= 90) || (first >= 97 && first <= 122))
    return SPEAKS_OF_SECRET.test(value) || REFERENCE.test(value);
  if (first === 1) return /^\u0001+$/.test(value);
  if (/^\[REDACTED:[a-z][a-z_]{0,38}\d{0,3}\](?:#\d+)?$/.test(value)) return true;
  if (/^[[(<{](?:redacted|filtered|hidden|masked|removed)[\])>}]?$/i.test(value)) return true;
  if (/^(?:[*•●·xX#._?-]{2,}|[*•●·.…-])$/.test(value) || /^[*•●]{3,}/.test(value)) return true;
  // The last digits of a number, as they are shown to its owner.
  if (/^[*•●xX#]{2,8}(?:[- .][*•●xX#]{2,8}){1,4}[- .]?\d{1,4}$/.test(value)) return true;
  if (/^(?:\$\{|\{\{|<%|#\{|%\(|\$\()[^\n]*[})>]/.test(value)) return true;
  return /^(?:%[sdvj]|%\w+%|:[a-z_]+|@[a-z_]+|\?|\$\d|\$(?:env:)?[A-Za-z_][A-Z0-9_]*|<[A-Za-z _-]*>|\{[A-Za-z_.]*\})$/.test(
    value,
  );
}

/** What says by its words where the secret would be, and masks in letters. */
const SPEAKS_OF_SECRET =
  /^(?:(?:your|insert|enter|replace)(?:[-_ ][a-z]+)+|(?:redacted|filtered|hidden|masked|removed)[\])>}]?|x[*•●·x#._?-]+|x[*•●x#]{1,7}(?:[- .][*•●x#]{2,8}){1,4}[- .]?\d{1,4})$/i;
/** Modes of fetch under the name `credentials`, and references to where secrets are kept. */
const REFERENCE =
  /^(?:(?:same-origin|include|omit)$|process\.env|os\.environ|import\.meta|env\.|ENV\[|getenv\(|System\.getenv|secrets\.|vault:|arn:aws|ssm:|op:\/\/)/;

/** `&anchor`, `*alias` and `!tag` of YAML, `getPassword()`, `req.body.password`, `String`, `z.string()`, `{`, `[`: an expression, not a value. */
function isCode(value: string): boolean {
  if (/^(?:[&*][A-Za-z_]\w*$|![A-Za-z]{2,10}$|[{[(|])/.test(value)) return true;
  if (value.includes('(') && /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*\(/.test(value)) return true;
  if (
    value.includes('.') &&
    /^(?:this|self|req|request|res|process|user|config|options|opts|settings|data|body|params|props|state|form|args|ctx|context|env|creds|credentials|event|input|account|session|auth|db|client|row|record|item|obj|model|entity|dto|payload|headers)(?:\??\.[A-Za-z_$][\w$]*)+[;,)]*$/.test(
      value,
    )
  ) {
    return true;
  }
  return value.includes('[') && /^[A-Za-z_$][\w$.]*\[[^\]]{0,40}\]/.test(value);
}

/** `exports.TOKEN_CHARS`, `res2.cookies`, `BinaryLike`: names of code, where there is white space around the sign. */
function isReference(value: string): boolean {
  return /^[A-Za-z_$]+\d?(?:\??\.[A-Za-z_$]+\d?)+[;,)]*$/.test(value) || /^(?:[A-Z][a-z]+){2,}$/.test(value);
}
