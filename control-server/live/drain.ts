/** What is ended slice by slice. */
export interface DrainOptions<Item> {
  /** Those that are open now; asked before each slice, since some go by themselves. */
  readonly open: () => readonly Item[];
  readonly end: (item: Item) => Promise<void>;
  /** Over how long it is spread. Zero: all at once. */
  readonly overMs: number;
}

/** A drain that is under way. */
export interface Drain {
  /** Resolves when nothing is open any more, or when it was stopped. */
  readonly done: Promise<void>;
  /** Leaves what is open as it is. */
  stop(): void;
}

const SLICE_MS = 100;

/**
 * Ends everything in equal slices, so that those who come back elsewhere do not come all at once. At least one goes with each
 * slice: a few are no crowd, and nobody waits for their sake.
 */
export function startDrain<Item>({ open, end, overMs }: DrainOptions<Item>): Drain {
  const finished = Promise.withResolvers<void>();
  const slices = Math.max(1, Math.round(overMs / SLICE_MS));
  let left = slices;
  let timer: NodeJS.Timeout | null = null;

  async function endSlice(): Promise<void> {
    const items = open();
    await Promise.all(items.slice(0, Math.ceil(items.length / left)).map(end));
  }

  function next(): void {
    timer = null;
    const ended = endSlice();
    left = Math.max(1, left - 1);
    // What is left after this slice; a client that takes its time to hang up holds up nobody but the last.
    if (open().length > 0) timer = setTimeout(next, SLICE_MS).unref();
    else void ended.then(finished.resolve, finished.resolve);
  }

  next();
  return {
    done: finished.promise,
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      finished.resolve();
    },
  };
}
