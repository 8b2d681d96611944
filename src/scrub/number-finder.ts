import { findCard } from './credit-card.ts';
import { collectDigitGroups } from './digit-groups.ts';
import { findPhone } from './phone.ts';
import { findSsn } from './ssn.ts';
import type { TextScan } from './text-scan.ts';

/** Fewest digits of anything that is looked for among numbers. */
export const MIN_NUMBER_DIGITS = 7;

/** Card, social security and telephone numbers: one walk over the runs of digits, each group used once. */
export function findNumbers(scan: TextScan, checkBudget: () => void): void {
  const groups = collectDigitGroups(scan.text);
  for (let index = 0; index < groups.starts.length;) {
    if ((index & 0xff) === 0xff) checkBudget();
    const taken =
      findCard(scan, groups, index) || findSsn(scan, groups, index) || findPhone(scan, groups, index);
    index += Math.max(1, taken);
  }
}
