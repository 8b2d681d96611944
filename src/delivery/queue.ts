import type { KeptLine } from './line-memory.ts';

/** What waits to be sent. */
export interface QueuedLine {
  readonly content: KeptLine;
  /** Under which label of this process it is in the books; null when under none. */
  readonly label: string | null;
  /** Tries that went over the wire without an answer that says what came of them; written by `unconfirmed.ts` alone. */
  unansweredTries: number;
}

/** How much a queue holds. */
export interface QueueLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
}

/** The bounded queue of a delivery, oldest first. */
export interface Queue {
  readonly size: number;
  readonly bytes: number;
  /** Appends a line. Returns the oldest ones that had to go. */
  push(line: QueuedLine): QueuedLine[];
  /** Puts lines back to the front, in their order. Returns the oldest ones that had to go. */
  putBack(lines: readonly QueuedLine[]): QueuedLine[];
  /** Removes the oldest lines within both limits, at least one if there is any. */
  take(limits: QueueLimits): QueuedLine[];
  /** Removes all, and returns them. */
  clear(): QueuedLine[];
}

/** Lines as they are sent; a copy. */
export function encodeLines(lines: readonly QueuedLine[]): Uint8Array {
  const encoded = Buffer.allocUnsafeSlow(lines.reduce((sum, { content }) => sum + content.bytes, 0));
  let offset = 0;
  for (const { content } of lines) {
    content.copyTo(encoded, offset);
    offset += content.bytes;
  }
  return encoded;
}

/** Nothing may ask for their bytes from here on. */
export function letGoOf(lines: readonly QueuedLine[]): void {
  for (const { content } of lines) content.letGo();
}

/** A queue that drops its oldest lines rather than grow beyond either limit. */
export function createQueue(limits: QueueLimits): Queue {
  let lines: QueuedLine[] = [];
  /** Index of the oldest line in `lines`; what lies before it is already gone. */
  let head = 0;
  let bytes = 0;

  function removeOldest(): QueuedLine | undefined {
    const line = lines[head];
    if (line === undefined) return undefined;
    bytes -= line.content.bytes;
    head++;
    // Moving the rest down once half of the array is gone costs each line at most one move.
    if (head * 2 >= lines.length) {
      lines = lines.slice(head);
      head = 0;
    }
    return line;
  }

  function dropOverflow(): QueuedLine[] {
    const dropped: QueuedLine[] = [];
    while (lines.length - head > limits.maxItems || bytes > limits.maxBytes) {
      const oldest = removeOldest();
      if (oldest !== undefined) dropped.push(oldest);
    }
    return dropped;
  }

  return {
    get size() {
      return lines.length - head;
    },
    get bytes() {
      return bytes;
    },
    push(line) {
      lines.push(line);
      bytes += line.content.bytes;
      return dropOverflow();
    },
    putBack(returned) {
      lines = [...returned, ...lines.slice(head)];
      head = 0;
      for (const line of returned) bytes += line.content.bytes;
      return dropOverflow();
    },
    take(batch) {
      const taken: QueuedLine[] = [];
      let takenBytes = 0;
      while (taken.length < batch.maxItems) {
        const next = lines[head];
        if (next === undefined) break;
        if (taken.length > 0 && takenBytes + next.content.bytes > batch.maxBytes) break;
        removeOldest();
        taken.push(next);
        takenBytes += next.content.bytes;
      }
      return taken;
    },
    clear() {
      const rest = lines.slice(head);
      lines = [];
      head = 0;
      bytes = 0;
      return rest;
    },
  };
}
