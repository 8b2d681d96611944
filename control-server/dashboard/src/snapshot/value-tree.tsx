import { useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactElement } from 'react';
import type { ValueNode } from './value-node.ts';
import { moveInTree, visibleRows } from './value-rows.ts';
import { ValueLine } from './value-line.tsx';

/** Values as a tree that is walked with the arrow keys; one tab stop, as screen readers expect of a tree. */
export function ValueTree({
  root,
  open,
  onOpen,
  label,
}: {
  readonly root: ValueNode;
  readonly open: ReadonlySet<string>;
  readonly onOpen: (open: ReadonlySet<string>) => void;
  readonly label: string;
}): ReactElement {
  const rows = useMemo(() => visibleRows(root, open), [root, open]);
  const [current, setCurrent] = useState<string | null>(null);
  const tree = useRef<HTMLDivElement>(null);
  const tabStop = rows.some((row) => row.node.pointer === current) ? current : rows[0]?.node.pointer;

  const toggle = (pointer: string): void => {
    const next = new Set(open);
    if (!next.delete(pointer)) next.add(pointer);
    onOpen(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = rows.findIndex((row) => row.node.pointer === tabStop);
    const move = moveInTree(rows, index, event.key);
    if (move === null) return;
    event.preventDefault();
    if (move.kind === 'focus') {
      setCurrent(move.pointer);
      tree.current?.querySelector<HTMLElement>(`[data-pointer="${CSS.escape(move.pointer)}"]`)?.focus();
    } else {
      toggle(move.pointer);
    }
  };

  return (
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
          onFocus={() => setCurrent(row.node.pointer)}
          onToggle={() => toggle(row.node.pointer)}
        />
      ))}
    </div>
  );
}
