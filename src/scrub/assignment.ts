import { isQueryName, isWeakName, judgeAt, nameEnd, nameStart } from './assigned-name.ts';
import { ALNUM, SPACE, isAt, runEnd } from './character-class.ts';
import { isAbsolutePath, isPlainValue, lineEnd, readAssignedValue } from './assigned-value.ts';
import type { AssignedValue } from './assigned-value.ts';
import { acceptAuthorization, acceptCookies } from './authorization-header.ts';
import { readSeparator } from './name-separator.ts';
import type { Certainty, Separator } from './name-separator.ts';
import { isIdentifier, looksRandom } from './randomness.ts';
import { Repetition } from './repetition.ts';
import type { ScrubType } from './scrub-type.ts';
import type { NameJudge, NameRule } from './sensitive-name.ts';
import { findSourceStrings } from './source-strings.ts';
import { findColumns } from './table-column.ts';
import type { FindAt, TextScan, Trigger } from './text-scan.ts';

const MAX_WEAK_REJECTIONS = 32;
/** Shortest value that {@link looksRandom} takes for one drawn at random. */
const MIN_RANDOM = 16;
const WEAK_STEM = /^(?:key|sig|auth|sess)/i;
/** Characters of a value that are looked at to tell whether it is one. */
const MAX_JUDGED = 256;
const MAX_VALUE = 4_096;
/** How far before a name the host of its URL is looked for. */
const MAX_URL = 512;

/** `Credential=AKIA…/20240501/…`: the scope behind the id is none of the secret, and the id has a finder of its own. */
const AWS_SCOPE = /^(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?:\/|%2F)/i;

/** Parts of sensitive names; the name around is then judged by its words. */
const STEMS =
  'pass pwd pswd secret cred token jwt authoriz cookie sess sid key cvv cvc ssn pin otp code answer phrase contrase ' +
  'clave kennw losung geheim senha schlüssel ключ mdp wachtw senord haslo hasło heslo sifre şifre parola salasana xsrf csrf psk ароль ' +
  'токен секрет パスワード 暗証番号 비밀번호';
/** Names too short or too common to be stems: they count only with the separator. */
const BARE_NAMES = ['pw=', 'pw:', 'sig=', 'auth=', 'signature=', 'appid='];
/** Two characters are too few for a trigger. */
const SHORT_STEMS = /密码|密碼|口令|密钥|密鑰|암호/g;

/** Functions that take a password as it is: `setPassword("…")`, `PASSWORD('…')`; `getPassword("db")` takes a name. */
const SETS_PASSWORD = /^(?:\w{0,40}\.)?(?:(?:set|with)_?[A-Za-z]{0,20})?(?:password|passwd|passphrase|pwd)$/i;

/** `name = value` in any syntax. The judge belongs to the scrubber, with its lists of names. */
export function assignmentTriggers(judge: NameJudge): Trigger[] {
  const find: FindAt = (scan, at) => findAssignment(scan, at, judge);
  return [...STEMS.split(' '), ...BARE_NAMES].map((literal) => ({ literal, caseless: true, find }));
}

/** The names that have no trigger because they are written in two characters. */
export function findShortStems(scan: TextScan, judge: NameJudge): void {
  const repetition = new Repetition(scan);
  const find: FindAt = (_, at) => findAssignment(scan, at, judge);
  for (const { index } of scan.text.matchAll(SHORT_STEMS)) {
    repetition.visit(index, find);
    if (scan.isGivenUp(index)) return;
  }
}

function findAssignment(scan: TextScan, at: number, judge: NameJudge): void {
  if (at < scan.nameCursor) return;
  const { text } = scan;
  // `key=key=key=…`: what was no secret so many times is none from the next letter on.
  if (
    at < scan.weakEnd &&
    scan.weakRejections > MAX_WEAK_REJECTIONS &&
    WEAK_STEM.test(text.slice(at, at + 4))
  )
    return;
  const start = nameStart(text, at, scan.nameCursor);
  const end = nameEnd(text, at);
  scan.nameCursor = end;
  findValue(scan, start, end, judge);
  if (!scan.isCode) return;
  const found = findSourceStrings(scan, start, end, judge);
  if (found !== null) scan.nameCursor = Math.max(scan.nameCursor, found);
}

function findValue(scan: TextScan, start: number, end: number, judge: NameJudge): void {
  const { text } = scan;
  const separator = readSeparator(text, start, end);
  if (separator === null) {
    scan.nameCursor = Math.max(end, findColumns(scan, start, end, judge) ?? 0);
    return;
  }
  const rule = judgeAt(text, start, end, judge);
  if (rule === null) return;
  const found = acceptValue(scan, start, end, rule, separator);
  if (found !== null) scan.nameCursor = Math.max(end, found);
}

/** Adds the value when it is one; returns where it ends, or null. */
function acceptValue(
  scan: TextScan,
  start: number,
  nameEnd: number,
  rule: NameRule,
  separator: Separator,
): number | null {
  const { text } = scan;
  const name = text.slice(start, nameEnd);
  const type = rule.secret!;
  // The user of a URL, not a name: what stands in its place has a finder of its own.
  if (text.startsWith('://', start - 3)) return null;
  if (separator.end === 'value') {
    if (/(?:^|[-_])authorization$/i.test(name)) return acceptAuthorization(scan, separator.valueStart);
    if (separator.isHeader && /(?:^|-)cookie$/i.test(name))
      return acceptCookies(scan, name, separator.valueStart);
  }
  if (separator.isCall && (type === 'sensitive_name' || !SETS_PASSWORD.test(name))) return null;
  if (text[separator.valueStart] === '[') return acceptArray(scan, rule, separator.valueStart);
  const value =
    separator.end === 'value'
      ? readAssignedValue(scan, behindLogin(text, name, separator.valueStart))
      : { start: separator.valueStart, end: untaggedEnd(scan, separator), isQuoted: true };
  if (value === null || value.end <= value.start) return null;
  // The head says what kind of value it is.
  const content = text.slice(value.start, Math.min(value.end, value.start + MAX_JUDGED));
  const isWeak = isWeakName(name);
  const needsMore = rule.keepsNumbers && type !== 'password' && !isStrongName(rule, name);
  // Most values under such a name are too short to be drawn at random: told before anything else is looked at.
  if (isWeak && needsMore && content.length < MIN_RANDOM) return rejectWeak(scan, value.end);
  if (isPlainValue(content, value.isQuoted, separator.isSpaced) || !/[\p{L}\d]/u.test(content)) return null;
  if (AWS_SCOPE.test(content)) return null;
  if (separator.isBeside && !isSecretBeside(content, type, value.isQuoted)) return null;
  // `key: ada@example.com`, `otp: +44 7911 123456`: an address or a telephone number has a finder and a marker of its own.
  if ((isWeak || type === 'sensitive_name') && isReachable(content)) return null;
  if (rule.needsRandom && !looksRandom(content)) return null;
  if (rule.keepsPaths && isAbsolutePath(content)) return null;
  if (rule.keepsNumbers && /^[\d.,_]+$/.test(content) && content.length < 16) return null;
  const isQuery = isQueryName(text, start, name);
  if ((isWeak || isQuery) && needsMore) {
    const isRandom =
      looksRandom(content.slice(0, 64)) || (isQuery && type === 'api_key' && isIdentifier(content));
    if (!isRandom || /^(?:sha\d{3}-|data:)/.test(content)) return rejectWeak(scan, value.end);
  }
  // A quoted value, or a name as environment variables have it, is not prose.
  const isSure =
    separator.certainty === 'likely' && (value.isQuoted || /^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/.test(name));
  // `cookie = cookieString` is code: only a value that looks like a token counts under such a name.
  const isCode = separator.isSpaced && !value.isQuoted && type !== 'password' && type !== 'sensitive_name';
  const certainty = isSure
    ? 'sure'
    : isCode && separator.certainty === 'sure'
      ? 'likely'
      : separator.certainty;
  if (!isSecretEnough(text, content, value.end, type, certainty)) return null;
  const end = value.isQuoted ? value.end : queryEnd(text, start, value);
  scan.add(value.start, end, type);
  return end;
}

function rejectWeak(scan: TextScan, valueEnd: number): null {
  scan.weakRejections = valueEnd === scan.weakEnd ? scan.weakRejections + 1 : 1;
  scan.weakEnd = valueEnd;
  return null;
}

/** `credentials: admin / …`: the name of the user is none of the secret. */
function behindLogin(text: string, name: string, at: number): number {
  if (!/^(?:credentials?|creds)$/i.test(name)) return at;
  const user = /^[\w.@-]{1,64} \/ (?=\S)/.exec(text.slice(at, at + 70))?.[0];
  return at + (user?.length ?? 0);
}

/** In prose a word behind a name goes on with the sentence: only what no sentence has is the secret. */
function isSecretBeside(value: string, type: ScrubType, isQuoted: boolean): boolean {
  if (isQuoted && type === 'password') return /\d/.test(value) && !/\s/.test(value);
  if (type === 'api_key' && isIdentifier(value)) return true;
  return /^[A-Za-z0-9_.~+/=-]*$/.test(value) && /[A-Za-z0-9]{16}/.test(value) && looksRandom(value);
}

function isReachable(value: string): boolean {
  return /^(?:[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|\+\d[\d ().-]{7,18})$/.test(value);
}

/** A value in the query or in the path of a URL ends where the fragment or the query begins. */
function queryEnd(text: string, nameAt: number, value: AssignedValue): number {
  const sign = text[nameAt - 1] ?? '';
  if (!'?&;#'.includes(sign) || sign === '') return value.end;
  const next = text
    .slice(value.start, Math.min(value.end, value.start + MAX_VALUE))
    .search(sign === ';' ? /[?#]/ : /#/);
  // A parameter of a path stands behind a slash, of whatever address.
  const opening = sign === ';' ? /\/[^\s"'<>]*$/ : /:\/\/[^\s"'<>]*$/;
  if (next === -1 || !opening.test(text.slice(Math.max(0, nameAt - MAX_URL), nameAt))) return value.end;
  return value.start + next;
}

function isStrongName(rule: NameRule, name: string): boolean {
  return rule.secret === 'oauth_token' && !/^(?:auth|session|sess)$/i.test(name);
}

function untaggedEnd(scan: TextScan, separator: Separator): number {
  const { text } = scan;
  if (separator.end === 'line') return lineEnd(scan, separator.valueStart);
  const end = text.slice(separator.valueStart, separator.valueStart + MAX_VALUE).indexOf('<');
  return end === -1 ? separator.valueStart : separator.valueStart + end;
}

/** Whether the value is likely enough to be a secret, by what the syntax and the name say. */
function isSecretEnough(
  text: string,
  value: string,
  end: number,
  type: ScrubType,
  certainty: Certainty,
): boolean {
  const hasDigit = /\d/.test(value);
  const hasSign = /[^\p{L}\d\s]/u.test(value);
  if (certainty === 'vague' && type === 'sensitive_name') return /^\d{4,8}$/.test(value);
  if (certainty === 'vague') return value.length >= 6 && (hasDigit || hasSign) && /\p{L}/u.test(value);
  if (certainty === 'sure') return type === 'password' || type === 'sensitive_name' || value.length >= 4;
  if (type === 'password') return value.length >= 3 && (hasDigit || hasSign || endsClause(text, end));
  if (type === 'sensitive_name') return /^\d{3,10}$/.test(value) || (hasDigit && value.length >= 4);
  if (isIdentifier(value)) return true;
  return (hasDigit && value.length >= 6) || (value.length >= 16 && !/^[a-z]+(?:[-_][a-z]+)*$/i.test(value));
}

/** True at the end of a line or sentence: what follows is not more prose. */
function endsClause(text: string, end: number): boolean {
  const next = runEnd(text, end, SPACE, 2);
  return next >= text.length || !isAt(text, next, ALNUM) || /[\r\n]/.test(text.slice(end, next));
}

/** `"tokens": ["…", "…"]`: each string of a flat array. */
function acceptArray(scan: TextScan, rule: NameRule, from: number): number | null {
  const { text } = scan;
  if (from < scan.arrayCursor) return null;
  const window = text.slice(from, from + MAX_VALUE);
  const close = window.indexOf(']');
  const items = window.slice(0, close === -1 ? window.length : close);
  scan.arrayCursor = from + items.length;
  let end: number | null = null;
  for (const match of items.matchAll(/(\\{0,7}["'])([^"'\\]{4,1000})\1/g)) {
    if (isPlainValue(match[2]!, true)) continue;
    const start = from + match.index + match[1]!.length;
    end = start + match[2]!.length;
    scan.add(start, end, rule.secret!);
  }
  return end;
}
