import { DIGIT, LOWER, UPPER, classOf } from './character-class.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const HEX = /^(?:0x)?[0-9a-f]+$/i;
const DIGEST_LENGTHS: readonly number[] = [32, 40, 48, 56, 64, 96, 128];

/** Shannon entropy in bits a character. */
export function entropyOf(text: string): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** The union of the class bits of all characters. */
export function classesIn(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits |= classOf(text.charCodeAt(i));
  return bits;
}

/** True for a UUID and for hexadecimal text that is as long as a digest: names of things, not secrets by themselves. */
export function isIdentifier(text: string): boolean {
  return UUID.test(text) || (HEX.test(text) && DIGEST_LENGTHS.includes(text.length));
}

/** True for text that looks drawn at random: long enough, mixed, and neither a UUID, a digest nor words. */
export function looksRandom(text: string, minLength = 16): boolean {
  if (text.length < minLength || isIdentifier(text)) return false;
  const bits = classesIn(text);
  if ((bits & DIGIT) === 0 || (bits & (UPPER | LOWER)) === 0) return false;
  if (/^[a-z]+(?:[-_./: ][a-z0-9]+)+$/i.test(text) && !/[a-z0-9]{12}/i.test(text)) return false;
  // `ClientHttp2Session`: words in camel case with a number among them.
  if (/^[a-z]*(?:[A-Z][a-z]{2,}|\d{1,2})+$/.test(text)) return false;
  return entropyOf(text) >= 3;
}

/** True for what documents write in place of a token: `xxxxxxxx`, `0000…`, `your-token-here`. */
export function isPlaceholder(body: string): boolean {
  if (/^(?:your|my)[-_]/i.test(body)) return true;
  const kinds = new Set<number>();
  for (let i = 0; i < body.length; i++) {
    kinds.add(body.charCodeAt(i));
    if (kinds.size > 2) return false;
  }
  return true;
}
