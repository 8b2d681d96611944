/** A job that runs again and again. */
export interface Repetition {
  /** Runs it no more; resolves when a run that is under way has ended. */
  stop(): Promise<void>;
}

/**
 * Runs the job each interval, and never twice at a time: a slow run delays the next. A run that fails does not end the
 * repetition. Keeps no process alive.
 *
 * @param firstMs before the first run; default: the interval
 * @param onError told of the first failure of a row: an outage is one line in a log, not one a second
 */
export function repeat(
  intervalMs: number,
  job: () => Promise<unknown>,
  onError: (error: unknown) => void,
  firstMs: number = intervalMs,
): Repetition {
  let isStopped = false;
  let isFailing = false;
  let running: Promise<void> = Promise.resolve();
  let timer = schedule(firstMs);

  function schedule(delayMs = intervalMs): NodeJS.Timeout {
    return setTimeout(() => {
      running = run();
    }, delayMs).unref();
  }

  async function run(): Promise<void> {
    try {
      await job();
      isFailing = false;
    } catch (error) {
      if (!isFailing) onError(error);
      isFailing = true;
    }
    if (!isStopped) timer = schedule();
  }

  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
      return running;
    },
  };
}
