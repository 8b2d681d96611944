import type { TakenSnapshot } from './take-snapshot.ts';

/** First captures of labels whose breakpoint is not known yet: provisional, in memory, bounded. */
export interface HeldSnapshots {
  /** Keeps it; the label's former one goes, and the oldest one when there are too many. Returns how many went. */
  hold(label: string, taken: TakenSnapshot): number;
  /** Hands it out, once. */
  take(label: string): TakenSnapshot | undefined;
  /** Lets go of all, and says how many. */
  clear(): number;
  /** Calls back once when none is held, at once if so. The result stops the waiting, which may be for good. */
  whenEmpty(callback: () => void): () => void;
  readonly size: number;
}

const MAX_HELD = 100;

/** An empty holding place for at most 100 snapshots. */
export function createHeldSnapshots(): HeldSnapshots {
  const held = new Map<string, TakenSnapshot>();
  const waiting = new Set<() => void>();

  function tellIfEmpty(): void {
    if (held.size > 0) return;
    const callbacks = [...waiting];
    waiting.clear();
    for (const callback of callbacks) callback();
  }

  return {
    hold(label, taken) {
      const replaced = held.delete(label) ? 1 : 0;
      held.set(label, taken);
      if (held.size <= MAX_HELD) return replaced;
      const oldest = held.keys().next().value;
      if (oldest !== undefined) held.delete(oldest);
      return replaced + 1;
    },
    take(label) {
      const taken = held.get(label);
      held.delete(label);
      tellIfEmpty();
      return taken;
    },
    clear() {
      const { size } = held;
      held.clear();
      tellIfEmpty();
      return size;
    },
    whenEmpty(callback) {
      waiting.add(callback);
      tellIfEmpty();
      return () => void waiting.delete(callback);
    },
    get size() {
      return held.size;
    },
  };
}
