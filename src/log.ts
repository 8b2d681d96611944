/** Where the agent says the little that it says. The host's console is never written to unless `debug` is on. */
export interface Log {
  /** A state change or a misconfiguration that a person should know of; the same code at most once a minute. */
  warn(code: string, message: string): void;
  /** Detail for someone who switched `debug` on. */
  debug(message: string): void;
}

/** The user's own logger, for example pino or console. Whatever it throws is swallowed. */
export interface UserLogger {
  warn(message: string): void;
  debug?(message: string): void;
}

const REPEAT_AFTER_MS = 60_000;
const MAX_REMEMBERED_CODES = 100;

/**
 * A log that cannot throw and cannot flood.
 * @param sink the user's logger, or null: then warnings go through `process.emitWarning`, Node's convention, and
 *   debug lines to standard error if `debug` is on
 */
export function createLog(options: {
  readonly sink: UserLogger | null;
  readonly debug: boolean;
  readonly now: () => number;
}): Log {
  const { sink, debug, now } = options;
  const lastSaidMs = new Map<string, number>();

  return {
    warn(code, message) {
      const at = now();
      const last = lastSaidMs.get(code);
      if (last !== undefined && at - last < REPEAT_AFTER_MS) return;
      if (lastSaidMs.size >= MAX_REMEMBERED_CODES) lastSaidMs.clear();
      lastSaidMs.set(code, at);
      quietly(() =>
        sink === null
          ? process.emitWarning(message, { type: 'StillframeWarning', code })
          : sink.warn(`stillframe: ${message} (${code})`),
      );
    },
    debug(message) {
      if (!debug) return;
      quietly(() =>
        sink?.debug === undefined
          ? process.stderr.write(`stillframe: ${message}\n`)
          : sink.debug(`stillframe: ${message}`),
      );
    },
  };
}

/** A logger is the host's code: what it throws, or a promise of it that rejects, must not come back to the host. */
function quietly(say: () => unknown): void {
  try {
    const result = say();
    if (result instanceof Promise) result.catch(() => {});
  } catch {
    // Nothing to do: the logger is the place where we would say so.
  }
}
