import type { JsonValue } from '../protocol/json.ts';

/** Fewest bytes that are taken for a text. */
const MIN_BYTES = 8;

/** An array of byte values as the text that it is to whoever reads it; null for other arrays. */
export function textOfBytes(array: readonly JsonValue[]): string | null {
  if (array.length < MIN_BYTES || !array.every(isByte)) return null;
  return Buffer.from(array).toString('latin1');
}

function isByte(value: JsonValue): value is number {
  return typeof value === 'number' && value >= 0 && value <= 255 && Number.isInteger(value);
}
