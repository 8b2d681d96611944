import { createJsonObject } from '../copy/json-object.ts';
import type { CopiedValue } from '../copy/captured-snapshot.ts';
import type { JsonObject, JsonValue } from '../protocol/json.ts';
import type { ValueKind, ValueMark } from '../protocol/value-mark.ts';
import { isAwsKeyId } from './aws.ts';
import { lengthOfWhole, textOfBytes } from './byte-text.ts';
import { isCardNumber } from './credit-card.ts';
import { cutScrubbed } from './cut-string.ts';
import { FreeKeys } from './free-keys.ts';
import { keepMarks } from './kept-marks.ts';
import type { MarkChange } from './kept-marks.ts';
import { isKeyMark, markTree, pointerOf } from './mark-tree.ts';
import type { MarkNode } from './mark-tree.ts';
import { redactNamed } from './named-value.ts';
import { elementNames, pairedName } from './name-pairs.ts';
import type { ScrubSession } from './scrub-session.ts';
import { UNSCANNED_MARKER, marker } from './scrub-type.ts';
import { isPrivateMember, keysOfAwsSecrets } from './secret-member.ts';
import { HARMLESS } from './sensitive-name.ts';
import type { NameRule } from './sensitive-name.ts';

/** Deeper containers are not entered but replaced: only hostile input has them. */
const MAX_DEPTH = 64;
/** Smallest number that can be a telephone number under a name that says so, and smallest card number. */
const MIN_HINTED_NUMBER = 1e6;
const MIN_CARD_NUMBER = 1e13;

/**
 * The one walk over a value: scrubs every text and key, applies the rule on names at every depth, and keeps the marks
 * true. Places that do not change are shared with the input, which is never written to.
 *
 * @param base what the paths of flags begin with: `variables`
 * @param maxStringLength units kept of a text, cut after it was scrubbed
 */
export function scrubValue(
  copied: CopiedValue,
  session: ScrubSession,
  base: string,
  maxStringLength: number = Number.POSITIVE_INFINITY,
): CopiedValue {
  const walk = new Walk(session, base, maxStringLength);
  const value = walk.visit(copied.value, markTree(copied.marks), null);
  return { value, marks: walk.marks };
}

class Walk {
  readonly marks: ValueMark[] = [];
  readonly #session: ScrubSession;
  readonly #base: string;
  readonly #limit: number;
  readonly #path: (string | number)[] = [];

  constructor(session: ScrubSession, base: string, limit: number) {
    this.#session = session;
    this.#base = base;
    this.#limit = limit;
  }

  visit(value: JsonValue, node: MarkNode | undefined, rule: NameRule | null): JsonValue {
    if (rule !== null && rule.secret !== null && !this.#session.tools.disabled.has('sensitive_name')) {
      const type = redactNamed(value, rule, node?.marks, this.#session);
      if (type !== null) return this.#replace(value, node, marker(type), type);
    }
    switch (typeof value) {
      case 'string':
        return this.#visitText(value, node, rule);
      case 'number':
        return this.#visitNumber(value, node, rule);
      case 'object':
        if (value === null) break;
        if (this.#path.length >= MAX_DEPTH) return this.#replace(value, node, UNSCANNED_MARKER, 'unscanned');
        this.#keepMarks(node, null);
        return Array.isArray(value) ? this.#visitArray(value, node, rule) : this.#visitObject(value, node);
    }
    this.#keepMarks(node, null);
    return value;
  }

  #visitText(text: string, node: MarkNode | undefined, rule: NameRule | null): string {
    const found = this.#session.scrub(text, rule?.hint ?? null);
    if (found === null && node === undefined && text.length <= this.#limit) return text;
    const scrubbed = found?.text ?? text;
    const wasCut =
      node?.marks.some((mark) => mark.reason === 'stringLength' && mark.kind !== 'symbol_key') ?? false;
    const cut = cutScrubbed(scrubbed, this.#limit, text.length, wasCut);
    if (found !== null) for (const type of found.types) this.#flag(type);
    if (cut !== scrubbed)
      this.#keepMarks(node, { kind: 'string', reason: 'stringLength', size: text.length });
    else this.#keepMarks(node, found === null ? null : { kind: 'string', reason: 'redacted' });
    return cut;
  }

  #visitNumber(value: number, node: MarkNode | undefined, rule: NameRule | null): JsonValue {
    const { disabled } = this.#session.tools;
    const hinted = rule?.hint ?? null;
    if (
      value >= MIN_HINTED_NUMBER &&
      Number.isSafeInteger(value) &&
      (value >= MIN_CARD_NUMBER || hinted !== null)
    ) {
      const digits = String(value);
      if (isCardNumber(digits) && !disabled.has('credit_card'))
        return this.#replace(value, node, marker('credit_card'), 'credit_card');
      const found = hinted === null ? null : this.#session.scrub(digits, hinted);
      if (found !== null && found.whole !== null) return this.#replace(value, node, found.text, found.whole);
    }
    this.#keepMarks(node, null);
    return value;
  }

  #visitArray(array: JsonValue[], node: MarkNode | undefined, rule: NameRule | null): JsonValue {
    const bytes = this.#scrubBytes(array, node);
    if (bytes !== null) return bytes;
    const { judge } = this.#session.tools;
    const isMap = node?.marks.some((mark) => mark.kind === 'map') ?? false;
    const names = isMap ? null : elementNames(array, this.#path.at(-1), judge);
    const isEntries = isMap || (names === null && typeof array[0] === 'object' && array.every(isEntry));
    let changed: JsonValue[] | null = null;
    for (let index = 0; index < array.length; index++) {
      const value = array[index]!;
      if (names === null && !isEntries && this.#isClean(value, node, rule)) continue;
      this.#path.push(index);
      const child = node?.children.get(String(index));
      let scrubbed: JsonValue;
      if (isEntries && isEntry(value)) scrubbed = this.#visitEntry(value, child);
      else {
        const name = names?.[index];
        // Elements speak of what the array's name says: `phones: ['4155…']`.
        const elementRule = name !== undefined ? judge.judge(name) : hintOnly(rule);
        scrubbed = this.#visitSafely(value, child, elementRule);
      }
      this.#path.pop();
      if (scrubbed !== value) {
        changed ??= array.slice();
        changed[index] = scrubbed;
      }
    }
    return changed ?? array;
  }

  /** `[key, value]`: the key names the value. */
  #visitEntry(entry: [JsonValue, JsonValue], node: MarkNode | undefined): JsonValue {
    this.#keepMarks(node, null);
    const rule = typeof entry[0] === 'string' ? this.#session.tools.judge.judge(entry[0]) : null;
    this.#path.push(0);
    const key = this.#visitSafely(entry[0], node?.children.get('0'), null);
    this.#path.pop();
    this.#path.push(1);
    const value = this.#visitSafely(entry[1], node?.children.get('1'), rule);
    this.#path.pop();
    return key === entry[0] && value === entry[1] ? entry : [key, value];
  }

  #visitObject(object: JsonObject, node: MarkNode | undefined): JsonObject {
    const session = this.#session;
    const keys = Object.keys(object);
    let changed: JsonObject | null = null;
    let free: FreeKeys | null = null;
    let hasAwsKey = false;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!;
      const value = object[key]!;
      const { text, types, rule, role, isPlain } = session.key(key);
      const isOrdinary = isPlain && key.length <= this.#limit;
      if (isOrdinary && free === null && this.#isClean(value, node, rule)) {
        if (changed !== null) changed[key] = value;
        continue;
      }
      let name = text.length > this.#limit ? cutScrubbed(text, this.#limit, key.length, false) : text;
      if (name !== key && changed === null) changed = copyFirst(object, keys, index);
      if (name !== key || free !== null) {
        free ??= new FreeKeys();
        name = free.take(changed!, name);
      }
      this.#path.push(name);
      const child = node?.children.get(key);
      if (text.length > this.#limit && child?.marks.some(isKeyMark) !== true) {
        this.marks.push({
          path: pointerOf(this.#path),
          kind: 'other',
          reason: 'stringLength',
          size: key.length,
        });
      }
      for (const type of types) this.#flag(type);
      const pairName = role === 'pair_value' ? pairedName(object) : null;
      const named = pairName === null ? rule : session.tools.judge.judge(pairName);
      const scrubbed =
        role === 'jwk_member' && isPrivateMember(object, value) && !session.tools.disabled.has('private_key')
          ? this.#replace(value, child, marker('private_key'), 'private_key')
          : this.#visitSafely(value, child, named);
      this.#path.pop();
      if (scrubbed !== value) {
        changed ??= copyFirst(object, keys, index);
        hasAwsKey ||= typeof value === 'string' && isAwsKeyId(value.trim());
      }
      if (changed !== null) changed[name] = scrubbed;
    }
    return hasAwsKey ? this.#replaceAwsSecrets(changed ?? object, node) : (changed ?? object);
  }

  /** The short way for most values: nothing is known of them and nothing found in them. */
  #isClean(value: JsonValue, node: MarkNode | undefined, rule: NameRule | null): boolean {
    if (node !== undefined) return false;
    switch (typeof value) {
      case 'string':
        return value.length <= this.#limit && this.#session.scrub(value, rule?.hint ?? null) === null;
      case 'number':
        return value < MIN_HINTED_NUMBER;
      case 'boolean':
        return true;
      default:
        return value === null;
    }
  }

  /** Beside an access key id, 40 characters that look like its secret are one, whatever their name. */
  #replaceAwsSecrets(object: JsonObject, node: MarkNode | undefined): JsonObject {
    if (this.#session.tools.disabled.has('aws_secret')) return object;
    let changed: JsonObject | null = null;
    for (const key of keysOfAwsSecrets(object)) {
      changed ??= copyFirst(object, Object.keys(object), Number.POSITIVE_INFINITY);
      this.#path.push(key);
      changed[key] = this.#replace(object[key]!, node?.children.get(key), marker('aws_secret'), 'aws_secret');
      this.#path.pop();
    }
    return changed ?? object;
  }

  /** An array of byte values is a text to whoever reads it: scrubbed, or without an end that may be half a secret. */
  #scrubBytes(array: JsonValue[], node: MarkNode | undefined): string | JsonValue[] | null {
    const bytes = textOfBytes(array);
    if (bytes === null) return null;
    const isCut = node?.marks.some(({ reason }) => reason !== undefined && reason !== 'redacted') ?? false;
    const text = isCut ? bytes.slice(0, lengthOfWhole(bytes)) : bytes;
    const found = this.#session.scrub(text);
    if (found === null) return text.length < bytes.length ? array.slice(0, text.length) : null;
    for (const type of found.types) this.#flag(type);
    const pointer = pointerOf(this.#path);
    const last = this.marks.at(-1);
    if (node !== undefined && last?.path === pointer)
      this.marks[this.marks.length - 1] = { ...last, reason: 'redacted', size: last.size ?? array.length };
    else this.marks.push({ path: pointer, kind: 'array', reason: 'redacted', size: array.length });
    return cutScrubbed(found.text, this.#limit, text.length, false);
  }

  /** Whatever goes wrong with one value stays there: it is replaced, and the snapshot still goes. */
  #visitSafely(value: JsonValue, node: MarkNode | undefined, rule: NameRule | null): JsonValue {
    if (typeof value !== 'object') return this.visit(value, node, rule);
    const depth = this.#path.length;
    const marks = this.marks.length;
    try {
      return this.visit(value, node, rule);
    } catch {
      this.#path.length = depth;
      this.marks.length = marks;
      return this.#replace(value, node, marker('error'), 'error');
    }
  }

  /** A value gives way to a marker: with it goes everything that was said of what stood below. */
  #replace(value: JsonValue, node: MarkNode | undefined, replacement: string, type: string): string {
    this.#flag(type);
    this.#keepMarks(node, { kind: kindOf(value), reason: 'redacted' });
    return replacement;
  }

  /** Carries the marks of this place over to where it is now; `change` is what happened to the value. */
  #keepMarks(node: MarkNode | undefined, change: MarkChange | null): void {
    if (change !== null || (node !== undefined && node.marks.length > 0))
      keepMarks(this.marks, pointerOf(this.#path), node?.marks ?? [], change, this.#session);
  }

  #flag(type: string): void {
    this.#session.flag(type, [this.#base, ...this.#path].join('/'));
  }
}

function copyFirst(object: JsonObject, keys: readonly string[], count: number): JsonObject {
  const copy = createJsonObject();
  for (let index = 0; index < keys.length && index < count; index++)
    copy[keys[index]!] = object[keys[index]!]!;
  return copy;
}

function hintOnly(rule: NameRule | null): NameRule | null {
  return rule === null || rule.hint === null ? null : { ...HARMLESS, hint: rule.hint };
}

function isEntry(value: JsonValue): value is [JsonValue, JsonValue] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] !== 'object';
}

function kindOf(value: JsonValue): ValueKind {
  if (typeof value === 'string') return 'string';
  if (typeof value !== 'object') return 'other';
  return Array.isArray(value) ? 'array' : 'object';
}
