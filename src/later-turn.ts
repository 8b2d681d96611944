import { setImmediate } from 'node:timers';

/** Work that is taken from the caller's turn to a later one, one piece a turn. */
export interface LaterTurn<T> {
  /** Never runs anything before it returns. */
  add(item: T): void;
  /** Takes out what has not begun, and hands it back. */
  clear(): T[];
  /** Resolves when nothing is left, also what is added meanwhile. */
  idle(): Promise<void>;
  readonly size: number;
}

/**
 * @param prepare what may take its time, and gives the last step of the piece, which runs when the piece counts no longer
 * in `size`: so it is never counted here and at its next place. What either throws is the piece's own business
 */
export function createLaterTurn<T>(prepare: (item: T) => Promise<() => void>): LaterTurn<T> {
  const waiting: T[] = [];
  let isWorking = false;
  let inHand = 0;
  let onIdle: (() => void)[] = [];

  function schedule(): void {
    // A ref'd immediate holds the process for one turn only, and loses nothing when the program ends by itself.
    setImmediate(() => void workOne());
  }

  async function workOne(): Promise<void> {
    const item = waiting.shift();
    if (item !== undefined) {
      inHand = 1;
      const finish = await prepareSafely(item);
      inHand = 0;
      quietly(finish);
    }
    if (waiting.length > 0) {
      schedule();
      return;
    }
    isWorking = false;
    const callbacks = onIdle;
    onIdle = [];
    for (const callback of callbacks) callback();
  }

  async function prepareSafely(item: T): Promise<(() => void) | null> {
    try {
      return await prepare(item);
    } catch {
      return null;
    }
  }

  return {
    add(item) {
      waiting.push(item);
      if (isWorking) return;
      isWorking = true;
      schedule();
    },
    clear: () => waiting.splice(0),
    idle: () => (isWorking ? new Promise((resolve) => onIdle.push(resolve)) : Promise.resolve()),
    get size() {
      return waiting.length + inHand;
    },
  };
}

function quietly(finish: (() => void) | null): void {
  try {
    finish?.();
  } catch {
    // The next piece must not wait for ever because of this one.
  }
}
