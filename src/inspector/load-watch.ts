import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { isBuiltin } from 'node:module';

/** Hears of modules that are being loaded, by Node's own diagnostics channels: no loader is hooked, nothing is patched. */
export interface LoadWatch {
  /** Hears from now on; twice is once. */
  start(): void;
  stop(): void;
}

/** @param specifier as the program wrote it */
type OnLoad = (specifier: string, isImport: boolean) => void;

/**
 * @param deps.onStart a module is about to be loaded, or one that is loaded is asked for again
 * @param deps.onEnd it is there, or could not be loaded
 */
export function createLoadWatch(deps: { readonly onStart: OnLoad; readonly onEnd: OnLoad }): LoadWatch {
  const subscriptions: readonly (readonly [channel: string, hear: (message: unknown) => void])[] = [
    ['tracing:module.require:start', (message) => hear(message, 'id', deps.onStart)],
    ['tracing:module.require:end', (message) => hear(message, 'id', deps.onEnd)],
    ['tracing:module.import:start', (message) => hear(message, 'url', deps.onStart)],
    ['tracing:module.import:asyncEnd', (message) => hear(message, 'url', deps.onEnd)],
  ];
  let isOn = false;

  return {
    start() {
      if (isOn) return;
      isOn = true;
      for (const [channel, subscriber] of subscriptions) subscribe(channel, subscriber);
    },
    stop() {
      if (!isOn) return;
      isOn = false;
      for (const [channel, subscriber] of subscriptions) unsubscribe(channel, subscriber);
    },
  };
}

function hear(message: unknown, name: 'id' | 'url', tell: OnLoad): void {
  try {
    if (typeof message !== 'object' || message === null) return;
    const specifier: unknown = Object.getOwnPropertyDescriptor(message, name)?.value;
    if (typeof specifier === 'string' && !isBuiltin(specifier)) tell(specifier, name === 'url');
  } catch {
    // Node makes an uncaught exception of what a subscriber throws, and anyone may publish here.
  }
}
