import type { CutReason, ValueKind, ValueMark } from '../protocol/value-mark.ts';
import { createArray } from './intrinsics.ts';
import { escapeSegment } from './pending.ts';
import type { Pending } from './pending.ts';

// Notes and marks are classes for the reason that `capture/take-snapshot.ts` gives.

/** A mark whose path is still to be written. */
export class MarkNote {
  readonly owner: Pending;
  readonly key: string | number;
  readonly kind: ValueKind;
  readonly className: string | undefined;
  readonly reason: CutReason | undefined;
  readonly size: number | undefined;

  constructor(
    owner: Pending,
    key: string | number,
    kind: ValueKind,
    className: string | undefined,
    reason: CutReason | undefined,
    size: number | undefined,
  ) {
    this.owner = owner;
    this.key = key;
    this.kind = kind;
    this.className = className;
    this.reason = reason;
    this.size = size;
  }
}

class WrittenMark implements ValueMark {
  readonly path: string;
  readonly kind: ValueKind;
  declare className?: string;
  declare reason?: CutReason;
  declare size?: number;

  constructor(path: string, kind: ValueKind) {
    this.path = path;
    this.kind = kind;
  }
}

/** The marks of a copy, in the order in which they were noted. */
export function writeMarks(notes: readonly MarkNote[]): ValueMark[] {
  const marks: ValueMark[] = createArray();
  // Rows of a table are marked under the same key one after the other.
  let lastKey = '';
  let lastSegment = '';
  for (let index = 0; index < notes.length; index++) {
    const { owner, key, kind, className, reason, size } = notes[index]!;
    if (typeof key === 'string' && key !== lastKey) {
      lastKey = key;
      lastSegment = escapeSegment(key);
    }
    const segment = typeof key === 'string' ? lastSegment : key;
    const mark = new WrittenMark(owner.depth < 0 ? '' : `${owner.path}/${segment}`, kind);
    if (className !== undefined) mark.className = className;
    if (reason !== undefined) mark.reason = reason;
    if (size !== undefined) mark.size = size;
    marks[index] = mark;
  }
  return marks;
}
