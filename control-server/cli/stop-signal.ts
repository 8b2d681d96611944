/** Exit code of a process that a second signal ends before it could close: 128 and the number of SIGINT. */
const EXIT_INTERRUPTED = 130;

/**
 * Resolves at the first SIGINT or SIGTERM, after which the caller closes in order. A further one ends the process at once.
 * @param onAgain what must be done even then, synchronously; true when there was something to hurry up, and the caller goes on
 */
export function waitForStopSignal(onAgain: () => boolean = () => false): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isStopping = false;
    function onSignal(signal: NodeJS.Signals): void {
      if (isStopping) {
        if (onAgain()) return;
        process.exit(EXIT_INTERRUPTED);
      }
      isStopping = true;
      resolve(signal);
    }
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
