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
  // Marks of siblings stand beside each other: what holds them is looked for once.
  let parentPath: string | null = null;
  let parent = root;
  for (const mark of marks) {
    const { path } = mark;
    if (path === '') {
      root.marks.push(mark);
      continue;
    }
    if (!path.startsWith('/')) continue;
    const last = path.lastIndexOf('/');
    if (parentPath === null || last !== parentPath.length || !path.startsWith(parentPath)) {
      parentPath = path.slice(0, last);
      parent = root;
      for (let from = 1; from <= last;) {
        const to = path.indexOf('/', from);
        parent = childOf(parent, path.slice(from, to));
        from = to + 1;
      }
    }
    childOf(parent, path.slice(last + 1)).marks.push(mark);
  }
  return root;
}

function childOf(node: GrowingNode, segment: string): GrowingNode {
  const key = segment.includes('~') ? segment.replaceAll('~1', '/').replaceAll('~0', '~') : segment;
  let child = node.children.get(key);
  if (child === undefined) {
    child = { marks: [], children: NO_CHILDREN };
    if (node.children === NO_CHILDREN) node.children = new Map();
    node.children.set(key, child);
  }
  return child;
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
