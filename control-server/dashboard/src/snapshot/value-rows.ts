import type { ValueNode } from '../../../wording/value-node.ts';

/** One visible line of the tree. */
export interface ValueRow {
  readonly node: ValueNode;
  /** 1 for the outermost variables, as `aria-level` counts. */
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
  /** Null for what cannot be opened. */
  readonly isOpen: boolean | null;
}

/** The lines that are visible while `open` holds the pointers of the opened places. */
export function visibleRows(root: ValueNode, open: ReadonlySet<string>): ValueRow[] {
  const rows: ValueRow[] = [];
  const walk = (nodes: readonly ValueNode[], level: number): void => {
    for (const [index, node] of nodes.entries()) {
      const isOpen = canOpen(node) ? open.has(node.pointer) : null;
      rows.push({ node, level, position: index + 1, siblings: nodes.length, isOpen });
      if (isOpen === true) walk(node.children, level + 1);
    }
  };
  walk(outermost(root), 1);
  return rows;
}

/** Characters of a text that are shown before it is opened. */
export const TEXT_START_CHARS = 240;

/** Containers open to their children, long texts to their full length. */
function canOpen(node: ValueNode): boolean {
  return node.children.length > 0 || (node.text ?? '').length > TEXT_START_CHARS * 1.5;
}

/** Variables are an object as a rule and their names are the outermost lines; anything else is one line itself. */
function outermost(root: ValueNode): readonly ValueNode[] {
  return root.kind === 'object' && root.children.length > 0 ? root.children : [root];
}

/**
 * What is open when a snapshot is first shown: level by level, as long as everything still fits into `maxRows` lines.
 * Small snapshots are open throughout, large ones show their outline.
 */
export function initiallyOpen(root: ValueNode, maxRows = 48): Set<string> {
  const open = new Set<string>();
  let level = outermost(root).filter((node) => node.children.length > 0);
  let rows = outermost(root).length;
  while (level.length > 0) {
    for (const node of level) {
      if (rows + node.children.length > maxRows) continue;
      rows += node.children.length;
      open.add(node.pointer);
    }
    level = level
      .filter((node) => open.has(node.pointer))
      .flatMap((node) => node.children.filter((child) => child.children.length > 0));
  }
  return open;
}

/** Every place that can be opened, at most `maxRows` lines of them. */
export function allOpen(root: ValueNode): Set<string> {
  return initiallyOpen(root, Number.POSITIVE_INFINITY);
}
