import type { JsonValue } from '../protocol/json.ts';

/** Fewest bytes that are taken for a text. */
const MIN_BYTES = 8;

/** An array of byte values as the text that it is to whoever reads it; null for other arrays. */
export function textOfBytes(array: readonly JsonValue[]): string | null {
  if (array.length < MIN_BYTES || !array.every(isByte)) return null;
  return Buffer.from(array).toString('latin1');
}

/**
 * How much of a text whose end was cut off is surely whole: without its last word, or its last number in groups, which
 * may be half a secret. Bytes that are no text have no words.
 */
export function lengthOfWhole(text: string): number {
  for (let index = 0; index < text.length; index++) if (isControl(text.charCodeAt(index))) return text.length;
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) > SPACE) end--;
  while (end > 0 && NUMBER_CHARACTERS.includes(text[end - 1]!)) end--;
  return end;
}

const SPACE = 0x20;
const NUMBER_CHARACTERS = '0123456789 ()+-.';

function isControl(code: number): boolean {
  return code === 0x7f || (code < SPACE && code !== 0x09 && code !== 0x0a && code !== 0x0d);
}

function isByte(value: JsonValue): value is number {
  return typeof value === 'number' && value >= 0 && value <= 255 && Number.isInteger(value);
}
