/** Longest `Retry-After` that we follow. */
export const MAX_RETRY_AFTER_MS = 60_000;

/**
 * The delay that a `Retry-After` header asks for, in milliseconds, uncapped: seconds or an HTTP date (RFC 9110, 10.2.3).
 * Null when there is none or it cannot be read; an instant in the past is 0.
 */
export function parseRetryAfter(header: string | null, wallNowMs: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  if (!/^[A-Z][a-z]{2,8}, /.test(text)) return null;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? null : Math.max(0, instant - wallNowMs);
}
