import { BASE64, BASE64URL, runEnd, startsToken } from './character-class.ts';
import type { ScrubType } from './scrub-type.ts';

/** What the name beside a text says about it. */
export type TextHint = 'phone' | 'ssn' | 'credit_card' | 'aws_secret' | 'thing' | null;

/** A place in a text that must not leave. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly type: ScrubType;
}

/** Findings that any text may have, and units that it must have for each further one: no list of secrets is so dense. */
const FREE_FINDINGS = 256;
const UNITS_PER_FINDING = 24;
/** Further before a place than any finder looks. */
const MAX_LOOK_BEHIND = 2_304;

/** Thrown when a scan has used up its time; the value is then replaced as a whole. */
export class ScanBudgetExceeded extends Error {
  override readonly name: string = 'ScanBudgetExceeded';

  constructor() {
    super('The scrubber ran out of time.');
  }
}

/** What finders remember of a text beside what they have found; what is read again gives the same is not among it. */
export const CURSORS = [
  'nameCursor',
  'tokenCursor',
  'bearerCursor',
  'emailCursor',
  'urlCursor',
  'windowCursor',
  'keyBlockCursor',
  'arrayCursor',
  'awsSessionCursor',
  'headerCursor',
  'tableCursor',
  'codeCursor',
  'weakEnd',
  'foundTo',
  'weakRejections',
] as const;

/** One of {@link CURSORS}. */
export type Cursor = (typeof CURSORS)[number];

/**
 * One text while the finders look at it. The cursors are what keeps them linear: a finder that has read a run of
 * characters moves its cursor behind it and never reads the run again from a later trigger.
 */
export class TextScan {
  /** Folded and with existing markers blanked out by U+0001; as long as the original. */
  readonly text: string;
  readonly hint: TextHint;
  readonly isCode: boolean;
  readonly spans: Span[] = [];
  /** Where the last of all findings ends. */
  foundTo = -1;
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
  /** Lines before this index were looked at for the head of a table. */
  tableCursor = 0;
  /** Expressions of code before this index were read. */
  codeCursor = 0;
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

  /** Findings that are repetitions of others. */
  repeated = 0;
  /** Set by a finder whose answer depends on what stood further away than a finder looks. */
  readsFar = false;
  /** Where long tokens end, by their format: most texts have none. */
  #longTokens: Map<object, number> | null = null;
  /** The run of characters of tokens read last. */
  #runFrom = -1;
  #runEnd = -1;

  /** @param isCode the text is that of a program: a value may go on over lines */
  constructor(text: string, hint: TextHint, isCode: boolean = false) {
    this.text = text;
    this.hint = hint;
    this.isCode = isCode;
  }

  add(start: number, end: number, type: ScrubType): void {
    if (end <= start) return;
    this.spans.push({ start, end, type });
    if (end > this.foundTo) this.foundTo = end;
  }

  /**
   * True when there are so many findings up to `at` that the rest of the text goes as one: nothing but secrets of a few
   * characters each is a text made to keep the scrubber busy. What repeats itself does not count.
   */
  isGivenUp(at: number): boolean {
    const count = this.spans.length - this.repeated;
    if (count <= FREE_FINDINGS || (count - FREE_FINDINGS) * UNITS_PER_FINDING <= Math.max(at, this.foundTo))
      return false;
    this.add(Math.max(0, at - MAX_LOOK_BEHIND), this.text.length, this.spans.at(-1)!.type);
    return true;
  }

  /** True when a token may begin at `index`: no word goes on there, or one secret was pasted behind another. */
  startsToken(index: number): boolean {
    return startsToken(this.text, index) || (index <= this.foundTo && index > 0);
  }

  /** True inside of a long token of that format: it holds what starts there. */
  isInLongToken(format: object, at: number): boolean {
    const end = this.#longTokens?.get(format);
    if (end === undefined || at >= end) return false;
    this.readsFar = true;
    return true;
  }

  /** Where a long token of that format ends that was read up to `from`: the longest that is known may not be the longest. */
  endOfLongToken(format: object, from: number): number {
    if (from < this.#runFrom || from > this.#runEnd) {
      this.#runFrom = from;
      this.#runEnd = runEnd(this.text, from, BASE64URL | BASE64, this.text.length);
    }
    const end = this.#runEnd;
    this.readsFar = true;
    this.#longTokens ??= new Map();
    this.#longTokens.set(format, end);
    return end;
  }

  /** Writes all {@link CURSORS}, in their order. */
  readCursors(into: Int32Array): void {
    into[0] = this.nameCursor;
    into[1] = this.tokenCursor;
    into[2] = this.bearerCursor;
    into[3] = this.emailCursor;
    into[4] = this.urlCursor;
    into[5] = this.windowCursor;
    into[6] = this.keyBlockCursor;
    into[7] = this.arrayCursor;
    into[8] = this.awsSessionCursor;
    into[9] = this.headerCursor;
    into[10] = this.tableCursor;
    into[11] = this.codeCursor;
    into[12] = this.weakEnd;
    into[13] = this.foundTo;
    into[14] = this.weakRejections;
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
