import type { JsonValue } from '../../src/protocol/json.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';

/** Longest preview, in characters (UTF-16 units). */
export const MAX_PREVIEW_LENGTH = 200;

// Line breaks and other controls would break the one line; bidirectional controls would let data rearrange a row.
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;

/**
 * The first variables as `name: value` in one line of at most {@link MAX_PREVIEW_LENGTH} characters, ending in `…` when
 * there was more. A snapshot without variables shows its log message. The cost is bounded by the length, whatever the
 * size of the variables.
 */
export function previewOf(snapshot: Pick<Snapshot, 'variables' | 'logMessage'>): string {
  const line = new Line();
  const { variables, logMessage } = snapshot;
  if (isEmpty(variables)) line.add(logMessage ?? '');
  else if (isObject(variables)) writeProperties(line, variables);
  else writeValue(line, variables);
  return line.finish();
}

/** Collects text until it is longer than a preview can be. */
class Line {
  #text = '';

  add(text: string): void {
    this.#text += text.slice(0, MAX_PREVIEW_LENGTH + 1).replace(UNPRINTABLE, ' ');
  }

  get isFull(): boolean {
    return this.#text.length > MAX_PREVIEW_LENGTH;
  }

  finish(): string {
    if (!this.isFull) return this.#text.toWellFormed();
    let end = MAX_PREVIEW_LENGTH - 1;
    const last = this.#text.charCodeAt(end - 1);
    if (last >= 0xd800 && last <= 0xdbff) end--; // never half of a surrogate pair
    return `${this.#text.slice(0, end)}…`.toWellFormed();
  }
}

function writeValue(line: Line, value: JsonValue): void {
  if (line.isFull) return;
  if (typeof value === 'string') line.add(JSON.stringify(value.slice(0, MAX_PREVIEW_LENGTH + 1)));
  else if (Array.isArray(value)) writeElements(line, value);
  else if (isObject(value)) {
    line.add('{');
    writeProperties(line, value);
    line.add('}');
  } else line.add(String(value));
}

function writeElements(line: Line, elements: readonly JsonValue[]): void {
  line.add('[');
  let separator = '';
  for (const element of elements) {
    if (line.isFull) return;
    line.add(separator);
    writeValue(line, element);
    separator = ', ';
  }
  line.add(']');
}

function writeProperties(line: Line, object: { readonly [name: string]: JsonValue }): void {
  let separator = '';
  for (const name in object) {
    if (line.isFull) return;
    const value = object[name];
    if (value === undefined) continue;
    line.add(`${separator}${name}: `);
    writeValue(line, value);
    separator = ', ';
  }
}

function isObject(value: JsonValue): value is { [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (!isObject(value)) return value === null;
  for (const _ in value) return false;
  return true;
}
