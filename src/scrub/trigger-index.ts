import type { TextScan, Trigger } from './text-scan.ts';

/** How common each low five bits are in ordinary text: letters by their frequency, 0 is the space. */
const COMMONNESS: readonly number[] = [
  60, 42, 8, 14, 22, 65, 12, 11, 30, 38, 4, 10, 22, 16, 36, 40, 16, 12, 32, 34, 46, 18, 12, 14, 10, 14, 10, 6,
  4, 4, 4, 8,
];

const HASH_MASK = 0x7fff;

/** What one pass over a text found out. */
export interface TriggerHits {
  /** Pairs, `count` of them: index of a trigram's last unit, number of its bucket. */
  readonly pairs: Int32Array;
  readonly count: number;
  /** True when digits enough for a number stand close enough together. */
  readonly hasNumber: boolean;
  readonly hasAt: boolean;
  readonly isAscii: boolean;
}

/** Units between two digits of one number at most, and fewest digits of a number that is looked for. */
const MAX_DIGIT_GAP = 5;
const MIN_NUMBER_DIGITS = 7;
/** Room for hits that is kept between texts. */
const MAX_KEPT_PAIRS = 8_192;

/**
 * All literals of all finders in one table, found in one pass: each literal is registered under its rarest trigram
 * (five bits a character, so upper and lower case fall together); a hit is then verified against the literal.
 */
export class TriggerIndex {
  readonly #bucketOf = new Uint16Array(HASH_MASK + 1);
  readonly #buckets: { readonly trigger: Trigger; readonly back: number }[][] = [[]];
  /** One for all passes: most texts have no hit, and each is visited before the next pass. */
  readonly #hits = { pairs: new Int32Array(512), count: 0, hasNumber: false, hasAt: false, isAscii: true };

  constructor(triggers: readonly Trigger[]) {
    for (const trigger of triggers) this.#register(trigger);
  }

  /** The one pass that every text pays. What it returns is overwritten by the next one. */
  pass(text: string): TriggerHits {
    const bucketOf = this.#bucketOf;
    const hits = this.#hits;
    const { length } = text;
    let count = 0;
    let seen = 0;
    let hasAt = false;
    let lastDigit = -1;
    let digits = 0;
    let mostDigits = 0;
    let hash = 0;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      seen |= unit;
      if (unit < 65) {
        if (unit > 47 && unit < 58) {
          digits = i - lastDigit > MAX_DIGIT_GAP ? 1 : digits + 1;
          lastDigit = i;
          if (digits > mostDigits) mostDigits = digits;
        } else if (unit === 64) hasAt = true;
      }
      hash = ((hash << 5) | (unit & 31)) & HASH_MASK;
      const bucket = bucketOf[hash]!;
      if (bucket !== 0) {
        if (count + 2 > hits.pairs.length) hits.pairs = grown(hits.pairs);
        hits.pairs[count++] = i;
        hits.pairs[count++] = bucket;
      }
    }
    hits.count = count;
    hits.hasNumber = mostDigits >= MIN_NUMBER_DIGITS;
    hits.hasAt = hasAt;
    hits.isAscii = seen < 128;
    return hits;
  }

  /** Gives memory back that one long text has taken. */
  trim(): void {
    if (this.#hits.pairs.length > MAX_KEPT_PAIRS) this.#hits.pairs = new Int32Array(512);
  }

  /** Lets the finders look at each hit of {@link pass}, from left to right. */
  visit(scan: TextScan, hits: TriggerHits, checkBudget: () => void): void {
    const { pairs, count } = hits;
    for (let i = 0; i < count; i += 2) {
      if ((i & 0x3ff) === 0x3fe) checkBudget();
      for (const { trigger, back } of this.#buckets[pairs[i + 1]!]!) {
        const at = pairs[i]! - back;
        if (standsAt(scan.text, at, trigger)) trigger.find(scan, at);
      }
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
    this.#buckets[bucket]!.push({ trigger, back: best + 2 });
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
