import { clearTimeout, setTimeout } from 'node:timers';
import type { Books } from './books.ts';
import type { HeldSnapshots } from './capture/held-snapshots.ts';
import { FlushError } from './errors.ts';
import type { ScrubStage } from './scrub-stage.ts';
import type { ServerLink } from './server-link.ts';
import type { FlushResult } from './snapshot-agent.ts';

/** Sending what waits, and waiting for it. */
export interface Flushing {
  /** Snapshots between their capture and the server's answer. */
  unsent(): number;
  /** Sends what waits. Never rejects. */
  flush(timeoutMs?: number): Promise<FlushResult>;
  /** The same where the process is about to end: what could not be sent is kept, if it is to be. */
  flushForGood(timeoutMs?: number): Promise<FlushResult>;
  /** As a program wants it that decides itself when to send: rejects with a `FlushError` when not all was delivered. */
  flushOrThrow(timeoutMs?: number): Promise<FlushResult>;
  /** Something changed that may end the sending for a while: who waits looks again. */
  lookAgain(): void;
}

const DEFAULT_FLUSH_MS = 5_000;
const MAX_FLUSH_MS = 600_000;

/** @param deps.link asked for late: there is none before the agent starts */
export function createFlushing(deps: {
  readonly held: HeldSnapshots;
  readonly stage: ScrubStage;
  readonly link: () => ServerLink | null;
  readonly books: Books;
  readonly monotonicNow: () => number;
}): Flushing {
  const { held, stage, link, books, monotonicNow } = deps;
  const watchers = new Set<() => void>();

  function unsent(): number {
    return held.size + stage.size + (link()?.status().queued ?? 0);
  }

  async function send(givenMs: number | undefined, isLast: boolean): Promise<FlushResult> {
    const timeoutMs = readTimeout(givenMs);
    const deadlineMs = monotonicNow() + timeoutMs;
    const leftMs = (): number => Math.max(0, deadlineMs - monotonicNow());
    const settled = settle(timeoutMs);
    const sendScrubbed = async (): Promise<void> => {
      // A source map on a disk that hangs is waited for no longer than the rest.
      await Promise.race([stage.idle(), settled]);
      await link()?.flush(leftMs());
    };
    // The others do not wait for a first capture that waits for its breakpoint.
    await Promise.all([settled, sendScrubbed()]);
    await link()?.flush(leftMs(), isLast);
    return { unsent: unsent() };
  }

  const flush = (givenMs?: number): Promise<FlushResult> => send(givenMs, false);

  async function flushOrThrow(givenMs?: number): Promise<FlushResult> {
    const failedBefore = failed();
    const result = await flush(givenMs);
    const failedNow = failed() - failedBefore;
    if (result.unsent === 0 && failedNow === 0) return result;
    throw new FlushError(result.unsent, failedNow, link()?.status().lastError ?? null);
  }

  function failed(): number {
    const { spooled, dropped } = books.totals();
    return (
      spooled + dropped.send + dropped.rejected + dropped.size + dropped.queue + dropped.auth + dropped.scrub
    );
  }

  /**
   * Until what was captured is on its way, or cannot be for now. The one place where the agent holds the process, and for
   * so long at most.
   */
  function settle(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(finish, timeoutMs);
      const stopWaiting = held.whenEmpty(() => void finishAfterScrub());
      const giveUpIfRefused = (): void => {
        if (isRefused()) void finishAfterScrub();
      };
      watchers.add(giveUpIfRefused);
      giveUpIfRefused();
      async function finishAfterScrub(): Promise<void> {
        // What was handed out last goes to the next stage in this turn, a moment after it was taken out.
        await Promise.resolve();
        await stage.idle();
        finish();
      }
      function finish(): void {
        clearTimeout(timer);
        stopWaiting();
        watchers.delete(giveUpIfRefused);
        resolve();
      }
    });
  }

  /** A first capture can hear of its breakpoint only from a server that answers and takes the key. */
  function isRefused(): boolean {
    const status = link()?.status();
    return status === undefined || status.breaker === 'open' || status.accessDenied;
  }

  return {
    unsent,
    flush,
    flushForGood: (timeoutMs) => send(timeoutMs, true),
    flushOrThrow,
    lookAgain() {
      for (const look of watchers) look();
    },
  };
}

/** What is no time is the default: a timer of Node would warn, or fire at once. */
export function readTimeout(given: unknown): number {
  return typeof given === 'number' && given >= 0 ? Math.min(given, MAX_FLUSH_MS) : DEFAULT_FLUSH_MS;
}
