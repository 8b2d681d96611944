import { fileNameOf } from './file-match.ts';
import { createLoadWatch } from './load-watch.ts';

/** Finds out when a file is loaded that a breakpoint waits for, without keeping the debugger on until then. */
export interface WaitingFiles {
  /** The files that are waited for now; none: nothing is heard and no timer runs. */
  watch(filePaths: readonly string[]): void;
  /** True while modules are being loaded and the debugger is on for it. */
  readonly isListening: boolean;
  close(): void;
}

/** Modules that are linked before they are asked for by name are found by looking, less and less often. */
const FIRST_LOOK_MS = 1_000;
const MAX_LOOK_MS = 60_000;
/** An `import()` that never ends must not keep the debugger on. */
const MAX_LISTENING_MS = 10_000;

/**
 * @param deps.share of the thread's time that looking may take
 * @param deps.turnOnMs what turning the debugger on costs
 * @param deps.listen turns the debugger on; false when it cannot
 * @param deps.lookAgain looks for every file that is waited for
 */
export function createWaitingFiles(deps: {
  readonly share: number;
  readonly turnOnMs: () => number;
  readonly monotonicNow: () => number;
  readonly later: (callback: () => void, delayMs: number) => void;
  readonly listen: () => boolean;
  readonly lookAgain: () => void;
}): WaitingFiles {
  let stems: ReadonlySet<string> = new Set();
  let listeners = 0;
  let lookDelayMs = FIRST_LOOK_MS;
  let lookedMs = Number.NEGATIVE_INFINITY;
  let isLookPlanned = false;
  /** Counts the ends of listening, so that a timer of an earlier one does nothing. */
  let turn = 0;

  const watch = createLoadWatch({ onStart, onEnd });

  /** Milliseconds until turning the debugger on again is within the share. */
  function dueInMs(): number {
    return lookedMs + deps.turnOnMs() / deps.share - deps.monotonicNow();
  }

  function onStart(specifier: string, isImport: boolean): void {
    // What an `import()` links is not told by name, but it is rare; a `require` may be in the hot path.
    if (!isImport && !stems.has(stemOf(specifier))) return;
    if (listeners === 0) {
      if (dueInMs() > 0 || !deps.listen()) return;
      lookedMs = deps.monotonicNow();
      const mine = turn;
      deps.later(() => {
        if (turn === mine) stopListening();
      }, MAX_LISTENING_MS);
    }
    listeners += 1;
  }

  function onEnd(specifier: string, isImport: boolean): void {
    if (listeners > 0) {
      listeners -= 1;
      if (listeners === 0) stopListening();
    } else if (isImport || stems.has(stemOf(specifier))) {
      planLook(0);
    }
  }

  function stopListening(): void {
    turn += 1;
    listeners = 0;
    deps.lookAgain();
  }

  function planLook(delayMs: number): void {
    if (isLookPlanned) return;
    isLookPlanned = true;
    deps.later(
      () => {
        isLookPlanned = false;
        if (stems.size === 0) return;
        // It was listened meanwhile, which cost as much.
        if (dueInMs() > 0) {
          planLook(0);
          return;
        }
        lookedMs = deps.monotonicNow();
        deps.lookAgain();
      },
      Math.ceil(Math.max(delayMs, dueInMs())),
    );
  }

  return {
    watch(filePaths) {
      stems = new Set(filePaths.map(stemOf));
      if (stems.size === 0) {
        lookDelayMs = FIRST_LOOK_MS;
        watch.stop();
        return;
      }
      watch.start();
      if (isLookPlanned) return;
      planLook(lookDelayMs);
      lookDelayMs = Math.min(MAX_LOOK_MS, lookDelayMs * 2);
    },
    get isListening() {
      return listeners > 0;
    },
    close() {
      stems = new Set();
      watch.stop();
      listeners = 0;
      turn += 1;
    },
  };
}

/** `./orders`, `orders.js` and `/app/src/orders.ts` are asked for by one name. */
function stemOf(path: string): string {
  return fileNameOf(path)
    .replace(/\.[^.]*$/, '')
    .toLowerCase();
}
