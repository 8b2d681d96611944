import type { FindAt, TextScan } from './text-scan.ts';

/** How far around a place its surroundings must repeat; finders look less far, but for where a long value ends. */
const BEFORE = 256;
const BEHIND = 320;
/** Longest part that is taken for one that repeats. */
const MAX_PERIOD = 512;
/** Places looked back at for the length of the part that repeats. */
const MAX_STEPS = 16;

/**
 * Tells places of a text whose surroundings repeat themselves and came to nothing before, so that a text made of one
 * thing over and over that looks like the start of a secret is judged a few hundred times and not thousands of times.
 * Whatever differs in anything near is judged, and so are the first and the last of each row and all near a finding.
 */
export class Repetition {
  readonly #scan: TextScan;
  readonly #recent = new Int32Array(MAX_STEPS);
  #seen = 0;
  #step = 1;
  /** Each unit from `#from` to `#to` is the one `#period` units before. 0: no period is known. */
  #period = 0;
  #from = 0;
  #to = 0;
  #foundTo = -1;

  constructor(scan: TextScan) {
    this.#scan = scan;
  }

  /** Lets a finder look at `at`, unless the surroundings repeat those one period earlier, in which nothing was found. */
  visit(at: number, find: FindAt): void {
    if (this.#isKnown(at)) return;
    const { spans } = this.#scan;
    const before = spans.length;
    find(this.#scan, at);
    if (spans.length > before) this.#foundTo = Math.max(this.#foundTo, spans.at(-1)!.end);
  }

  #isKnown(at: number): boolean {
    if (this.#period !== 0 && this.#reaches(at)) {
      if (at - BEFORE >= this.#from && at - this.#period - BEFORE > this.#foundTo) return true;
    } else this.#guess(at);
    this.#recent[this.#seen % MAX_STEPS] = at;
    this.#seen++;
    return false;
  }

  #reaches(at: number): boolean {
    const { text } = this.#scan;
    const stop = at + BEHIND;
    let to = this.#to;
    while (to < stop && text.charCodeAt(to) === text.charCodeAt(to - this.#period)) to++;
    this.#to = to;
    if (to >= stop) return true;
    this.#period = 0;
    return false;
  }

  /** Takes the distance to one of the last places for the period; to another one the next time, if this was none. */
  #guess(at: number): void {
    if (this.#seen < MAX_STEPS) return;
    const period = at - this.#recent[(this.#seen - this.#step) % MAX_STEPS]!;
    this.#step = (this.#step % MAX_STEPS) + 1;
    if (period < 1 || period > MAX_PERIOD) return;
    this.#period = period;
    this.#from = at;
    this.#to = at;
  }
}
