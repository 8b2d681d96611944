import type { ValueNode } from '../../../wording/value-node.ts';
import { leafWords } from '../../../wording/value-words.ts';

/** Where a text stands in the variables. */
export interface ValueMatches {
  /** Pointers of the places whose name or value has it, in the order in which they are shown. */
  readonly pointers: readonly string[];
  /** Pointers of everything that has to be open for them to be seen. */
  readonly open: ReadonlySet<string>;
}

/** Looks for a text in names and values, in any case. None are found for an empty text. */
export function searchValues(root: ValueNode, text: string): ValueMatches {
  const wanted = text.trim().toLowerCase();
  const pointers: string[] = [];
  const open = new Set<string>();
  if (wanted === '') return { pointers, open };
  const walk = (node: ValueNode, above: readonly string[]): void => {
    if (hasText(node, wanted)) {
      pointers.push(node.pointer);
      for (const pointer of above) open.add(pointer);
      // A long text is cut until it is opened, and what was found may stand behind the cut.
      if (node.children.length === 0) open.add(node.pointer);
    }
    for (const child of node.children) walk(child, [...above, node.pointer]);
  };
  walk(root, []);
  return { pointers, open };
}

function hasText(node: ValueNode, wanted: string): boolean {
  if (node.name.toLowerCase().includes(wanted)) return true;
  if (node.className?.toLowerCase().includes(wanted) === true) return true;
  return node.children.length === 0 && leafWords(node).text.toLowerCase().includes(wanted);
}
