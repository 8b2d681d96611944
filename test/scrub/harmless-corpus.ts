import { HARMLESS_IDS } from './harmless-ids.ts';
import { HARMLESS_TEXTS } from './harmless-texts.ts';
import { HARMLESS_VALUES } from './harmless-values.ts';

/** What production variables hold most of the time, by kind: it must leave as it is. */
export const HARMLESS: Readonly<Record<string, readonly unknown[]>> = {
  texts: HARMLESS_TEXTS,
  values: HARMLESS_VALUES,
  ...HARMLESS_IDS,
};
