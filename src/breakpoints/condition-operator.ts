import { HARD_LIMITS } from '../protocol/limits.ts';
import type { BinaryOperator } from '../protocol/condition.ts';
import type { Refuse } from './condition-member.ts';

/**
 * `==` of the portable language: nil is nil, numbers compare by value whatever their kind, text by its characters, all
 * else by identity. Two long texts of one length are refused: V8 would join their pieces, then look at all of it.
 */
export function isEqual(left: unknown, right: unknown, refuse: Refuse): boolean | undefined {
  if (typeof left === 'string' && typeof right === 'string') {
    if (left.length !== right.length) return false;
    return left.length > HARD_LIMITS.maxStringLength ? refuse('too_large') : left === right;
  }
  if (left === right) return true;
  if (left === undefined || left === null) return right === undefined || right === null;
  // A number and a bigint: <= and >= compare exactly, where a conversion would round.
  return isNumeric(left) && isNumeric(right) && left <= right && left >= right;
}

/** `<`: numbers with numbers, text with text; mixed kinds and all else are in no order. A long text is refused. */
export function isLess(left: unknown, right: unknown, refuse: Refuse): boolean | undefined {
  if (isNumeric(left) && isNumeric(right)) return left < right;
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  return isAnyLong(left, right) ? refuse('too_large') : left < right;
}

/** `<=`, by the rule of {@link isLess}. */
export function isAtMost(left: unknown, right: unknown, refuse: Refuse): boolean | undefined {
  if (isNumeric(left) && isNumeric(right)) return left <= right;
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  return isAnyLong(left, right) ? refuse('too_large') : left <= right;
}

function isAnyLong(left: string, right: string): boolean {
  return left.length > HARD_LIMITS.maxStringLength || right.length > HARD_LIMITS.maxStringLength;
}

/** An operator that counts; `+` joins text as well. */
export type ArithmeticOperator = Extract<BinaryOperator, '+' | '-' | '*' | '/' | '%'>;

/**
 * The result for two numbers, or of `+` for two texts; anything else is refused. Two bigints stay exact up to 64 bits;
 * division, and a bigint with a number, is that of numbers. Dividing by zero gives what it gives in JavaScript.
 */
export function calculate(
  operator: ArithmeticOperator,
  left: unknown,
  right: unknown,
  refuse: Refuse,
): unknown {
  if (typeof left === 'string' && typeof right === 'string' && operator === '+') {
    return left.length + right.length > HARD_LIMITS.maxStringLength ? refuse('too_large') : left + right;
  }
  if (!isNumeric(left) || !isNumeric(right)) return refuse('type');
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    // Without a bound, a few multiplications of a long bigint would hold the host up.
    if (!isSmall(left) || !isSmall(right)) return refuse('too_large');
    if (operator === '+') return left + right;
    if (operator === '-') return left - right;
    if (operator === '*') return left * right;
    if (operator === '%' && right !== 0n) return left % right;
  }
  return calculateNumbers(operator, Number(left), Number(right));
}

function calculateNumbers(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

/** `-value` of a number; anything else is refused. */
export function negate(value: unknown, refuse: Refuse): unknown {
  if (!isNumeric(value)) return refuse('type');
  if (typeof value === 'number') return -value;
  return isSmall(value) ? -value : refuse('too_large');
}

function isSmall(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}
