/** A place in an original source, counted from 0 as in source maps. */
export interface OriginalPlace {
  readonly source: number;
  readonly line: number;
  readonly column: number;
}

/** Where the decoding stands: after one segment, the last one before `offset`. All but `column` count on over lines. */
interface Cursor {
  offset: number;
  line: number;
  column: number;
  source: number;
  originalLine: number;
  originalColumn: number;
  /** The segment's fields: 0 before the first one of a line, 1 for generated code that has no original. */
  fields: number;
}

const START: Readonly<Cursor> = {
  offset: 0,
  line: 0,
  column: 0,
  source: 0,
  originalLine: 0,
  originalColumn: 0,
  fields: 0,
};

const SEMICOLON = 0x3b;
const COMMA = 0x2c;
/** What a byte means as a base64 digit, -1 for none. */
const DIGITS = base64Digits();
/** A look-up decodes at most so much again, a few µs of work. Seven small numbers each: 5 % of the text they belong to. */
const CHECKPOINT_BYTES = 1_024;
const CHECKPOINT_FIELDS = 7;

/**
 * The `mappings` of one source map, decoded bit by bit as far as somebody asks. The libraries for this decode the whole
 * text at once, into an array for each segment: 60 ms and 40 MB per megabyte, on the host's thread.
 */
export class Mappings {
  readonly #bytes: Uint8Array;
  readonly #frontier: Cursor = { ...START };
  readonly #checkpoints: number[] = [];
  #isBroken = false;

  /** @param bytes ASCII; kept, not copied */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * Decodes on, at most about `maxBytes`, until the generated place is passed.
   * @returns true when `find` can tell
   */
  advance(line: number, column: number, maxBytes: number): boolean {
    const frontier = this.#frontier;
    const stop = Math.min(this.#bytes.length, frontier.offset + maxBytes);
    while (!this.#isBroken) {
      if (line < frontier.line || (line === frontier.line && column < frontier.column)) return true;
      if (frontier.offset >= stop) break;
      if (this.#run(frontier, Math.min(stop, frontier.offset + CHECKPOINT_BYTES), line, column)) return true;
      this.#keep(frontier);
    }
    return this.#isBroken || frontier.offset >= this.#bytes.length;
  }

  /** The original of a generated place: that of the last segment at or before it in its line. Null when there is none. */
  find(line: number, column: number): OriginalPlace | null {
    if (this.#isBroken) return null;
    const cursor = this.#checkpointBefore(line, column);
    this.#run(cursor, this.#frontier.offset, line, column);
    if (cursor.line !== line || cursor.fields < 4) return null;
    return { source: cursor.source, line: cursor.originalLine, column: cursor.originalColumn };
  }

  /**
   * A walk over all segments with an original, in their order.
   * @param visit generated line and column, then the original place, all counted from 0
   * @returns goes on for at most about `maxBytes`; true behind the last one
   */
  walk(
    visit: (line: number, column: number, original: OriginalPlace) => void,
  ): (maxBytes: number) => boolean {
    const cursor: Cursor = { ...START };
    return (maxBytes) => {
      const bytes = this.#bytes;
      const stop = Math.min(bytes.length, cursor.offset + maxBytes);
      while (cursor.offset < stop && !this.#isBroken) {
        const byte = bytes[cursor.offset];
        if (byte === SEMICOLON) {
          cursor.line += 1;
          cursor.column = 0;
          cursor.offset += 1;
        } else if (byte === COMMA) cursor.offset += 1;
        else if (this.#readSegment(cursor, cursor.line, Number.POSITIVE_INFINITY) && cursor.fields >= 4) {
          const { source, originalLine, originalColumn } = cursor;
          visit(cursor.line, cursor.column, { source, line: originalLine, column: originalColumn });
        }
      }
      return this.#isBroken || cursor.offset >= bytes.length;
    };
  }

  /** Moves the cursor over all segments at or before the place; true when it stands in front of a later one. */
  #run(cursor: Cursor, limit: number, line: number, column: number): boolean {
    const bytes = this.#bytes;
    while (cursor.offset < limit) {
      const byte = bytes[cursor.offset];
      if (byte === SEMICOLON) {
        if (cursor.line >= line) return true;
        cursor.line += 1;
        cursor.column = 0;
        cursor.fields = 0;
        cursor.offset += 1;
      } else if (byte === COMMA) {
        cursor.offset += 1;
      } else if (!this.#readSegment(cursor, line, column)) {
        return true;
      }
    }
    return false;
  }

  /** Takes in one segment; false, and the cursor as it was, when it lies behind the place or is none. */
  #readSegment(cursor: Cursor, line: number, column: number): boolean {
    const bytes = this.#bytes;
    let { offset, source, originalLine, originalColumn } = cursor;
    let generated = cursor.column;
    let fields = 0;
    let value = 0;
    let shift = 0;
    for (; offset < bytes.length; offset++) {
      const byte = bytes[offset] ?? 0;
      if (byte === COMMA || byte === SEMICOLON) break;
      const digit = DIGITS[byte] ?? -1;
      if (digit === -1 || shift > 30) {
        this.#isBroken = true;
        return false;
      }
      value |= (digit & 31) << shift;
      shift += 5;
      if (digit >= 32) continue;
      const delta = (value & 1) === 0 ? value >>> 1 : -(value >>> 1);
      if (fields === 0) {
        generated += delta;
        if (cursor.line === line && generated > column) return false;
      } else if (fields === 1) source += delta;
      else if (fields === 2) originalLine += delta;
      else if (fields === 3) originalColumn += delta;
      fields += 1;
      value = 0;
      shift = 0;
    }
    cursor.offset = offset;
    cursor.column = generated;
    cursor.source = source;
    cursor.originalLine = originalLine;
    cursor.originalColumn = originalColumn;
    cursor.fields = fields;
    return true;
  }

  #keep({ offset, line, column, source, originalLine, originalColumn, fields }: Cursor): void {
    this.#checkpoints.push(offset, line, column, source, originalLine, originalColumn, fields);
  }

  #checkpointBefore(line: number, column: number): Cursor {
    const at = this.#checkpoints;
    let low = 0;
    let high = at.length / CHECKPOINT_FIELDS;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const start = middle * CHECKPOINT_FIELDS;
      const keptLine = at[start + 1] ?? 0;
      const isAfter = keptLine > line || (keptLine === line && (at[start + 2] ?? 0) > column);
      if (isAfter) high = middle;
      else low = middle + 1;
    }
    const start = (low - 1) * CHECKPOINT_FIELDS;
    return {
      offset: at[start] ?? 0,
      line: at[start + 1] ?? 0,
      column: at[start + 2] ?? 0,
      source: at[start + 3] ?? 0,
      originalLine: at[start + 4] ?? 0,
      originalColumn: at[start + 5] ?? 0,
      fields: at[start + 6] ?? 0,
    };
  }
}

function base64Digits(): Int8Array {
  const digits = new Int8Array(256).fill(-1);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let value = 0; value < alphabet.length; value++) digits[alphabet.charCodeAt(value)] = value;
  return digits;
}
