import type { CutReason, ValueKind, ValueMark } from '../protocol/value-mark.ts';
import { escapeSegment } from './pending.ts';
import type { Pending } from './pending.ts';

/** A mark whose path is still to be written. */
export interface MarkNote {
  readonly owner: Pending;
  readonly key: string | number;
  readonly kind: ValueKind;
  readonly className: string | undefined;
  readonly reason: CutReason | undefined;
  readonly size: number | undefined;
}

/** The marks of a copy, in the order in which they were noted. */
export function writeMarks(notes: readonly MarkNote[]): ValueMark[] {
  const marks: ValueMark[] = [];
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
    const mark: { -readonly [Field in keyof ValueMark]: ValueMark[Field] } = {
      path: owner.depth < 0 ? '' : `${owner.path}/${segment}`,
      kind,
    };
    if (className !== undefined) mark.className = className;
    if (reason !== undefined) mark.reason = reason;
    if (size !== undefined) mark.size = size;
    marks[index] = mark;
  }
  return marks;
}
