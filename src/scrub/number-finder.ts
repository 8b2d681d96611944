import { findCard } from './credit-card.ts';
import { forEachChain } from './digit-groups.ts';
import { findPhone } from './phone.ts';
import { findSsn } from './ssn.ts';
import type { TextScan } from './text-scan.ts';

/** Fewest digits of anything that is looked for among numbers. */
const MIN_NUMBER_DIGITS = 7;
const CHAINS_PER_CLOCK_READ = 256;

/** Card, social security and telephone numbers: one walk over the runs of digits, each used once. */
export function findNumbers(scan: TextScan, checkBudget: () => void): void {
  let untilClock = CHAINS_PER_CLOCK_READ;
  forEachChain(scan.text, (chain) => {
    if (chain.digits < MIN_NUMBER_DIGITS) return;
    for (let index = 0; index < chain.count;) {
      if (--untilClock === 0) {
        untilClock = CHAINS_PER_CLOCK_READ;
        checkBudget();
      }
      const taken =
        findCard(scan, chain, index) || findSsn(scan, chain, index) || findPhone(scan, chain, index);
      index += Math.max(1, taken);
    }
  });
}
