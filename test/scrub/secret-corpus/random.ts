import { ALNUM, BASE32, BASE64URL, DIGITS, HEX, LOWER, UPPER, createRandom } from '../seeded-random.ts';
import type { SeededRandom } from '../seeded-random.ts';

export { ALNUM, BASE32, BASE64URL, DIGITS, HEX, LOWER, UPPER };

/** One source for the whole corpus: the same bodies in every run. */
export const random: SeededRandom = createRandom(20_260_727);
export const BASE64: string = `${ALNUM}+/`;
export const alnum = (n: number): string => random.text(ALNUM, n);
export const lowerDigits = (n: number): string => random.text(LOWER + DIGITS, n);
export const hex = (n: number): string => random.text(HEX, n);
export const b64url = (n: number): string => random.text(BASE64URL, n);
export const b64 = (n: number): string => random.text(BASE64, n);
export const digits = (n: number): string => random.text(DIGITS, n);
export const upperDigits = (n: number): string => random.text(UPPER + DIGITS, n);
export const bytesB64 = (n: number): string =>
  Buffer.from(Array.from({ length: n }, () => random.below(256))).toString('base64');
export const bytesB64url = (n: number): string =>
  Buffer.from(Array.from({ length: n }, () => random.below(256))).toString('base64url');
export const uuid = (): string => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
