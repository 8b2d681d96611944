import { escapePointer } from '../protocol/value-mark.ts';
import type { ValueMark } from '../protocol/value-mark.ts';

/** The marks of a value, arranged like the value, so that a walk finds those of each place without building paths. */
export interface MarkNode {
  readonly marks: ValueMark[];
  readonly children: Map<string, MarkNode>;
}

/** The marks as a tree; undefined when there are none. */
export function markTree(marks: readonly ValueMark[]): MarkNode | undefined {
  if (marks.length === 0) return undefined;
  const root: MarkNode = { marks: [], children: new Map() };
  for (const mark of marks) {
    if (mark.path !== '' && !mark.path.startsWith('/')) continue;
    let node = root;
    for (const segment of mark.path === '' ? [] : mark.path.slice(1).split('/')) {
      const key = segment.includes('~') ? segment.replaceAll('~1', '/').replaceAll('~0', '~') : segment;
      let child = node.children.get(key);
      if (child === undefined) {
        child = { marks: [], children: new Map() };
        node.children.set(key, child);
      }
      node = child;
    }
    node.marks.push(mark);
  }
  return root;
}

/** The JSON Pointer of a place. */
export function pointerOf(segments: readonly (string | number)[]): string {
  let pointer = '';
  for (const segment of segments)
    pointer += `/${typeof segment === 'number' ? segment : escapePointer(segment)}`;
  return pointer;
}

/** True for a mark that speaks of the key of its place, not of the value. */
export function isKeyMark(mark: ValueMark): boolean {
  return mark.kind === 'symbol_key' || (mark.kind === 'other' && mark.reason === 'stringLength');
}
