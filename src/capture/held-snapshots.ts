import type { TakenSnapshot } from './take-snapshot.ts';

/** First captures of labels whose breakpoint is not known yet: provisional, in memory, bounded. */
export interface HeldSnapshots {
  /** Keeps it; the label's former one goes, and the oldest one when there are too many. Returns the labels of those. */
  hold(label: string, taken: TakenSnapshot): string[];
  /** The one of a label, which stays here. */
  peek(label: string): TakenSnapshot | undefined;
  /** Hands it out, once. */
  take(label: string): TakenSnapshot | undefined;
  /** Lets go of all, and says of which labels. */
  clear(): string[];
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
      const gone = held.delete(label) ? [label] : [];
      held.set(label, taken);
      const oldest = held.size > MAX_HELD ? held.keys().next().value : undefined;
      if (oldest !== undefined) {
        held.delete(oldest);
        gone.push(oldest);
      }
      return gone;
    },
    peek: (label) => held.get(label),
    take(label) {
      const taken = held.get(label);
      held.delete(label);
      tellIfEmpty();
      return taken;
    },
    clear() {
      const gone = [...held.keys()];
      held.clear();
      tellIfEmpty();
      return gone;
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
