/** Where the agent says the little that it says. The same thing is said at most once a minute. */
export interface Log {
  /**
   * A misconfiguration, which a person has to mend: to the logger, else through `process.emitWarning`, Node's
   * convention; each one by itself, even of the same code. Nothing else of the agent is ever seen unasked.
   */
  problem(code: string, message: string): void;
  /** A change of state, such as a lost connection: to the logger, else only with `debug`. Once a minute per code. */
  warn(code: string, message: string): void;
  /** Detail for someone who switched `debug` on. */
  debug(message: string): void;
}

/** The user's own logger, for example pino or console. Whatever it throws is swallowed. */
export interface UserLogger {
  /** One line: what happened, what to do, and the code at its end. */
  warn(message: string): void;
  /** Detail, and only with the option `debug`. */
  debug?(message: string): void;
}

const REPEAT_AFTER_MS = 60_000;
const MAX_REMEMBERED_CODES = 100;

/**
 * A log that cannot throw and cannot flood.
 * @param options.sink the user's logger, or null
 * @param options.debug true: what has no other place goes to standard error
 */
export function createLog(options: {
  readonly sink: UserLogger | null;
  readonly debug: boolean;
  readonly now: () => number;
}): Log {
  const { sink, debug, now } = options;
  const lastSaidMs = new Map<string, number>();

  function isDue(code: string): boolean {
    const at = now();
    const last = lastSaidMs.get(code);
    if (last !== undefined && at - last < REPEAT_AFTER_MS) return false;
    if (lastSaidMs.size >= MAX_REMEMBERED_CODES) lastSaidMs.clear();
    lastSaidMs.set(code, at);
    return true;
  }

  function sayDebug(message: string): void {
    if (!debug) return;
    quietly(() =>
      sink?.debug === undefined
        ? process.stderr.write(`stillframe: ${message}\n`)
        : sink.debug(`stillframe: ${message}`),
    );
  }

  return {
    problem(code, message) {
      if (!isDue(`${code} ${message}`)) return;
      quietly(() =>
        sink === null
          ? process.emitWarning(message, { type: 'StillframeWarning', code })
          : sink.warn(`stillframe: ${message} (${code})`),
      );
    },
    warn(code, message) {
      if (!isDue(code)) return;
      if (sink === null) sayDebug(`${message} (${code})`);
      else quietly(() => sink.warn(`stillframe: ${message} (${code})`));
    },
    debug: sayDebug,
  };
}

/** A logger is the host's code: what it throws, or a promise of it that rejects, must not come back to the host. */
function quietly(say: () => unknown): void {
  try {
    const result = say();
    // Not by instanceof: a promise of another realm, or of a library, is refused just as loudly.
    if (typeof result === 'object' && result !== null) Promise.resolve(result).catch(() => {});
  } catch {
    // Nothing to do: the logger is the place where we would say so.
  }
}
