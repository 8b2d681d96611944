/** Ids of keys and sessions that ended a short while ago. */
export interface EndedIds {
  add(id: string): void;
  has(id: string): boolean;
  /** Forgets what ended so long ago that no request that was let in before can still be under way. */
  sweep(): void;
}

/**
 * Closes the gap between the check of a key and the opening of its stream: a key that is revoked in between has no
 * stream yet that could be ended.
 */
export function createEndedIds(options: {
  readonly now: () => number;
  /** How long an id is remembered. */
  readonly keptMs: number;
}): EndedIds {
  const { now, keptMs } = options;
  const endedAtMs = new Map<string, number>();
  return {
    add: (id) => void endedAtMs.set(id, now()),
    has(id) {
      const atMs = endedAtMs.get(id);
      return atMs !== undefined && now() - atMs < keptMs;
    },
    sweep() {
      for (const [id, atMs] of endedAtMs) if (now() - atMs >= keptMs) endedAtMs.delete(id);
    },
  };
}
