/** Holds what agents cause to be told to a rate: labels, and instances, are text that they send. */
export interface NoticeRate {
  /** False for a notice that is one too many of its service in this minute; else it is counted. */
  takes(service: { readonly environment: string; readonly serviceName: string }): boolean;
}

/** Notices of one service in a minute: a tenth of what may wait for a webhook. */
const MAX_NOTICES_A_MINUTE = 100;
const MINUTE_MS = 60_000;
/** A key for any service may name many. */
const MAX_SERVICES = 10_000;

/** @param now milliseconds since 1970 */
export function createNoticeRate(now: () => number): NoticeRate {
  const counts = new Map<string, number>();
  let minute = 0;
  return {
    takes({ environment, serviceName }) {
      const current = Math.floor(now() / MINUTE_MS);
      if (current !== minute) counts.clear();
      minute = current;
      const key = JSON.stringify([environment, serviceName]);
      const count = counts.get(key) ?? 0;
      if (count >= MAX_NOTICES_A_MINUTE || (count === 0 && counts.size >= MAX_SERVICES)) return false;
      counts.set(key, count + 1);
      return true;
    },
  };
}
