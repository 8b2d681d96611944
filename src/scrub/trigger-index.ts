import { Repetition } from './repetition.ts';
import type { TextScan, Trigger } from './text-scan.ts';

/** How common each low five bits are in ordinary text: letters by their frequency, 0 is the space. */
const COMMONNESS: readonly number[] = [
  60, 42, 8, 14, 22, 65, 12, 11, 30, 38, 4, 10, 22, 16, 36, 40, 16, 12, 32, 34, 46, 18, 12, 14, 10, 14, 10, 6,
  4, 4, 4, 8,
];

const HASH_MASK = 0x7fff;

/** What one pass over a text found out. */
export interface TriggerHits {
  /** Pairs, `count` numbers in all: where a literal stands, and which one. */
  readonly pairs: Int32Array;
  readonly count: number;
  /**
   * Where a digit stands before which enough others do, `numberCount` of them: there may be a number around it. One or
   * more for each row of digits that is long enough.
   */
  readonly numbers: readonly number[];
  readonly numberCount: number;
  readonly hasAt: boolean;
  readonly isAscii: boolean;
}

/** Units between two digits of one number at most, and fewest digits of a number that is looked for. */
export const MAX_DIGIT_GAP = 5;
export const MIN_NUMBER_DIGITS = 7;
/** Numbers in the list of hits from which on a text may be one that repeats itself. */
const MIN_REPEATED = 128;
/** Room for hits that is kept between texts. */
const MAX_KEPT_PAIRS = 8_192;

/** Units of a text that are read at once, and how many of them the next part reads again: a number may straddle two. */
const UNITS_AT_ONCE = 8_192;
const OVERLAP = 64;
/** Below this, a call to write a text to a buffer costs more than reading it unit by unit. */
const SHORT_TEXT = 32;

/**
 * All literals of all finders in one table, found in one pass: each literal is registered under its rarest trigram
 * (five bits a character, so upper and lower case fall together); a hit is then verified against the literal.
 */
export class TriggerIndex {
  readonly #bucketOf = new Uint16Array(HASH_MASK + 1);
  /** 1 where `#bucketOf` has something: half the memory for what nearly every look finds empty. */
  readonly #isKnown = new Uint8Array(HASH_MASK + 1);
  readonly #triggers: Trigger[] = [];
  readonly #buckets: { readonly trigger: Trigger; readonly id: number; readonly back: number }[][] = [[]];
  /** One for all passes: most texts have no hit, and each is visited before the next pass. */
  readonly #hits = {
    pairs: new Int32Array(512),
    count: 0,
    numbers: [] as number[],
    numberCount: 0,
    hasAt: false,
    isAscii: true,
  };
  /** One byte a unit, with room for the longest character and for the zeros that fill the last four. */
  readonly #bytes: Buffer = Buffer.alloc(UNITS_AT_ONCE + 8);
  readonly #quads = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
  /** Where a trigram of a literal ends within the next four units, and where a digit of a long enough row stands. */
  readonly #candidates = new Uint16Array(UNITS_AT_ONCE);
  readonly #places = new Uint16Array(UNITS_AT_ONCE);

  constructor(triggers: readonly Trigger[]) {
    for (const trigger of triggers) this.#register(trigger);
  }

  /** The one pass that every text pays. What it returns is overwritten by the next one. */
  pass(text: string): TriggerHits {
    const hits = this.#hits;
    hits.count = 0;
    hits.numberCount = 0;
    hits.hasAt = text.includes('@');
    hits.isAscii = true;
    if (text.length <= UNITS_AT_ONCE) {
      this.#write(text);
      this.#read(text, 0, text.length);
    } else {
      for (let from = 0; from + OVERLAP < text.length; from += UNITS_AT_ONCE - OVERLAP) {
        const part = text.slice(from, from + UNITS_AT_ONCE);
        this.#write(part);
        this.#read(text, from, part.length);
      }
    }
    return hits;
  }

  /**
   * Writes the low byte of each unit: all that a trigram has of it. Bytes are read four times as fast as `charCodeAt`,
   * which looks at the form of the string every time.
   */
  #write(part: string): void {
    const bytes = this.#bytes;
    const { length } = part;
    const hits = this.#hits;
    if (length < SHORT_TEXT) {
      let seen = 0;
      for (let i = 0; i < length; i++) {
        const unit = part.charCodeAt(i);
        seen |= unit;
        bytes[i] = unit;
      }
      if (seen > 127) hits.isAscii = false;
    } else if (!hits.isAscii || bytes.write(part) !== length) {
      // UTF-8 takes one byte a unit for ASCII only.
      hits.isAscii = false;
      bytes.write(part, 'latin1');
    }
    bytes[length] = 0;
    bytes[length + 1] = 0;
    bytes[length + 2] = 0;
  }

  /**
   * Reads what was written of the text, four units at a time: their four trigrams in one test, their digits in another.
   * Half the time of a loop over units. No call in it: it costs half as much so.
   */
  #read(text: string, from: number, length: number): void {
    const isKnown = this.#isKnown;
    const quads = this.#quads;
    const candidates = this.#candidates;
    const places = this.#places;
    let before = 0;
    let count = 0;
    let numberCount = 0;
    let digits = 0;
    let lastDigits = 0;
    for (let i = 0; i < length; i += 4) {
      const quad = quads.getInt32(i, true);
      // Five bits of each, the first one highest; and the same behind the two units before.
      const four =
        ((quad & 31) << 15) | ((quad & 0x1f00) << 2) | ((quad >> 11) & 0x3e0) | ((quad >> 24) & 31);
      const six = before | (four >>> 10);
      before = (four & 0x3ff) << 10;
      const isCandidate =
        isKnown[six >>> 5]! | isKnown[six & HASH_MASK]! | isKnown[four >>> 5]! | isKnown[four & HASH_MASK]!;
      if (isCandidate !== 0) {
        candidates[count] = i;
        count = (count + 1) | 0;
      }
      // The highest bit of each byte that is a digit: exclusive or with `0` makes it 0 to 9, and 0x76 more stays below 0x80.
      const value = quad ^ 0x30303030;
      const isDigit = ~(((value & 0x7f7f7f7f) + 0x76767676) | value) & 0x80808080;
      if (isDigit !== 0) {
        digits = (digits + (Math.imul(isDigit >>> 7, 0x01010101) >>> 24)) | 0;
        if (digits >= MIN_NUMBER_DIGITS) {
          places[numberCount] = i + 3 - (Math.clz32(isDigit) >> 3);
          numberCount = (numberCount + 1) | 0;
        }
      } else if (lastDigits >= 0) {
        // Four units without a digit part two rows, but for those right behind a digit: the next one may be one again.
        digits = 0;
      }
      lastDigits = isDigit;
    }
    const hits = this.#hits;
    for (let i = 0; i < numberCount; i++) hits.numbers[hits.numberCount++] = from + places[i]!;
    for (let i = 0; i < count; i++) this.#verifyFour(text, from, candidates[i]!);
  }

  /** Looks at the four trigrams of which one is known; those that the part before has read are passed over. */
  #verifyFour(text: string, from: number, first: number): void {
    const bytes = this.#bytes;
    let hash = first === 0 ? 0 : ((bytes[first - 2]! & 31) << 5) | (bytes[first - 1]! & 31);
    for (let i = first; i < first + 4; i++) {
      hash = ((hash << 5) | (bytes[i]! & 31)) & HASH_MASK;
      const bucket = this.#bucketOf[hash]!;
      if (bucket !== 0 && (from === 0 || i >= OVERLAP)) this.#verify(text, from + i, bucket);
    }
  }

  /** Gives memory back that one long text has taken. */
  trim(): void {
    if (this.#hits.pairs.length > MAX_KEPT_PAIRS) this.#hits.pairs = new Int32Array(512);
    if (this.#hits.numbers.length > MAX_KEPT_PAIRS) this.#hits.numbers = [];
  }

  /** Lets the finders look at each hit of {@link pass}, from left to right. */
  visit(scan: TextScan, hits: TriggerHits, checkBudget: () => void): void {
    const { pairs, count } = hits;
    const repetition = count > MIN_REPEATED ? new Repetition(scan) : null;
    for (let i = 0; i < count; i += 2) {
      if ((i & 0x3ff) === 0x3fe) checkBudget();
      const { find } = this.#triggers[pairs[i + 1]!]!;
      if (repetition === null) find(scan, pairs[i]!);
      else repetition.visit(pairs[i]!, find);
      if (scan.isGivenUp(pairs[i]!)) return;
    }
  }

  /** Few trigrams are those of a literal: it is told here, before anything is made of the hit. */
  #verify(text: string, last: number, bucket: number): void {
    const hits = this.#hits;
    for (const { trigger, id, back } of this.#buckets[bucket]!) {
      const at = last - back;
      if (!standsAt(text, at, trigger)) continue;
      if (hits.count + 2 > hits.pairs.length) hits.pairs = grown(hits.pairs);
      hits.pairs[hits.count++] = at;
      hits.pairs[hits.count++] = id;
    }
  }

  #register(trigger: Trigger): void {
    const { literal } = trigger;
    let best = 0;
    for (let i = 1; i + 3 <= literal.length; i++) {
      if (commonnessAt(literal, i) < commonnessAt(literal, best)) best = i;
    }
    const hash =
      ((literal.charCodeAt(best) & 31) << 10) |
      ((literal.charCodeAt(best + 1) & 31) << 5) |
      (literal.charCodeAt(best + 2) & 31);
    let bucket = this.#bucketOf[hash]!;
    if (bucket === 0) {
      bucket = this.#buckets.push([]) - 1;
      this.#bucketOf[hash] = bucket;
      this.#isKnown[hash] = 1;
    }
    const id = this.#triggers.push(trigger) - 1;
    this.#buckets[bucket]!.push({ trigger, id, back: best + 2 });
  }
}

function grown(pairs: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(pairs.length * 4);
  larger.set(pairs);
  return larger;
}

function commonnessAt(literal: string, index: number): number {
  return [0, 1, 2].reduce((product, step) => product * COMMONNESS[literal.charCodeAt(index + step) & 31]!, 1);
}

function standsAt(text: string, at: number, trigger: Trigger): boolean {
  const { literal, caseless } = trigger;
  if (at < 0 || at + literal.length > text.length) return false;
  if (!caseless) return text.startsWith(literal, at);
  for (let i = 0; i < literal.length; i++) {
    const wanted = literal.charCodeAt(i);
    const unit = text.charCodeAt(at + i);
    if (unit === wanted) continue;
    if (wanted < 97 || wanted > 122 || (unit | 32) !== wanted) return false;
  }
  return true;
}
