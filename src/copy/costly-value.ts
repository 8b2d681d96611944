import type { CopiedValue } from './captured-snapshot.ts';

/**
 * Own keys beyond which an object counts as costly. V8 collects all keys of an object before it hands out the first,
 * whatever way is asked: about 1 ms for so many text keys, 15 ms for 100,000.
 */
export const MAX_CHEAP_KEYS = 10_000;

/** Characters below which no read of a text is timed: even one of as many pieces is joined in some 10 µs. */
export const MIN_TIMED_TEXT = 16_384;

/** Milliseconds of work beyond which the first read of a text counts as costly. */
export const MAX_CHEAP_READ_MS = 1;

/** A value whose mere reading had no cheap bound: a call site that shows it again will pay for it again. */
export interface CostlyValue {
  /**
   * `wide_object`: an object of more than {@link MAX_CHEAP_KEYS} own keys. `wide_objects`: several that have as many
   * together, beyond those that are shown. `joined_text`: a text that the program had put together of pieces, which V8
   * joined when it was first read. A finished text never counts, however long.
   */
  readonly cause: 'wide_object' | 'wide_objects' | 'joined_text';
  /** Own keys of the object, keys of the objects that were met until it was too much, or characters of the text. */
  readonly size: number;
}

/** What one call of `copyValue` returns. `marks` are written when they are first read: in a later turn, if that can wait. */
export interface CopyResult extends CopiedValue {
  /** The first costly value that was met; null when there was none. */
  readonly costly: CostlyValue | null;
}

/** What was costly, in the words of a sentence about it. */
export function describeCostlyValue({ cause, size }: CostlyValue): string {
  switch (cause) {
    case 'wide_object':
      return `an object of ${size} keys, which V8 lists all at once`;
    case 'wide_objects':
      return `objects of together more than ${size} keys, which V8 lists all at once`;
    case 'joined_text':
      return `a text of ${size} characters that was still in pieces, which V8 joins when it is first read`;
  }
}
