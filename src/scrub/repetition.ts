import { CURSORS } from './text-scan.ts';
import type { Cursor, FindAt, Span, TextScan } from './text-scan.ts';

/** How far around a place its surroundings must repeat; finders look less far, but for where a long value ends. */
const BEFORE = 256;
const BEHIND = 320;
/** A finding that ends nearer than this to where the repetition was checked may have looked beyond. */
const MARGIN = 64;
/** Longest part that is taken for one that repeats. */
const MAX_PERIOD = 512;
/** Places looked back at for the length of the part that repeats. */
const MAX_STEPS = 16;
/** Places of one row that are remembered at most; those that differ from all of them are judged each time. */
const MAX_REMEMBERED = 256;
/** The last of the cursors: a count and no place. */
const WEAK_REJECTIONS = CURSORS.length - 1;

/** What a finder made of a place: findings and cursors, as distances from it. */
interface Outcome {
  readonly at: number;
  readonly find: FindAt;
  readonly before: Int32Array;
  readonly moved: readonly { readonly cursor: Cursor; readonly by: number }[];
  readonly found: readonly Span[];
}

/**
 * Tells places of a text whose surroundings repeat themselves, so that a text made of one thing over and over is judged
 * a few hundred times and not thousands of times: what was found one part earlier is found again, as far further on.
 * Whatever differs in anything near is judged, and so are the first and the last of each row.
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
  /** Of places in the row, all of whose surroundings repeat. */
  readonly #outcomes = new Map<number, Outcome>();
  #tries = 0;
  readonly #cursors = new Int32Array(CURSORS.length);

  constructor(scan: TextScan) {
    this.#scan = scan;
  }

  /** Lets a finder look at `at`, unless it has looked at the same in the same surroundings: then that counts again. */
  visit(at: number, find: FindAt): void {
    const repeats = this.#repeats(at);
    if (!repeats) {
      this.#recent[this.#seen % MAX_STEPS] = at;
      this.#seen++;
      find(this.#scan, at);
      return;
    }
    const key = this.#readCursors(at);
    const known = this.#known(at, find, key);
    if (known !== null) this.#repeat(known, at);
    else if (this.#tries < MAX_REMEMBERED) this.#judge(at, find, key);
    else find(this.#scan, at);
  }

  #repeats(at: number): boolean {
    if (this.#period !== 0 && this.#reaches(at)) return at - BEFORE >= this.#from;
    if (this.#outcomes.size > 0) this.#outcomes.clear();
    this.#tries = 0;
    this.#guess(at);
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

  /** What the finder made of a place in the same surroundings, with its cursors as far from it. */
  #known(at: number, find: FindAt, key: number): Outcome | null {
    const outcome = this.#outcomes.get(key);
    if (outcome === undefined || outcome.find !== find || (at - outcome.at) % this.#period !== 0) return null;
    const cursors = this.#cursors;
    for (let index = 0; index < CURSORS.length; index++)
      if (outcome.before[index] !== cursors[index]) return null;
    return outcome;
  }

  #repeat({ moved, found }: Outcome, at: number): void {
    const scan = this.#scan;
    for (const { cursor, by } of moved) scan[cursor] = cursor === 'weakRejections' ? by : at + by;
    for (const { start, end, type } of found) scan.add(at + start, at + end, type);
    scan.repeated += found.length;
  }

  /** Judges a place, and remembers what came of it, unless that depends on what is further away. */
  #judge(at: number, find: FindAt, key: number): void {
    const scan = this.#scan;
    const { spans } = scan;
    const known = spans.length;
    const cursors = this.#cursors;
    const before = cursors.slice();
    const values = CURSORS.map((cursor) => scan[cursor]);
    scan.readsFar = false;
    find(scan, at);
    this.#tries++;
    if (scan.readsFar) return;
    const moved: { cursor: Cursor; by: number }[] = [];
    for (const [index, cursor] of CURSORS.entries()) {
      const value = scan[cursor];
      if (value !== values[index])
        moved.push({ cursor, by: cursor === 'weakRejections' ? value : value - at });
    }
    const found = spans
      .slice(known)
      .map(({ start, end, type }) => ({ start: start - at, end: end - at, type }));
    const isNear =
      moved.every(({ by }) => by < BEHIND - MARGIN) &&
      found.every(({ start, end }) => start > -BEFORE && end < BEHIND - MARGIN);
    if (isNear) this.#outcomes.set(key, { at, find, before, moved, found });
  }

  /**
   * The cursors as distances from `at`; those that are further away than anything is looked at are alike. Returns
   * a number that is another one for most other places.
   */
  #readCursors(at: number): number {
    const cursors = this.#cursors;
    this.#scan.readCursors(cursors);
    let key = at % this.#period;
    for (let index = 0; index < WEAK_REJECTIONS; index++) {
      const distance = cursors[index]! - at;
      const clamped = distance < -BEFORE ? -BEFORE : distance > BEHIND ? BEHIND : distance;
      cursors[index] = clamped;
      key = (Math.imul(key, 31) + clamped) | 0;
    }
    return key;
  }
}
