import { findCard } from './credit-card.ts';
import { firstDigit, forEachChain, lastDigit } from './digit-groups.ts';
import { findPhone } from './phone.ts';
import { findSsn } from './ssn.ts';
import type { TextScan } from './text-scan.ts';
import { MAX_DIGIT_GAP, MIN_NUMBER_DIGITS } from './trigger-index.ts';

const GROUPS_PER_CLOCK_READ = 256;

/** Card, social security and telephone numbers around the given places, where enough digits stand together. */
export function findNumbers(scan: TextScan, places: readonly number[], checkBudget: () => void): void {
  const { text } = scan;
  let untilClock = GROUPS_PER_CLOCK_READ;
  let seenTo = 0;
  for (const place of places) {
    if (place < seenTo) continue;
    const from = firstDigit(text, place, MAX_DIGIT_GAP, seenTo);
    seenTo = lastDigit(text, place, MAX_DIGIT_GAP);
    forEachChain(text, from, seenTo, (chain) => {
      if (chain.digits < MIN_NUMBER_DIGITS) return;
      for (let index = 0; index < chain.count;) {
        if (--untilClock === 0) {
          untilClock = GROUPS_PER_CLOCK_READ;
          checkBudget();
        }
        const taken =
          findCard(scan, chain, index) || findSsn(scan, chain, index) || findPhone(scan, chain, index);
        index += Math.max(1, taken);
      }
    });
  }
}
