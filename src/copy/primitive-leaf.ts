import type { CutReason } from '../protocol/value-mark.ts';
import { nameOfFunction } from './class-name.ts';
import { cutText } from './cut-text.ts';
import {
  asIntN,
  bigintToString,
  functionSource,
  getOwnPropertyDescriptor,
  isProxy,
  sliceString,
  symbolDescription,
} from './intrinsics.ts';
import { LEFT_OUT, leafOf } from './leaf.ts';
import type { Leaf } from './leaf.ts';

/** A number that JSON has no word for: NaN, an infinity or negative zero. */
export function leafOfNumber(value: number): Leaf {
  if (value === 0) return leafOf(0, 'negative_zero');
  if (value !== value) return leafOf('NaN', 'nan');
  return value > 0 ? leafOf('Infinity', 'infinity') : leafOf('-Infinity', 'negative_infinity');
}

/**
 * Bits up to which a bigint is written out: its digits take quadratic time, 50 µs for so many. The largest numbers of
 * RSA keys and Diffie-Hellman groups in use have as many.
 */
const MAX_BIGINT_BITS = 8_193;

/** The digits of a bigint. One beyond 8,192 bits is left out, without a size: counting its digits has no bound. */
export function leafOfBigint(value: bigint, maxLength: number): Leaf {
  if (asIntN(MAX_BIGINT_BITS, value) !== value) {
    return leafOf(LEFT_OUT, 'bigint', undefined, 'stringLength');
  }
  const digits = bigintToString(value);
  if (digits.length <= maxLength) return leafOf(digits, 'bigint');
  return leafOf(cutText(digits, maxLength), 'bigint', undefined, 'stringLength', digits.length);
}

/** `Symbol(description)`. */
export function leafOfSymbol(value: symbol, maxLength: number): Leaf {
  const { text, reason, size } = textOfSymbol(value, maxLength);
  return leafOf(text, 'symbol', undefined, reason, size);
}

/** `Symbol(description)` with, when that is cut, the reason and the length of the description. */
export function textOfSymbol(
  value: symbol,
  maxLength: number,
): { readonly text: string; readonly reason: CutReason | undefined; readonly size: number | undefined } {
  const description = symbolDescription(value) ?? '';
  const isCut = description.length > maxLength;
  return {
    text: `Symbol(${cutText(description, maxLength)})`,
    reason: isCut ? 'stringLength' : undefined,
    size: isCut ? description.length : undefined,
  };
}

/** `[Function name]` or `[Class Name]`; a Proxy of a function is a Proxy. */
export function leafOfFunction(value: object): Leaf {
  if (isProxy(value)) return leafOf('[Proxy]', 'proxy', undefined, 'proxy');
  const name = nameOfFunction(value) ?? '(anonymous)';
  return isClass(value) ? leafOf(`[Class ${name}]`, 'class') : leafOf(`[Function ${name}]`, 'function');
}

/** A class has a read-only `prototype` and source that starts with the keyword: a method may be called `class`. */
function isClass(value: object): boolean {
  if (getOwnPropertyDescriptor(value, 'prototype')?.writable !== false) return false;
  return sliceString(functionSource(value), 0, 5) === 'class';
}
