import { mulberry32 } from '../helpers/mulberry32.ts';

/** Numbers that look random and are the same in every run. */
export interface SeededRandom {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  pick<T>(items: readonly T[]): T;
  /** `length` characters of an alphabet. */
  text(alphabet: string, length: number): string;
}

/** A generator that gives the same for the same seed. */
export function createRandom(seed: number): SeededRandom {
  const random = mulberry32(seed);
  const below = (limit: number): number => (random() * 2 ** 32) % limit;
  return {
    below,
    pick: (items) => items[below(items.length)]!,
    text: (alphabet, length) => Array.from({ length }, () => alphabet[below(alphabet.length)]).join(''),
  };
}

export const DIGITS = '0123456789';
export const LOWER = 'abcdefghijklmnopqrstuvwxyz';
export const UPPER: string = LOWER.toUpperCase();
export const ALNUM: string = DIGITS + UPPER + LOWER;
export const HEX = '0123456789abcdef';
export const BASE64URL: string = `${ALNUM}-_`;
export const BASE32: string = `${UPPER}234567`;
