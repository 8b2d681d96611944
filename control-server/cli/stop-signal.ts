/** Exit code of a process that a second signal ends before it could close: 128 and the number of SIGINT. */
const EXIT_INTERRUPTED = 130;

/**
 * Resolves at the first SIGINT or SIGTERM, after which the caller closes in order. A second one ends the process at once.
 * @param onSecond what must be done even then, synchronously
 */
export function waitForStopSignal(onSecond: () => void = () => undefined): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isStopping = false;
    function onSignal(signal: NodeJS.Signals): void {
      if (isStopping) {
        onSecond();
        process.exit(EXIT_INTERRUPTED);
      }
      isStopping = true;
      resolve(signal);
    }
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
