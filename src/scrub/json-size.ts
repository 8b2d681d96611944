import type { JsonValue } from '../protocol/json.ts';
import type { ValueMark } from '../protocol/value-mark.ts';

/** Longer texts are faster measured by writing them. */
const MAX_COUNTED = 64;

/** UTF-8 bytes of a value as JSON. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** The same for one text, a number, a switch or nothing: most are short, and short ones are counted. */
export function scalarBytes(value: Exclude<JsonValue, object> | null): number {
  switch (typeof value) {
    case 'string':
      return textBytes(value);
    case 'number':
      return value < 10 && value >= 0 && Number.isInteger(value) ? 1 : String(value).length;
    case 'boolean':
      return value ? 4 : 5;
    default:
      return 4;
  }
}

/** UTF-8 bytes of a text as JSON, its quotes included. */
export function textBytes(text: string): number {
  if (text.length > MAX_COUNTED) return jsonBytes(text);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Control characters, quotes, backslashes and what is not ASCII take more than one byte: all but few texts have none.
    if (unit < 32 || unit === 34 || unit === 92 || unit > 126) return jsonBytes(text);
  }
  return text.length + 2;
}

/** Texts in which no character takes more than two bytes of JSON. */
const PLAIN = /^[\n\r\t\x20-\x7e]*$/;

/** No fewer UTF-8 bytes than a text takes as JSON: told without writing it. */
export function mostTextBytes(text: string): number {
  return (PLAIN.test(text) ? 2 : 6) * text.length + 2;
}

/** UTF-8 bytes of a mark as it is sent, when its path takes `pathBytes` as JSON. */
export function markBytes(mark: ValueMark, pathBytes: number): number {
  let bytes = '{"path":,"kind":}'.length + pathBytes + mark.kind.length + 2;
  if (mark.className !== undefined) bytes += ',"class_name":'.length + textBytes(mark.className);
  if (mark.reason !== undefined) bytes += ',"reason":'.length + mark.reason.length + 2;
  if (mark.size !== undefined) bytes += ',"size":'.length + String(mark.size).length;
  return bytes;
}

/** UTF-8 bytes of marks as they are sent. */
export function marksBytes(marks: readonly ValueMark[]): number {
  return marks.reduce(
    (sum, mark) => sum + markBytes(mark, textBytes(mark.path)) + 1,
    marks.length === 0 ? 2 : 1,
  );
}
