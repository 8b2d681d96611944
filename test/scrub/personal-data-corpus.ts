import { CARD_TEXTS, CARD_VALUES, NOT_CARDS } from './card-cases.ts';
import { EMAIL_TEXTS, EMAIL_VALUES, NOT_EMAILS } from './email-cases.ts';
import type { LabelledText, LabelledValue } from './labelled.ts';
import { NOT_PHONES, PHONE_TEXTS, PHONE_VALUES } from './phone-cases.ts';
import { NOT_SSNS, SSN_TEXTS, SSN_VALUES } from './ssn-cases.ts';

/** What was labelled for one type. */
export interface LabelledType {
  readonly type: string;
  readonly texts: readonly LabelledText[];
  readonly values: readonly LabelledValue[];
  /** Texts and values that look like the type and are something else. */
  readonly lookAlikes: readonly unknown[];
}

/**
 * Personal data where production variables carry it, written from the formats and without a look at the finders. What is
 * missed stays in it and counts: some entries are ambiguous, and no rule gets all of them right.
 */
export const PERSONAL_DATA: readonly LabelledType[] = [
  { type: 'email', texts: EMAIL_TEXTS, values: EMAIL_VALUES, lookAlikes: NOT_EMAILS },
  { type: 'ssn', texts: SSN_TEXTS, values: SSN_VALUES, lookAlikes: NOT_SSNS },
  { type: 'credit_card', texts: CARD_TEXTS, values: CARD_VALUES, lookAlikes: NOT_CARDS },
  { type: 'phone', texts: PHONE_TEXTS, values: PHONE_VALUES, lookAlikes: NOT_PHONES },
];
