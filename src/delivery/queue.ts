/**
 * What waits to be sent. As text and not as bytes: these would lie outside of V8's heap, where what is freed between
 * others stays with the process. A minute of a hundred snapshots a second leaves 10 MB of such holes.
 */
export interface QueuedLine {
  /** One line of NDJSON, without its line break. */
  readonly text: string;
  /** What it takes on the wire, its line break included. */
  readonly bytes: number;
  /** Under which label of this process it is in the books; null when under none. */
  readonly label: string | null;
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

/** A line of this text, for the books under this label. */
export function toQueuedLine(text: string, label: string | null): QueuedLine {
  return { text, bytes: Buffer.byteLength(text) + 1, label };
}

/** Lines as they are sent. */
export function encodeLines(lines: readonly QueuedLine[]): Uint8Array {
  return Buffer.from(`${lines.map(({ text }) => text).join('\n')}\n`);
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
    bytes -= line.bytes;
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
      bytes += line.bytes;
      return dropOverflow();
    },
    putBack(returned) {
      lines = [...returned, ...lines.slice(head)];
      head = 0;
      for (const line of returned) bytes += line.bytes;
      return dropOverflow();
    },
    take(batch) {
      const taken: QueuedLine[] = [];
      let takenBytes = 0;
      while (taken.length < batch.maxItems) {
        const next = lines[head];
        if (next === undefined) break;
        if (taken.length > 0 && takenBytes + next.bytes > batch.maxBytes) break;
        removeOldest();
        taken.push(next);
        takenBytes += next.bytes;
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
