import type { ScrubType } from '../../../src/scrub/index.ts';

export type SecretType = Exclude<ScrubType, 'email' | 'ssn' | 'credit_card' | 'phone'>;

/** A text or a value with `«…»` around what must go; `«aws_key::…»` is of another type, `«#1»` is the number 1. */
export interface Positive {
  readonly type: SecretType;
  /** Types that say it as well, where the context leaves it open. */
  readonly also: readonly SecretType[];
  readonly value: unknown;
  /** The same with other borders, which are as good. */
  readonly alternatives: readonly unknown[];
}

/** A text or a value that must stay as it is. It counts for the type that it is easily taken for. */
export interface Negative {
  readonly type: SecretType;
  readonly value: unknown;
}

/** The cases of one file, and what adds to them. */
export interface SecretCases {
  readonly positives: readonly Positive[];
  readonly negatives: readonly Negative[];
  readonly hit: (type: SecretType, value: unknown, ...alternatives: readonly unknown[]) => void;
  readonly hitAs: (
    type: SecretType,
    also: readonly SecretType[],
    value: unknown,
    ...alternatives: readonly unknown[]
  ) => void;
  readonly keep: (type: SecretType, ...values: readonly unknown[]) => void;
}

export function createCases(): SecretCases {
  const positives: Positive[] = [];
  const negatives: Negative[] = [];
  return {
    positives,
    negatives,
    hit: (type, value, ...alternatives) => void positives.push({ type, also: [], value, alternatives }),
    hitAs: (type, also, value, ...alternatives) => void positives.push({ type, also, value, alternatives }),
    keep: (type, ...values) => void negatives.push(...values.map((value) => ({ type, value }))),
  };
}

export const mark = (secret: string): string => `«${secret}»`;
