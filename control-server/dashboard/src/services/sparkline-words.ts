import { formatCount } from '../../../wording/quantity.ts';

const STEP_MINUTES = 5;

/** When most came, for who does not see the bars: `at most 12 in 5 minutes, 40 minutes ago`. */
export function sparklineWords(steps: readonly number[]): string {
  const most = Math.max(0, ...steps);
  if (most === 0) return 'nothing in the last hour';
  const minutesAgo = (steps.length - 1 - steps.lastIndexOf(most)) * STEP_MINUTES;
  const when = minutesAgo === 0 ? 'in the last 5 minutes' : `${minutesAgo} minutes ago`;
  return `at most ${formatCount(most)} in 5 minutes, ${when}`;
}
