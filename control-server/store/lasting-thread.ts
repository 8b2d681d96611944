import type { StoreThread } from './store-thread.ts';

/** A thread of the store that may end by itself. */
export interface MortalThread extends StoreThread {
  /** Resolves, with the reason, once the thread is gone though nobody closed it. */
  readonly lost: Promise<unknown>;
}

/** Told what becomes of the thread while the server runs. */
export interface ThreadWatch {
  /** The thread has ended by an error: until {@link ThreadWatch.onReturned} every call is refused. */
  onLost(error: unknown): void;
  /** The thread does not start again. Once an outage; it is tried again for as long as it takes. */
  onRefused(error: unknown): void;
  /** Calls are answered again. Of those that were under way when it ended, some may have been committed. */
  onReturned(): void;
}

/** Before the first attempt: what ended it once may have been a single call. */
const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 10_000;
/** A thread that worked for so long ended by something new. */
const STEADY_MS = 60_000;

/**
 * A thread that is started again when it ends by itself, so that one error in it, such as too little memory for one call,
 * ends neither the server nor the control streams that it holds. What is committed is in the file: the next thread finds
 * it there, and what was not is taken back. Rejects when the first start fails.
 */
export async function createLastingThread(
  start: () => Promise<MortalThread>,
  watch: ThreadWatch,
): Promise<StoreThread> {
  let isClosed = false;
  let delayMs = FIRST_DELAY_MS;
  let timer: NodeJS.Timeout | null = null;
  let starting: Promise<void> = Promise.resolve();
  let thread = await start();
  void startWhenLost(thread);

  async function startWhenLost({ lost }: MortalThread): Promise<void> {
    const startedAtMs = performance.now();
    const error = await lost;
    if (isClosed) return;
    if (performance.now() - startedAtMs >= STEADY_MS) delayMs = FIRST_DELAY_MS;
    watch.onLost(error);
    startLater(true);
  }

  function startLater(isFirst: boolean): void {
    timer = setTimeout(() => {
      starting = startAgain(isFirst);
    }, delayMs).unref();
    delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
  }

  async function startAgain(isFirst: boolean): Promise<void> {
    try {
      thread = await start();
    } catch (error) {
      if (isFirst) watch.onRefused(error);
      if (!isClosed) startLater(false);
      return;
    }
    void startWhenLost(thread);
    if (!isClosed) watch.onReturned();
  }

  return {
    call: (name, ...args) => thread.call(name, ...args),
    callRecorded: (stamp, name, args) => thread.callRecorded(stamp, name, args),
    async close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await starting;
      await thread.close();
    },
  };
}
