import type { DashboardHint } from '../../src/protocol/api.ts';

/** Gathers hints, so that a busy service does not make every dashboard fetch a hundred times a second. */
export interface HintBoard {
  /** The first hint goes out at once, those that follow within the interval as one. */
  add(hint: DashboardHint): void;
  close(): void;
}

/** What the board needs. */
export interface HintBoardOptions {
  /** At most one hint of a topic goes out in this time. */
  readonly intervalMs: number;
  readonly send: (hint: DashboardHint) => void;
}

/** An empty board. */
export function createHintBoard({ intervalMs, send }: HintBoardOptions): HintBoard {
  const waiting = new Map<DashboardHint['topic'], DashboardHint>();
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  function flush(): void {
    timer = null;
    if (waiting.size === 0) return;
    const hints = [...waiting.values()];
    waiting.clear();
    timer = setTimeout(flush, intervalMs).unref();
    for (const hint of hints) send(hint);
  }

  return {
    add(hint) {
      if (isClosed) return;
      waiting.set(hint.topic, mergeHints(waiting.get(hint.topic), hint));
      if (timer === null) flush();
    },
    close() {
      isClosed = true;
      waiting.clear();
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}

/** One hint that says what both say: counts added, services united, the cursor of the later one. */
export function mergeHints(earlier: DashboardHint | undefined, later: DashboardHint): DashboardHint {
  if (earlier?.topic !== 'snapshots' || later.topic !== 'snapshots') return later;
  return {
    topic: 'snapshots',
    count: earlier.count + later.count,
    cursor: later.cursor,
    services: [...new Set([...earlier.services, ...later.services])],
  };
}
