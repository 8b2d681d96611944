import type { JsonObject, JsonValue } from '../protocol/json.ts';
import type { CutReason, ValueKind } from '../protocol/value-mark.ts';
import { MAX_CHEAP_KEYS, MAX_CHEAP_READ_MS, MIN_TIMED_TEXT } from './costly-value.ts';
import type { CostlyValue } from './costly-value.ts';
import type { CopyLimits } from './margin.ts';
import { charCodeAt, createArray, min, max } from './intrinsics.ts';
import { LEFT_OUT } from './leaf.ts';
import { NO_LINEAGE, readLineage } from './lineage.ts';
import type { Lineage } from './lineage.ts';
import { createJsonObject } from './json-object.ts';
import { MarkNote } from './mark-note.ts';
import { Pending, segmentLength } from './pending.ts';

/** Values placed between two looks at the clock, which costs as much as placing one. */
const VALUES_PER_CLOCK_READ = 64;
/** Keys whose collection costs about as much as placing one value. */
const KEYS_PER_VALUE = 8;
/** Keys that one copy collects only to count them: what is left out is not worth more than some 50 µs. */
const MAX_COUNTED_KEYS = 2_048;
/** Bytes kept back for each sibling that is still to come, so that one large value cannot crowd out the rest. */
const RESERVED_BYTES = 80;
/** Bytes of a mark beside its path, about. */
const MARK_BYTES = 40;

/** The state of one copy: its budgets, the containers still to be entered, and the marks made so far. */
export class Walk {
  readonly limits: CopyLimits;
  /** The marks made so far; their paths are written when somebody reads them. */
  readonly notes: MarkNote[] = createArray();
  /** Holds the copy of the root value under the empty key. */
  readonly holder: Pending;
  readonly #held: JsonObject = createJsonObject();
  /** Characters for which a text is charged; what lies beyond is the scrubber's margin. */
  readonly chargedLength: number;
  /** Children of the container being entered that are still to be placed. */
  siblings = 0;
  /** The first value whose reading had no cheap bound. */
  costly: CostlyValue | null = null;
  #remaining: number;
  /** The container being entered may not push the budget below this. */
  #floor = 0;
  #isLate = false;
  #isOverdrawn = false;
  #untilClock: number = VALUES_PER_CLOCK_READ;
  #countableKeys: number = MAX_COUNTED_KEYS;
  #idleKeys = 0;
  readonly #now: () => number;
  readonly #deadline: number;
  readonly #cpuNow: () => number;
  #oldest: Pending | null = null;
  #first: Pending | null = null;
  #last: Pending | null = null;
  #depth = 0;
  #waitingHere = 0;
  #waitingBelow = 0;
  #lineage: Lineage = NO_LINEAGE;

  constructor(limits: CopyLimits, now: () => number, deadlineMs: number, cpuNow: () => number) {
    this.limits = limits;
    this.holder = new Pending(null, '', -1, null, 'object', undefined, this.#held);
    this.chargedLength = max(0, limits.maxStringLength - (limits.stringMargin ?? 0));
    this.#remaining = limits.maxPayloadBytes;
    this.#now = now;
    this.#deadline = deadlineMs;
    this.#cpuNow = cpuNow;
  }

  /** The copy of the root value. */
  get root(): JsonValue {
    return this.#held[''] ?? null;
  }

  /** Takes bytes from the budget, whatever is left of it. */
  charge(bytes: number): void {
    this.#remaining -= bytes;
  }

  /** True when a text of at least so many bytes may still be taken. */
  hasRoom(bytes: number): boolean {
    const room = this.#room();
    return bytes <= room || (room > 0 && !this.#isOverdrawn);
  }

  /**
   * Takes the bytes of a long text from the budget; false when it has to be left out. One text of a copy may be larger
   * than its room, so that a single long one is not lost; what is kept back for its siblings stays.
   */
  take(bytes: number): boolean {
    if (!this.hasRoom(bytes)) return false;
    const room = this.#room();
    if (bytes > room) this.#isOverdrawn = true;
    this.#remaining -= min(bytes, room);
    return true;
  }

  /** The rest of the container's share less what its siblings will need. */
  #room(): number {
    return this.#remaining - this.#floor - RESERVED_BYTES * this.siblings;
  }

  /** Why nothing more can be put into the container being entered; undefined while something can. */
  stopReason(): CutReason | undefined {
    if (this.#isLate) return 'timeBudget';
    return this.#remaining <= this.#floor ? 'payload' : undefined;
  }

  /** Counts work towards the next look at the clock. */
  spend(values: number): void {
    this.#untilClock -= values;
    if (this.#untilClock > 0) return;
    this.#untilClock = VALUES_PER_CLOCK_READ;
    if (this.#now() >= this.#deadline) this.#isLate = true;
  }

  /** True while keys of an object may be collected only to count them: not after a wide one, nor after many in all. */
  get mayCount(): boolean {
    return this.#countableKeys > 0 && !this.#isLate && this.costly === null;
  }

  /** Says how many keys of an object were collected only to count them. */
  noteCounted(count: number): void {
    this.#countableKeys -= count;
    this.noteKeys(count, 0);
  }

  /**
   * Says how many keys of an object were collected: that was work, and beyond a bound it was costly. So are several
   * objects that stay below it one by one, together, by the keys that were collected for nothing.
   * @param shown how many of them the copy can show
   */
  noteKeys(count: number, shown: number): void {
    this.spend(count / KEYS_PER_VALUE);
    this.#idleKeys += count - shown;
    if (count > MAX_CHEAP_KEYS) this.costly ??= { cause: 'wide_object', size: count };
    else if (this.#idleKeys > MAX_CHEAP_KEYS) this.costly ??= { cause: 'wide_objects', size: this.#idleKeys };
  }

  /**
   * Reads a long text for the first time. Only the text itself is read between two looks at the clock, so that it is
   * the joining that is measured and nothing else. A clock goes on while a busy system lets the thread wait, and to be
   * costly disarms a label: what took long has to have been work as well.
   */
  join(text: string): void {
    if (text.length < MIN_TIMED_TEXT) return;
    const startCpuMs = this.#cpuNow();
    const startMs = this.#now();
    charCodeAt(text, 0);
    const endMs = this.#now();
    if (endMs >= this.#deadline) this.#isLate = true;
    if (endMs - startMs <= MAX_CHEAP_READ_MS || this.#cpuNow() - startCpuMs <= MAX_CHEAP_READ_MS) return;
    this.costly ??= { cause: 'joined_text', size: text.length };
  }

  /** Queues a container behind all that are waiting: the walk is breadth first. */
  enqueue(pending: Pending): void {
    this.#oldest ??= pending;
    this.#first ??= pending;
    if (this.#last !== null) this.#last.next = pending;
    this.#last = pending;
    if (pending.depth === this.#depth) this.#waitingHere++;
    else this.#waitingBelow++;
  }

  /** Lets go of every object of the program, since the places of the marks outlive the walk. */
  release(): void {
    for (let pending = this.#oldest; pending !== null; pending = pending.next) pending.source = null;
  }

  /** The next container to enter, with its share of what is left; null when none is waiting. */
  dequeue(): Pending | null {
    const pending = this.#first;
    if (pending === null) return null;
    this.#first = pending.next;
    if (pending.depth !== this.#depth) {
      this.#depth = pending.depth;
      this.#waitingHere = this.#waitingBelow;
      this.#waitingBelow = 0;
    }
    this.#waitingHere--;
    // Those on the same level are kept a little back for; deeper ones get what is left.
    const left = this.#remaining;
    const share = max(left - RESERVED_BYTES * this.#waitingHere, left / (this.#waitingHere + 1));
    this.#floor = left - share;
    return pending;
  }

  /** Says what stands under a key of a container. */
  mark(
    owner: Pending,
    key: string | number,
    kind: ValueKind,
    className?: string,
    reason?: CutReason,
    size?: number,
  ): void {
    this.notes[this.notes.length] = new MarkNote(owner, key, kind, className, reason, size);
    this.#remaining -= MARK_BYTES + owner.pathLength + segmentLength(key);
  }

  /** What the prototypes of an object say. Objects of one class often stand side by side: the last one is remembered. */
  lineageOf(prototype: object | null): Lineage {
    if (this.#lineage.prototype !== prototype) this.#lineage = readLineage(prototype);
    return this.#lineage;
  }

  /** Puts a value under a key, at a cost. */
  place(owner: Pending, key: string | number, value: JsonValue, bytes: number): void {
    owner.set(key, value);
    this.#remaining -= bytes;
  }

  /**
   * Marks a container when its kind does not show in JSON, or when something of it is missing. One that was stopped
   * before its first child becomes `[...]`, so that it is never read as an empty one.
   */
  finish(pending: Pending, reason: CutReason | undefined, size: number | undefined): void {
    const { kind, className, parent, key } = pending;
    const isPlain = (kind === 'object' || kind === 'array') && className === undefined;
    if (parent === null || (isPlain && reason === undefined)) return;
    if (pending.isEmpty && (reason === 'payload' || reason === 'timeBudget')) parent.set(key, LEFT_OUT);
    this.mark(parent, key, kind, className, reason, reason === undefined ? undefined : size);
  }
}
