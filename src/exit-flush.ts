/** Sends what a process that ends by itself has not sent yet. */
export interface ExitFlush {
  /** Something was taken that the end of the process must not lose. */
  arm(): void;
  /** Takes the listener away. Final. */
  close(): void;
}

/**
 * Listens to `beforeExit` from the first {@link ExitFlush.arm} on: an agent that took nothing leaves no listener behind.
 * @param deps.hasUnsent asked when the process is about to end
 * @param deps.flush holds the process for as long as it takes, and never rejects
 */
export function createExitFlush(deps: {
  readonly hasUnsent: () => boolean;
  readonly flush: () => Promise<unknown>;
}): ExitFlush {
  let isDue = false;
  let phase: 'new' | 'listening' | 'closed' = 'new';

  function onBeforeExit(): void {
    if (!isDue || !deps.hasUnsent()) return;
    // Once for what was taken so far: a process that cannot send must not be held again and again.
    isDue = false;
    void deps.flush();
  }

  return {
    arm() {
      isDue = true;
      if (phase !== 'new') return;
      phase = 'listening';
      process.on('beforeExit', onBeforeExit);
    },
    close() {
      phase = 'closed';
      process.off('beforeExit', onBeforeExit);
    },
  };
}
