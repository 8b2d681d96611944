import { escapePointer } from '../protocol/value-mark.ts';
import type { ValueMark } from '../protocol/value-mark.ts';

/** The marks of a value, arranged like the value, so that a walk finds those of each place without building paths. */
export interface MarkNode {
  readonly marks: ValueMark[];
  readonly children: ReadonlyMap<string, MarkNode>;
}

interface GrowingNode {
  readonly marks: ValueMark[];
  children: Map<string, GrowingNode>;
}

/** Most places with a mark have none with one below them: they share this. */
const NO_CHILDREN = new Map<string, GrowingNode>();

/** The marks as a tree; undefined when there are none. */
export function markTree(marks: readonly ValueMark[]): MarkNode | undefined {
  if (marks.length === 0) return undefined;
  const root: GrowingNode = { marks: [], children: NO_CHILDREN };
  for (const mark of marks) {
    if (mark.path !== '' && !mark.path.startsWith('/')) continue;
    let node = root;
    for (const segment of mark.path === '' ? [] : mark.path.slice(1).split('/')) {
      const key = segment.includes('~') ? segment.replaceAll('~1', '/').replaceAll('~0', '~') : segment;
      let child = node.children.get(key);
      if (child === undefined) {
        child = { marks: [], children: NO_CHILDREN };
        if (node.children === NO_CHILDREN) node.children = new Map();
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
