import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactElement } from 'react';
import { moveInTree } from '../ui/tree-move.ts';
import type { ValueNode } from '../../../wording/value-node.ts';
import { visibleRows } from './value-rows.ts';
import { textOfValue, ValueLine } from './value-line.tsx';

const NO_MATCHES: readonly string[] = [];

/** Values as a tree that is walked with the arrow keys; one tab stop, as screen readers expect of a tree. */
export function ValueTree({
  root,
  open,
  onOpen,
  label,
  matches = NO_MATCHES,
  currentMatch = null,
}: {
  readonly root: ValueNode;
  readonly open: ReadonlySet<string>;
  readonly onOpen: (open: ReadonlySet<string>) => void;
  readonly label: string;
  /** Pointers of the places that a search found, and of the one that is looked at. */
  readonly matches?: readonly string[];
  readonly currentMatch?: string | null;
}): ReactElement {
  const rows = useMemo(() => visibleRows(root, open), [root, open]);
  const [current, setCurrent] = useState<string | null>(null);
  const tree = useRef<HTMLDivElement>(null);
  const tabStop = rows.some((row) => row.node.pointer === current) ? current : rows[0]?.node.pointer;

  const found = useMemo(() => new Set(matches), [matches]);
  const [copied, setCopied] = useState('');
  useEffect(() => {
    if (currentMatch === null) return;
    setCurrent(currentMatch);
    lineOf(tree.current, currentMatch)?.scrollIntoView({ block: 'nearest' });
  }, [currentMatch]);

  const toggle = (pointer: string): void => {
    const next = new Set(open);
    if (!next.delete(pointer)) next.add(pointer);
    onOpen(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = rows.findIndex((row) => row.node.pointer === tabStop);
    const node = rows[index]?.node;
    if (node !== undefined && (event.key === 'c' || event.key === 'C')) {
      event.preventDefault();
      const [what, text] = event.key === 'C' ? ['path', node.path] : ['value', textOfValue(node.value)];
      // Absent on plain http off loopback.
      const clipboard: Clipboard | undefined = navigator.clipboard;
      clipboard?.writeText(text).then(
        () => setCopied(`Copied the ${what} of ${node.name}`),
        () => setCopied('The browser refused to copy'),
      );
      return;
    }
    const move = moveInTree(rows, index, event.key);
    if (move === null) return;
    event.preventDefault();
    if (move.kind === 'focus') {
      setCurrent(move.pointer);
      lineOf(tree.current, move.pointer)?.focus();
    } else {
      toggle(move.pointer);
    }
  };

  return (
    <>
      <div
        ref={tree}
        className="value-tree"
        role="tree"
        aria-label={label}
        onKeyDown={onKeyDown}
        data-testid="value-tree"
      >
        {rows.map((row) => (
          <ValueLine
            key={row.node.pointer}
            row={row}
            isTabStop={row.node.pointer === tabStop}
            match={
              row.node.pointer === currentMatch ? 'current' : found.has(row.node.pointer) ? 'other' : null
            }
            onFocus={() => setCurrent(row.node.pointer)}
            onToggle={() => toggle(row.node.pointer)}
          />
        ))}
      </div>
      <span className="visually-hidden" aria-live="polite">
        {copied}
      </span>
    </>
  );
}

function lineOf(tree: HTMLElement | null, pointer: string): HTMLElement | null {
  return tree?.querySelector<HTMLElement>(`[data-pointer="${CSS.escape(pointer)}"]`) ?? null;
}
