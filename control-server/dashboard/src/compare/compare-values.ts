import type { ValueNode } from '../../../wording/value-node.ts';

/** One place at which two snapshots differ. */
export interface Difference {
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** Null for what is only on the other side. */
  readonly left: ValueNode | null;
  readonly right: ValueNode | null;
}

/** What two snapshots have in common and what not. */
export interface Comparison {
  readonly differences: readonly Difference[];
  /** Values that are the same on both sides. */
  readonly same: number;
  /** Values of which at least one side was scrubbed or not captured whole, so that nobody can tell. */
  readonly unknown: number;
}

/** Compares two trees of values place by place, in the order of the left one. */
export function compareValues(left: ValueNode, right: ValueNode): Comparison {
  const differences: Difference[] = [];
  let same = 0;
  let unknown = 0;
  const walk = (a: ValueNode, b: ValueNode): void => {
    if (isUnknown(a) || isUnknown(b)) unknown++;
    if (!isSameKind(a, b)) {
      differences.push({ path: a.path, kind: 'changed', left: a, right: b });
      return;
    }
    if (a.children.length === 0 && b.children.length === 0) {
      if (a.text !== b.text) differences.push({ path: a.path, kind: 'changed', left: a, right: b });
      else if (!isUnknown(a) && !isUnknown(b)) same++;
      return;
    }
    for (const [mine, theirs] of pairChildren(a, b)) {
      if (mine !== null && theirs !== null) walk(mine, theirs);
      else if (mine !== null) differences.push({ path: mine.path, kind: 'removed', left: mine, right: null });
      else if (theirs !== null)
        differences.push({ path: theirs.path, kind: 'added', left: null, right: theirs });
    }
  };
  walk(left, right);
  return { differences, same, unknown };
}

type Pair = readonly [left: ValueNode | null, right: ValueNode | null];

function pairChildren(left: ValueNode, right: ValueNode): readonly Pair[] {
  return Array.isArray(left.value) && left.kind !== 'map' ? byPosition(left, right) : byName(left, right);
}

function byName(left: ValueNode, right: ValueNode): readonly Pair[] {
  const theirs = new Map(right.children.map((child) => [child.name, child]));
  const mine = new Set(left.children.map((child) => child.name));
  return [
    ...left.children.map((child): Pair => [child, theirs.get(child.name) ?? null]),
    ...right.children.filter((child) => !mine.has(child.name)).map((child): Pair => [null, child]),
  ];
}

/** What is equal at both ends is paired first: an element that came in the middle must not make all behind it differ. */
function byPosition(left: ValueNode, right: ValueNode): readonly Pair[] {
  const mine = left.children;
  const theirs = right.children;
  const shorter = Math.min(mine.length, theirs.length);
  let start = 0;
  while (start < shorter && isEqual(mine[start], theirs[start])) start++;
  let end = 0;
  while (end < shorter - start && isEqual(mine.at(-1 - end), theirs.at(-1 - end))) end++;
  const middle = Math.max(mine.length, theirs.length) - start - end;
  return [
    ...mine.slice(0, start).map((child, index): Pair => [child, theirs[index] ?? null]),
    ...Array.from({ length: middle }, (_, index): Pair => [
      start + index < mine.length - end ? (mine[start + index] ?? null) : null,
      start + index < theirs.length - end ? (theirs[start + index] ?? null) : null,
    ]),
    ...mine
      .slice(mine.length - end)
      .map((child, index): Pair => [child, theirs[theirs.length - end + index] ?? null]),
  ];
}

function isEqual(a: ValueNode | undefined, b: ValueNode | undefined): boolean {
  return JSON.stringify(a?.value) === JSON.stringify(b?.value);
}

function isSameKind(a: ValueNode, b: ValueNode): boolean {
  const isContainer = a.children.length > 0 || b.children.length > 0;
  return (
    a.kind === b.kind &&
    a.className === b.className &&
    (!isContainer || Array.isArray(a.value) === Array.isArray(b.value))
  );
}

function isUnknown(node: ValueNode): boolean {
  return node.missing !== null || (node.text?.includes('[REDACTED:') ?? false);
}
