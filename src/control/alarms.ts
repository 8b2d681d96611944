/** Calls back once after `delayMs`, without keeping the process alive; the result cancels. */
export type SetTimer = (callback: () => void, delayMs: number) => () => void;

/** Several deadlines on one timer, so that a connection never has more than one of them. */
export interface Alarms<Name extends string> {
  /** Rings `name` once after `delayMs`, in place of an earlier setting of the same name. */
  set(name: Name, delayMs: number): void;
  clear(name: Name): void;
  clearAll(): void;
}

/** Longest delay of a timer in Node; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * @param now milliseconds that never jump
 * @param ring called once per alarm that is due, earliest first; may set and clear alarms
 */
export function createAlarms<Name extends string>(
  now: () => number,
  setTimer: SetTimer,
  ring: (name: Name) => void,
): Alarms<Name> {
  const dueAt = new Map<Name, number>();
  let timer: { readonly at: number; cancel(): void } | null = null;

  function earliest(): [Name, number] | null {
    let first: [Name, number] | null = null;
    for (const entry of dueAt) {
      if (first === null || entry[1] < first[1]) first = entry;
    }
    return first;
  }

  /** A timer that is too early stays: it finds nothing due and is set again. That makes moving a deadline cheap. */
  function arm(): void {
    const next = earliest();
    if (next === null) {
      timer?.cancel();
      timer = null;
      return;
    }
    if (timer !== null && timer.at <= next[1]) return;
    timer?.cancel();
    const delayMs = Math.min(MAX_TIMER_MS, Math.max(1, Math.ceil(next[1] - now())));
    timer = { at: next[1], cancel: setTimer(fire, delayMs) };
  }

  function fire(): void {
    timer = null;
    for (let next = earliest(); next !== null && next[1] <= now(); next = earliest()) {
      dueAt.delete(next[0]);
      ring(next[0]);
    }
    arm();
  }

  return {
    set(name, delayMs) {
      dueAt.set(name, now() + delayMs);
      arm();
    },
    clear(name) {
      dueAt.delete(name);
      if (dueAt.size === 0) arm();
    },
    clearAll() {
      dueAt.clear();
      arm();
    },
  };
}
