/** Lets no more work to the connections than there are: what waits here waits for a connection, not for the network. */
export interface ConnectionQueue {
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Work that has no connection yet. */
  readonly waiting: number;
  /** The database cannot be reached: what waits would wait for nothing. */
  refuseWaiting(error: unknown): void;
}

interface Waiting {
  start(): void;
  refuse(error: unknown): void;
}

/** @param maxRunning work at a time */
export function createConnectionQueue(maxRunning: number): ConnectionQueue {
  const waiting: Waiting[] = [];
  let running = 0;

  return {
    get waiting() {
      return waiting.length;
    },
    async run(work) {
      if (running >= maxRunning) {
        await new Promise<void>((start, refuse) => waiting.push({ start, refuse }));
      } else running++;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running--;
        else next.start();
      }
    },
    refuseWaiting(error) {
      for (const { refuse } of waiting.splice(0)) refuse(error);
    },
  };
}
