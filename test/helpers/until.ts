import { vi } from 'vitest';

/** Asks until the answer is true (or an object), and gives it. Throws with what it waited for when the time is over. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  deadlineMs = 30_000,
): Promise<NonNullable<T>> {
  const endMs = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== null && answer !== undefined) return answer as NonNullable<T>;
    if (performance.now() > endMs) throw new Error(`waited ${deadlineMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * Checks until the check holds. vitest's own `waitFor` gives up after a second, which a machine that is busy with the
 * rest of the suite can take for anything.
 */
export function eventually<T>(
  check: () => T | Promise<T>,
  options: { readonly interval?: number } = {},
): Promise<T> {
  return vi.waitFor(check, { timeout: 30_000, ...options });
}

/** For what is promised within a second: the rest is for a machine that is busy with the suite. Figures come from bench/. */
export const A_SECOND_MS = 15_000;
