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
  /** Where the seventh digit of a row stands, `numberCount` of them: there may be a number around it. */
  readonly numbers: readonly number[];
  readonly numberCount: number;
  readonly hasAt: boolean;
  readonly isAscii: boolean;
}

/** Units between two digits of one number at most, and fewest digits of a number that is looked for. */
export const MAX_DIGIT_GAP = 5;
export const MIN_NUMBER_DIGITS = 7;
/** Room for hits that is kept between texts. */
const MAX_KEPT_PAIRS = 8_192;

/** What is carried from one part of a long text to the next. */
interface PassState {
  readonly hash: number;
  readonly digits: number;
  readonly lastDigit: number;
}

const START: PassState = { hash: 0, digits: 0, lastDigit: -1 };
const UNITS_AT_ONCE = 8_192;
/** Below this, writing a text to a buffer costs more than it saves. */
const SHORT_TEXT = 48;

/**
 * All literals of all finders in one table, found in one pass: each literal is registered under its rarest trigram
 * (five bits a character, so upper and lower case fall together); a hit is then verified against the literal.
 */
export class TriggerIndex {
  readonly #bucketOf = new Uint16Array(HASH_MASK + 1);
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
  readonly #units = new Uint16Array(UNITS_AT_ONCE);
  /** Where a trigram of a literal stands in the units, and which. */
  readonly #candidates = new Uint16Array(2 * UNITS_AT_ONCE);
  readonly #places = new Uint16Array(UNITS_AT_ONCE);
  readonly #bytes: Buffer = Buffer.from(this.#units.buffer);

  constructor(triggers: readonly Trigger[]) {
    for (const trigger of triggers) this.#register(trigger);
  }

  /** The one pass that every text pays. What it returns is overwritten by the next one. */
  pass(text: string): TriggerHits {
    const hits = this.#hits;
    hits.count = 0;
    hits.numberCount = 0;
    hits.hasAt = false;
    hits.isAscii = true;
    if (text.length < SHORT_TEXT) {
      for (let i = 0; i < text.length; i++) this.#units[i] = text.charCodeAt(i);
      this.#read(text, 0, text.length, START);
      return hits;
    }
    // V8 looks at the form of a string at every `charCodeAt`; over units of our own the pass takes half the time.
    let state = START;
    for (let from = 0; from < text.length; from += UNITS_AT_ONCE) {
      const part = text.length <= UNITS_AT_ONCE ? text : text.slice(from, from + UNITS_AT_ONCE);
      this.#bytes.write(part, 'utf16le');
      state = this.#read(text, from, part.length, state);
    }
    return hits;
  }

  /** Reads the units of one part of the text, which begins at `from`. No call in the loop: it costs half as much so. */
  #read(text: string, from: number, length: number, state: PassState): PassState {
    const bucketOf = this.#bucketOf;
    const units = this.#units;
    const candidates = this.#candidates;
    const places = this.#places;
    const hits = this.#hits;
    let { hash } = state;
    // Counted from the start of this part.
    let digits = state.digits | 0;
    let lastDigit = (state.lastDigit - from) | 0;
    let count = 0;
    let numberCount = 0;
    let seen = 0;
    let ats = 0;
    const stop = Math.min(length, units.length) | 0;
    for (let i = 0; i < stop; i++) {
      const unit = units[i]!;
      seen |= unit;
      hash = ((hash << 5) | (unit & 31)) & HASH_MASK;
      if (bucketOf[hash] !== 0) {
        candidates[count] = i;
        candidates[count + 1] = hash;
        count = (count + 2) | 0;
      }
      if (unit > 64) continue;
      if (unit > 47 && unit < 58) {
        digits = i - lastDigit > MAX_DIGIT_GAP ? 1 : (digits + 1) | 0;
        lastDigit = i;
        if (digits === MIN_NUMBER_DIGITS) places[numberCount++] = i;
      } else if (unit === 64) ats = 1;
    }
    for (let i = 0; i < numberCount; i++) hits.numbers[hits.numberCount++] = from + places[i]!;
    if (ats > 0) hits.hasAt = true;
    if (seen > 127) hits.isAscii = false;
    for (let i = 0; i < count; i += 2)
      this.#verify(text, from + candidates[i]!, bucketOf[candidates[i + 1]!]!);
    return length === text.length ? START : { hash, digits, lastDigit: from + lastDigit };
  }

  /** Gives memory back that one long text has taken. */
  trim(): void {
    if (this.#hits.pairs.length > MAX_KEPT_PAIRS) this.#hits.pairs = new Int32Array(512);
    if (this.#hits.numbers.length > MAX_KEPT_PAIRS) this.#hits.numbers = [];
  }

  /** Lets the finders look at each hit of {@link pass}, from left to right. */
  visit(scan: TextScan, hits: TriggerHits, checkBudget: () => void): void {
    const { pairs, count } = hits;
    for (let i = 0; i < count; i += 2) {
      if ((i & 0x3ff) === 0x3fe) checkBudget();
      this.#triggers[pairs[i + 1]!]!.find(scan, pairs[i]!);
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
