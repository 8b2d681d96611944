import type { JsonValue } from '../protocol/json.ts';
import type { ValueMark } from '../protocol/value-mark.ts';
import type { CopyResult, CostlyValue } from './costly-value.ts';
import { enterContainer } from './enter-container.ts';
import { LEFT_OUT } from './leaf.ts';
import type { CopyLimits } from './margin.ts';
import { writeMarks } from './mark-note.ts';
import type { MarkNote } from './mark-note.ts';
import { readClockMs, readThreadCpuMs } from './node-intrinsics.ts';
import { placeValue } from './place-value.ts';
import { Walk } from './walk.ts';

/**
 * Copies any value of a program into plain JSON of our own, with marks for what JSON cannot say.
 *
 * The walk is breadth first, so that what stands beside survives before what lies deep, and bounded by every limit:
 * depth, elements, properties, text length, bytes of the result, time. It runs no code of the program: no getter, no
 * Proxy trap, no `toJSON`, no iterator, nothing that was patched into a built-in. It reads enumerable own properties.
 * It never throws, changes nothing in what it reads, and nothing that it returns refers to an object of the program.
 *
 * @param limits kept exactly, but for `maxPayloadBytes`: an estimate, which one long text may overdraw
 * @param now a monotonic clock in milliseconds
 * @param deadlineMs when the copy has to end by that clock; default `limits.maxCopyMs` from now
 * @param cpuNow how many milliseconds the thread has worked, by which a value counts as costly
 */
export function copyValue(
  root: unknown,
  limits: CopyLimits,
  now: () => number = readClockMs,
  deadlineMs: number = now() + limits.maxCopyMs,
  cpuNow: () => number = readThreadCpuMs,
): CopyResult {
  try {
    const walk = new Walk(limits, now, deadlineMs, cpuNow);
    placeValue(walk, walk.holder, '', root);
    for (let next = walk.dequeue(); next !== null; next = walk.dequeue()) enterContainer(walk, next);
    walk.release();
    return new Copy(walk.root, walk.costly, walk.notes);
  } catch {
    // Only an exhausted call stack comes here: each container keeps what else can happen to itself.
    return { value: LEFT_OUT, marks: [{ path: '', kind: 'other' }], costly: null };
  }
}

/** A finished copy. Paths are a sixth of the work of a walk, so they wait until the marks are first read. */
class Copy implements CopyResult {
  readonly value: JsonValue;
  readonly costly: CostlyValue | null;
  #notes: readonly MarkNote[];
  #marks: readonly ValueMark[] | null = null;

  constructor(value: JsonValue, costly: CostlyValue | null, notes: readonly MarkNote[]) {
    this.value = value;
    this.costly = costly;
    this.#notes = notes;
  }

  get marks(): readonly ValueMark[] {
    if (this.#marks === null) {
      this.#marks = writeMarks(this.#notes);
      this.#notes = [];
    }
    return this.#marks;
  }
}
