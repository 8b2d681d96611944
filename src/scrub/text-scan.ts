import type { ScrubType } from './scrub-type.ts';

/** What the name beside a text says about it. */
export type TextHint = 'phone' | 'ssn' | 'credit_card' | 'aws_secret' | null;

/** A place in a text that must not leave. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly type: ScrubType;
}

/** Thrown when a scan has used up its time; the value is then replaced as a whole. */
export class ScanBudgetExceeded extends Error {
  constructor() {
    super('The scrubber ran out of time.');
    this.name = 'ScanBudgetExceeded';
  }
}

/**
 * One text while the finders look at it. The cursors are what keeps them linear: a finder that has read a run of
 * characters moves its cursor behind it and never reads the run again from a later trigger.
 */
export class TextScan {
  /** Folded and with existing markers blanked out by U+0001; as long as the original. */
  readonly text: string;
  readonly hint: TextHint;
  readonly spans: Span[] = [];
  /** Names and assigned values before this index were judged. */
  nameCursor = 0;
  tokenCursor = 0;
  bearerCursor = 0;
  emailCursor = 0;
  urlCursor = 0;
  windowCursor = 0;
  keyBlockCursor = 0;
  arrayCursor = 0;
  awsSessionCursor = 0;
  /** Headers with several values before this index were read. */
  headerCursor = 0;
  /** Names such as `key` that came to nothing in the value that ends at `weakEnd`. */
  weakEnd = 0;
  weakRejections = 0;
  /** The unquoted value and the line read last: whatever starts inside of one ends where it ends. */
  bareFrom = -1;
  bareEnd = -1;
  lineFrom = -1;
  lineEnd = -1;
  /** Where the next `END ` stands, so that it is looked for once: infinite when there is none further on. */
  nextKeyEnd = -1;

  constructor(text: string, hint: TextHint) {
    this.text = text;
    this.hint = hint;
  }

  add(start: number, end: number, type: ScrubType): void {
    if (end > start) this.spans.push({ start, end, type });
  }

  /** The text before `index`, lower-cased, at most `max` characters: where context words are looked for. */
  before(index: number, max: number): string {
    return this.text.slice(Math.max(0, index - max), index).toLowerCase();
  }
}

/** Looks at one place of a text, where a literal that starts a format stands, and adds what it finds. */
export type FindAt = (scan: TextScan, at: number) => void;

/** A literal from which a finder starts. */
export interface Trigger {
  /** At least three characters; lower case when `caseless`. */
  readonly literal: string;
  readonly caseless: boolean;
  readonly find: FindAt;
}
