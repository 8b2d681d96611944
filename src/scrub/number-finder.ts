import { findCard } from './credit-card.ts';
import { firstDigit, isDateAt, readChain } from './digit-groups.ts';
import type { DigitGroups } from './digit-groups.ts';
import { findPhone } from './phone.ts';
import { findSsn } from './ssn.ts';
import type { TextScan } from './text-scan.ts';
import { MAX_DIGIT_GAP, MIN_NUMBER_DIGITS } from './trigger-index.ts';

const GROUPS_PER_CLOCK_READ = 256;

/** Card, social security and telephone numbers around the given places, where enough digits stand together. */
export function findNumbers(scan: TextScan, places: readonly number[], checkBudget: () => void): void {
  const { text } = scan;
  const chain: DigitGroups = { text, starts: [], ends: [], count: 0, digits: 0, readTo: 0 };
  let untilClock = GROUPS_PER_CLOCK_READ;
  for (const place of places) {
    if (place < chain.readTo) continue;
    let next = firstDigit(text, place, MAX_DIGIT_GAP, chain.readTo);
    while (next !== -1) {
      next = readChain(chain, next, MAX_DIGIT_GAP);
      if (chain.digits < MIN_NUMBER_DIGITS) continue;
      for (let index = 0; index < chain.count;) {
        if (--untilClock === 0) {
          untilClock = GROUPS_PER_CLOCK_READ;
          checkBudget();
        }
        index += isDateAt(chain, index) ? 3 : Math.max(1, findAt(scan, chain, index));
      }
    }
  }
}

/** The number of groups that the number takes which begins with group `index`, or 0. */
function findAt(scan: TextScan, chain: DigitGroups, index: number): number {
  return findCard(scan, chain, index) || findSsn(scan, chain, index) || findPhone(scan, chain, index);
}
