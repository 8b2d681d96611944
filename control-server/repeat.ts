/** A job that runs again and again. */
export interface Repetition {
  /** Runs it no more; resolves when a run that is under way has ended. */
  stop(): Promise<void>;
}

/**
 * Runs the job each interval, and never twice at a time: a slow run delays the next. A run that fails is told and
 * does not end the repetition. Keeps no process alive.
 */
export function repeat(
  intervalMs: number,
  job: () => Promise<unknown>,
  onError: (error: unknown) => void,
): Repetition {
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer = schedule();

  function schedule(): NodeJS.Timeout {
    return setTimeout(() => {
      running = run();
    }, intervalMs).unref();
  }

  async function run(): Promise<void> {
    try {
      await job();
    } catch (error) {
      onError(error);
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
