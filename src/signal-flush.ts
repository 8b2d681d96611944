import { isMainThread } from 'node:worker_threads';

/** Sends what is left when a signal asks the process to end. */
export interface SignalFlush {
  /** Takes the listeners away. Final. */
  close(): void;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Listens to SIGTERM and SIGINT. Node no longer ends a process by a signal once somebody listens to it, so whoever listens
 * has to see to the end:
 * - Has the application a handler of its own, it decides. We only send meanwhile.
 * - Are we the only listener, we send, take ourselves away and raise the signal anew: the system ends the process by it,
 *   with the code that it would have had. A second signal does not wait.
 *
 * Nothing here calls `process.exit`. Signals reach no worker thread, so there nothing is done.
 * @param deps.flush is bounded in time, and never rejects
 */
export function createSignalFlush(deps: { readonly flush: () => Promise<unknown> }): SignalFlush {
  let isEnding = false;

  function onSignal(signal: NodeJS.Signals): void {
    // We are called first: a handler that is to run only once is still counted.
    if (process.listenerCount(signal) > 1) {
      void deps.flush();
      return;
    }
    if (isEnding) {
      raise(signal);
      return;
    }
    isEnding = true;
    void deps.flush().then(() => raise(signal));
  }

  function raise(signal: NodeJS.Signals): void {
    close();
    process.kill(process.pid, signal);
  }

  /** Somebody may have put a listener in front of ours. */
  function stayFirst(event: string | symbol, listener: unknown): void {
    const signal = SIGNALS.find((known) => known === event);
    if (signal === undefined || listener === onSignal) return;
    queueMicrotask(() => {
      if (!process.listeners(signal).includes(onSignal)) return;
      // In this order there is always one, so the signal is never without a listener; the later place is the one that goes.
      process.prependListener(signal, onSignal);
      process.off(signal, onSignal);
    });
  }

  function close(): void {
    process.off('newListener', stayFirst);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }

  if (isMainThread) {
    for (const signal of SIGNALS) process.prependListener(signal, onSignal);
    process.on('newListener', stayFirst);
  }
  return { close };
}
