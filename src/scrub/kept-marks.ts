import type { CutReason, ValueMark } from '../protocol/value-mark.ts';
import { isKeyMark } from './mark-tree.ts';
import type { ScrubSession } from './scrub-session.ts';

/** What the scrub did to the value at a place. */
export type MarkChange = Omit<ValueMark, 'path'>;

/**
 * Appends the marks of one place to `kept`, under the path that it has now: as they were, or with what happened to the
 * value. A change of a value that had no mark becomes one.
 */
export function keepMarks(
  kept: ValueMark[],
  path: string,
  marks: readonly ValueMark[],
  change: MarkChange | null,
  session: ScrubSession,
): void {
  let hasChange = change === null;
  for (const mark of marks) {
    const className =
      mark.className === undefined
        ? {}
        : { className: session.scrub(mark.className)?.text ?? mark.className };
    if (change === null || isKeyMark(mark)) kept.push({ ...mark, ...className, path });
    else {
      hasChange = true;
      const size =
        mark.reason === 'stringLength' || change.reason === 'stringLength'
          ? (mark.size ?? change.size)
          : mark.size;
      const reason = keptReason(mark.reason, change.reason);
      kept.push({
        ...mark,
        ...className,
        ...(reason === undefined ? {} : { reason }),
        ...(size === undefined ? {} : { size }),
        path,
      });
    }
  }
  if (!hasChange) kept.push({ path, ...change! });
}

/** A text that was cut and redacted says that it was cut: the marker in it says the rest. */
function keptReason(before: CutReason | undefined, change: CutReason | undefined): CutReason | undefined {
  return before === 'stringLength' ? before : (change ?? before);
}
