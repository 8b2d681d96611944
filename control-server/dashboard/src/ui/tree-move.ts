/** One visible line of a tree. */
export interface TreeRow {
  readonly node: { readonly pointer: string; readonly children: readonly unknown[] };
  /** 1 for the outermost lines, as `aria-level` counts. */
  readonly level: number;
  /** Null for what cannot be opened. */
  readonly isOpen: boolean | null;
}

/** What a key does in the tree, by the pattern that screen readers expect of `role="tree"`. */
export type TreeMove =
  | { readonly kind: 'focus'; readonly pointer: string }
  | { readonly kind: 'open' | 'close'; readonly pointer: string }
  | null;

/** The move for a key pressed on the line at `index`. */
export function moveInTree(rows: readonly TreeRow[], index: number, key: string): TreeMove {
  const row = rows[index];
  if (row === undefined) return null;
  const focus = (target: number): TreeMove => {
    const found = rows[Math.max(0, Math.min(rows.length - 1, target))];
    return found === undefined ? null : { kind: 'focus', pointer: found.node.pointer };
  };
  switch (key) {
    case 'ArrowDown':
      return focus(index + 1);
    case 'ArrowUp':
      return focus(index - 1);
    case 'Home':
      return focus(0);
    case 'End':
      return focus(rows.length - 1);
    case 'ArrowRight':
      if (row.isOpen === false) return { kind: 'open', pointer: row.node.pointer };
      return row.isOpen === true && row.node.children.length > 0 ? focus(index + 1) : null;
    case 'ArrowLeft':
      if (row.isOpen === true) return { kind: 'close', pointer: row.node.pointer };
      return row.level > 1
        ? focus(rows.findLastIndex((candidate, at) => at < index && candidate.level < row.level))
        : null;
    case 'Enter':
    case ' ':
      if (row.isOpen === null) return null;
      return { kind: row.isOpen ? 'close' : 'open', pointer: row.node.pointer };
    default:
      return null;
  }
}
