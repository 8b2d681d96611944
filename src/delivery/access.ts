import type { Clock } from './clock.ts';

/** What the key is needed for; a key may be good for one and not for another. */
export type AccessLane = 'capture' | 'register' | 'report';

/** Remembers where the server refused the key, so that it is not asked again at once. */
export interface Access {
  /** True while the lane waits for its slow re-try. */
  isDenied(lane: AccessLane): boolean;
  /** Milliseconds until the lane may be tried again; 0 when it may be now. */
  remainingMs(lane: AccessLane): number;
  /** The server refused the key. Returns how long to wait before the next try. */
  deny(lane: AccessLane, reason: string): number;
  /** The server took the key. */
  grant(lane: AccessLane): void;
}

/** Who hears of it. Listeners do not throw. */
export interface AccessEvents {
  /** Why, when the key is first refused; null once it is refused nowhere any more. */
  onChange(problem: string | null): void;
  /** A lane waits from now on, be it for the first time or again. */
  onDenied(): void;
}

/** Nothing is refused yet. */
export function createAccess(
  retryMs: number,
  clock: Clock,
  random: () => number,
  events: AccessEvents,
): Access {
  const deniedUntil = new Map<AccessLane, number>();
  function remainingMs(lane: AccessLane): number {
    return Math.max(0, (deniedUntil.get(lane) ?? -Infinity) - clock.now());
  }

  return {
    isDenied: (lane) => remainingMs(lane) > 0,
    remainingMs,
    deny(lane, reason) {
      if (deniedUntil.size === 0) {
        events.onChange(
          `${reason}. Check the API key and what it is allowed to; the next try is in ${Math.round(retryMs / 1_000)} s.`,
        );
      }
      // Spread a little: a key that is revoked stops a whole fleet in the same second.
      const waitMs = retryMs * (0.9 + random() * 0.2);
      deniedUntil.set(lane, clock.now() + waitMs);
      events.onDenied();
      return waitMs;
    },
    grant(lane) {
      if (deniedUntil.delete(lane) && deniedUntil.size === 0) events.onChange(null);
    },
  };
}
