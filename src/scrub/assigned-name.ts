import { DASH, DOT, WORD, classOf, isAt } from './character-class.ts';
import { TICKET_QUALIFIER_SET } from './name-words.ts';
import type { ScrubType } from './scrub-type.ts';
import { HARMLESS } from './sensitive-name.ts';
import type { NameJudge, NameRule } from './sensitive-name.ts';

const MAX_NAME = 64;

function isNameUnit(unit: number): boolean {
  return (
    (classOf(unit) & (WORD | DASH | DOT)) !== 0 ||
    (unit > 0xbf && unit < 0xff00 && !(unit >= 0x2000 && unit <= 0x206f))
  );
}

/** Where the name around `at` begins, at `floor` or behind it. */
export function nameStart(text: string, at: number, floor: number): number {
  const stop = Math.max(floor, at - MAX_NAME);
  let start = at;
  while (start > stop && isNameUnit(text.charCodeAt(start - 1))) start--;
  if (start < at && text[start - 1] === '\\' && 'nrt'.includes(text[start]!)) start++;
  if (text[start - 1] === '%' && start + 2 <= at) start += 2;
  return start;
}

/** Where the name around `at` ends, without the punctuation behind it. */
export function nameEnd(text: string, at: number): number {
  const stop = Math.min(text.length, at + MAX_NAME);
  let end = at;
  while (end < stop && isNameUnit(text.charCodeAt(end))) end++;
  while (end > at + 1 && isAt(text, end - 1, DASH | DOT)) end--;
  return end;
}

/** Names of source files: what follows them is a line number. */
const FILE_NAME =
  /\.(?:[cm]?[jt]sx?|py|rb|go|java|kt|php|cs|rs|json|ya?ml|toml|md|html?|css|vue|svelte|log|txt)$/i;

/** The rule for the name, or for the words before it together with it (`API key`, `session id`); null when harmless. */
export function judgeAt(text: string, start: number, end: number, judge: NameJudge): NameRule | null {
  const name = text.slice(start, hasParticle(text, start, end) ? end - 1 : end);
  if (
    (name.includes('.') && FILE_NAME.test(name)) ||
    (text[start - 1] === ':' && /arn:aws[^\s"']*$/.test(text.slice(Math.max(0, start - 80), start)))
  ) {
    return null;
  }
  const rule = judge.judge(name);
  if (rule.secret !== null) return isTicket(text, start, name) ? null : rule;
  const word = wordBefore(text, start);
  if (word !== '' && /^[\w-]+$/.test(name)) {
    const words = judge.judgeBehind(word, name);
    if (words.secret !== null) return words;
    if (/^public$/i.test(word)) return null;
  }
  return isWeakName(name) || isQueryName(text, start, name) ? { ...HARMLESS, secret: weakType(name) } : null;
}

/** `密码为：`, `パスワードは`: the particle is no part of the name. */
function hasParticle(text: string, start: number, end: number): boolean {
  return end - start > 1 && text.charCodeAt(end - 2) > 0xff && PARTICLES.includes(text[end - 1]!);
}

const PARTICLES = '为為是は는은';
const MAX_WORD = 20;

/** The word of two letters or more that stands before a name, one space between; empty when there is none. */
function wordBefore(text: string, start: number): string {
  if (text.charCodeAt(start - 1) !== 32) return '';
  let from = start - 1;
  while (from > 0 && start - 1 - from < MAX_WORD && isLetter(text.charCodeAt(from - 1))) from--;
  return start - 1 - from < 2 ? '' : text.slice(from, start - 1);
}

function isLetter(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90);
}

/** `boarding pass: issued` */
function isTicket(text: string, start: number, name: string): boolean {
  return /^pass$/i.test(name) && TICKET_QUALIFIER_SET.has(wordBefore(text, start).toLowerCase());
}

/** Names under which only a random value is a secret. */
export function isWeakName(name: string): boolean {
  return /^(?:(?:x-|_)?(?:key|sig|signature|auth|session|sess)|x(?:-[a-z]{2,20}){1,3}-key|[a-z]{2,20}_session)$/i.test(
    name,
  );
}

/** `?code=…` of a sign-in or of a function, `&appid=…` of a service: short words that mean something only there. */
export function isQueryName(text: string, start: number, name: string): boolean {
  return '?&'.includes(text[start - 1] ?? '-') && /^(?:code|appid)$/i.test(name);
}

function weakType(name: string): ScrubType {
  return /sess|auth|code/i.test(name) ? 'oauth_token' : 'api_key';
}
