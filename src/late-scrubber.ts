import type { SnapshotScrubber } from './scrub/snapshot-scrubber.ts';

/** A scrubber whose code may be loaded in a later turn: it is half of what an import would cost. */
export interface LateScrubber {
  /**
   * Gets it, once. One of the two runs: in this turn when the scrubber is there already, else in a later one. What they
   * throw is lost.
   */
  load(onReady: () => void, onFailed: (why: string) => void): void;
  /** Resolves when one of the two has run. */
  settled(): Promise<void>;
  /** @throws Error while there is none: nothing leaves unscrubbed */
  get(): SnapshotScrubber;
}

/** @param make the scrubber, or a promise of it when it has to be loaded */
export function createLateScrubber(make: () => SnapshotScrubber | Promise<SnapshotScrubber>): LateScrubber {
  const { promise, resolve } = Promise.withResolvers<void>();
  let scrubber: SnapshotScrubber | null = null;

  async function waitFor(
    loading: Promise<SnapshotScrubber>,
    onReady: () => void,
    onFailed: (why: string) => void,
  ): Promise<void> {
    try {
      scrubber = await loading;
    } catch (error) {
      settle(() => onFailed(describe(error)));
      return;
    }
    settle(onReady);
  }

  function settle(then: () => void): void {
    try {
      then();
    } catch {
      // Nothing stands between this turn and the end of the process.
    }
    resolve();
  }

  return {
    load(onReady, onFailed) {
      try {
        const made = make();
        if (made instanceof Promise) {
          void waitFor(made, onReady, onFailed);
          return;
        }
        scrubber = made;
      } catch (error) {
        settle(() => onFailed(describe(error)));
        return;
      }
      settle(onReady);
    },
    settled: () => promise,
    get() {
      if (scrubber === null) throw new Error('the scrubber is not there');
      return scrubber;
    },
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
