/** Knows how late the event loop of this thread was. */
export interface DelayWatch {
  /** The longest delay since this was last asked, with one that ends now. */
  takeLongestMs(): number;
  stop(): void;
}

/** Often enough to see what anybody would notice, and seldom enough to cost nothing. */
const INTERVAL_MS = 100;

/**
 * Measures by how much a timer of this thread is late: so long nothing else was done here, whatever the reason. Keeps no
 * process alive.
 * @param onDelay told of each delay once it is over, with the CPU time that the whole process took meanwhile: about none
 * says that the machine, or its disk, held everything up
 */
export function watchDelay(onDelay: (delayMs: number, cpuMs: number) => void = () => undefined): DelayWatch {
  let lastMs = performance.now();
  let lastCpu = process.cpuUsage();
  let longestMs = 0;

  function look(): void {
    const nowMs = performance.now();
    const delayMs = Math.max(0, nowMs - lastMs - INTERVAL_MS);
    const { user, system } = process.cpuUsage(lastCpu);
    lastMs = nowMs;
    lastCpu = process.cpuUsage();
    longestMs = Math.max(longestMs, delayMs);
    onDelay(delayMs, (user + system) / 1_000);
  }

  const timer = setInterval(look, INTERVAL_MS).unref();
  return {
    takeLongestMs() {
      const longest = Math.max(longestMs, performance.now() - lastMs - INTERVAL_MS);
      longestMs = 0;
      return longest;
    },
    stop: () => clearInterval(timer),
  };
}
