import type { JsonValue } from '../protocol/json.ts';
import type { ValueKind, ValueMark } from '../protocol/value-mark.ts';
import { isAbsolutePath, isMessage, isTemplateOrMask } from './assigned-value.ts';
import { looksRandom } from './randomness.ts';
import type { ScrubSession } from './scrub-session.ts';
import { SCRUB_TYPES } from './scrub-type.ts';
import { isLabel } from './sensitive-name.ts';
import type { NameRule } from './sensitive-name.ts';

/** Kinds that are shown by a tag: nothing of the value is there to redact. */
const TAGS: ReadonlySet<ValueKind> = new Set<ValueKind>([
  'accessor',
  'proxy',
  'circular',
  'function',
  'class',
  'promise',
  'generator',
  'iterator',
  'weak_map',
  'weak_set',
  'weak_ref',
]);
const TAG = /^\[[A-Z][A-Za-z ]{0,40}[^\d\]]{0,60}\]$/;
/** Values looked at below a name before it is taken for granted that a text is among them. */
const MAX_LOOKED_AT = 1_000;

/**
 * By which type the value under a sensitive name is to be replaced; null when it may stay: nothing, a switch, a mask, a
 * template, a count of tokens, the tag of something that was never read.
 */
export function redactNamed(
  value: JsonValue,
  rule: NameRule,
  marks: readonly ValueMark[] | undefined,
  session: ScrubSession,
): string | null {
  switch (typeof value) {
    case 'boolean':
      return null;
    case 'number':
      return rule.keepsNumbers || marks?.some((mark) => mark.kind === 'negative_zero') === true
        ? null
        : typeOfText(String(value), rule, session);
    case 'string':
      return isHarmlessText(value, rule, marks) ? null : typeOfText(value, rule, session);
    default:
      if (value === null) return null;
      return !tellsMembers(value, rule, session) && holdsSecret(value, rule) ? 'sensitive_name' : null;
  }
}

function isHarmlessText(text: string, rule: NameRule, marks: readonly ValueMark[] | undefined): boolean {
  if (text.trim() === '' || isHarmless(text) || (rule.keepsPaths && isAbsolutePath(text))) return true;
  if (rule.needsRandom && !looksRandom(text)) return true;
  if (text === '[...]' && marks !== undefined && marks.length > 0) return true;
  if (marks === undefined) return false;
  if (marks.some((mark) => TAGS.has(mark.kind)) && TAG.test(text)) return true;
  const isNumber = marks.some(
    (mark) =>
      mark.kind === 'bigint' ||
      mark.kind === 'nan' ||
      mark.kind === 'infinity' ||
      mark.kind === 'negative_infinity',
  );
  return isNumber && /^-?(?:\d{1,12}|NaN|Infinity)$/.test(text) && rule.keepsNumbers;
}

function isHarmless(text: string): boolean {
  return isTemplateOrMask(text) || isMessage(text) || isLabel(text);
}

/** The type that the whole text has by itself, else that it stands under a sensitive name. */
function typeOfText(text: string, rule: NameRule, session: ScrubSession): string {
  const whole = session.scrub(text, rule.hint)?.whole;
  return whole !== null && whole !== undefined && (SCRUB_TYPES as readonly string[]).includes(whole)
    ? whole
    : 'sensitive_name';
}

const SCHEMA_TYPES: ReadonlySet<unknown> = new Set([
  'string',
  'String',
  'text',
  'password',
  'varchar',
  'object',
  'array',
]);
/** What describes a value and does not hold it. */
const SCHEMA_KEY =
  /^(?:type|required|optional|nullable|allowNull|unique|select|trim|min|max|length|min_?length|max_?length|format|pattern|title|label|description|placeholder|hint|hidden|disabled|autocomplete|readOnly|writeOnly)$/i;

/** `password: { type: 'string', minLength: 8 }` says what a value must be. */
function isSchema(value: JsonValue[] | { [key: string]: JsonValue }): boolean {
  if (Array.isArray(value) || !SCHEMA_TYPES.has(value['type'])) return false;
  return Object.keys(value).every((key) => SCHEMA_KEY.test(key));
}

/** `tokens: ['SELECT', 'name', ',']`: what a parser or a language model calls so. */
function isWordList(value: JsonValue[] | { [key: string]: JsonValue }): boolean {
  if (!Array.isArray(value)) return false;
  return value
    .slice(0, MAX_LOOKED_AT)
    .every((word) => typeof word === 'string' && /^(?:\p{L}{1,12}|[^\p{L}\d]{1,3})$/u.test(word));
}

/** What stands beside a secret in an object that is named for it, and is none. */
const BESIDE_SECRET =
  /^(?:user|user_?name|login|e?mail|host|host_?name|port|type|token_?type|kind|scopes?|region|provider|(?:expires?|expir(?:y|ation)|created|updated|issued)(?:_?(?:at|in|on|date))?)$/i;

/**
 * `tokens: { access_token: '…', expires_in: 3600 }`: each member says by its own name whether it goes, so the object stays
 * and is looked into.
 */
function tellsMembers(
  value: JsonValue[] | { [key: string]: JsonValue },
  rule: NameRule,
  session: ScrubSession,
): boolean {
  if (Array.isArray(value)) return false;
  const names = Object.keys(value);
  if (names.length === 0 || names.length > MAX_LOOKED_AT) return false;
  return names.every((name) => {
    const member = value[name]!;
    if (session.tools.judge.judge(name).secret !== null || member === null) return true;
    if (typeof member === 'object') return false;
    return (
      BESIDE_SECRET.test(name) ||
      typeof member === 'boolean' ||
      (typeof member === 'number' && rule.keepsNumbers)
    );
  });
}

/** A container under a sensitive name goes as a whole, unless it only counts: `tokens: { input: 5, output: 9 }`. */
function holdsSecret(value: JsonValue[] | { [key: string]: JsonValue }, rule: NameRule): boolean {
  if (isSchema(value) || (rule.keepsNumbers && isWordList(value))) return false;
  const pending: JsonValue[] = [value];
  for (let looked = 0; pending.length > 0; looked++) {
    if (looked > MAX_LOOKED_AT) return true;
    const next = pending.pop()!;
    if (typeof next === 'string' && next !== '' && !isHarmless(next)) return true;
    if (typeof next === 'number' && !rule.keepsNumbers) return true;
    if (typeof next === 'object' && next !== null) {
      for (const child of Array.isArray(next) ? next : Object.values(next)) pending.push(child);
    }
  }
  return false;
}
