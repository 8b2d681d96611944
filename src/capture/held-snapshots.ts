import type { CapturedSnapshot } from '../copy/captured-snapshot.ts';

/** First captures of labels whose breakpoint is not known yet: provisional, in memory, bounded. */
export interface HeldSnapshots {
  /** Keeps it; the label's former one goes, and the oldest one when there are too many. Returns how many went. */
  hold(label: string, captured: CapturedSnapshot): number;
  /** Hands it out, once. */
  take(label: string): CapturedSnapshot | undefined;
  /** Lets go of all, and says how many. */
  clear(): number;
  /** Resolves when none is held. */
  empty(): Promise<void>;
  readonly size: number;
}

const MAX_HELD = 100;

/** An empty holding place for at most 100 snapshots. */
export function createHeldSnapshots(): HeldSnapshots {
  const held = new Map<string, CapturedSnapshot>();
  let onEmpty: (() => void)[] = [];

  function tellIfEmpty(): void {
    if (held.size > 0) return;
    const callbacks = onEmpty;
    onEmpty = [];
    for (const callback of callbacks) callback();
  }

  return {
    hold(label, captured) {
      const replaced = held.delete(label) ? 1 : 0;
      held.set(label, captured);
      if (held.size <= MAX_HELD) return replaced;
      const oldest = held.keys().next().value;
      if (oldest !== undefined) held.delete(oldest);
      return replaced + 1;
    },
    take(label) {
      const captured = held.get(label);
      held.delete(label);
      tellIfEmpty();
      return captured;
    },
    clear() {
      const { size } = held;
      held.clear();
      tellIfEmpty();
      return size;
    },
    empty: () => (held.size === 0 ? Promise.resolve() : new Promise((resolve) => onEmpty.push(resolve))),
    get size() {
      return held.size;
    },
  };
}
