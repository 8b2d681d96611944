import type { QueuedLine } from './queue.ts';

/** Counts the lines that the server may have although it has not said so, be they waiting, kept or lost. */
export interface Unconfirmed {
  readonly lines: number;
  /** A try with these begins to go over the wire. */
  sent(lines: readonly QueuedLine[]): void;
  /** The server says of that try that it does not take these. An earlier one may have brought them there. */
  refused(lines: readonly QueuedLine[]): void;
  /** The server says that it has these. */
  confirmed(lines: readonly QueuedLine[]): void;
}

/** Nothing was sent yet. */
export function createUnconfirmed(): Unconfirmed {
  let count = 0;

  return {
    get lines() {
      return count;
    },
    sent(lines) {
      for (const line of lines) if (line.unansweredTries++ === 0) count += 1;
    },
    refused(lines) {
      for (const line of lines) if (--line.unansweredTries === 0) count -= 1;
    },
    confirmed(lines) {
      for (const line of lines) {
        line.unansweredTries = 0;
        count -= 1;
      }
    },
  };
}
