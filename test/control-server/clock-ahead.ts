import { onTestFinished, vi } from 'vitest';

/** Sets how far the clock of a server is ahead that starts after this; until the end of the test. */
export function clockAhead(): { aheadMs: number } {
  const ahead = { aheadMs: 0 };
  const systemClock = Date.now;
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => systemClock() + ahead.aheadMs);
  onTestFinished(() => clock.mockRestore());
  return ahead;
}
