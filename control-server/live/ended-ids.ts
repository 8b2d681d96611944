/** Ids of keys and sessions that ended a short while ago. They never come back to life. */
export interface EndedIds {
  add(id: string): void;
  has(id: string): boolean;
  /** Forgets what ended so long ago that no request that was let in before can still be under way. */
  sweep(): void;
}

const KEPT_MS = 300_000;

/**
 * Closes the gap between the check of a key and the opening of its stream: a key that is revoked in between has no
 * stream yet that could be ended.
 */
export function createEndedIds(now: () => number): EndedIds {
  const endedAtMs = new Map<string, number>();
  return {
    add: (id) => void endedAtMs.set(id, now()),
    has: (id) => endedAtMs.has(id),
    sweep() {
      for (const [id, atMs] of endedAtMs) if (now() - atMs >= KEPT_MS) endedAtMs.delete(id);
    },
  };
}
