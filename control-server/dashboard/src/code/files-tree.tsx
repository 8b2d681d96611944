import { useEffect, useMemo, useRef, useState } from 'react';
import type { CSSProperties, KeyboardEvent, ReactElement } from 'react';
import { countOf, formatCount } from '../../../wording/quantity.ts';
import { Icon } from '../ui/icons.tsx';
import { moveInTree } from '../ui/tree-move.ts';
import { foldersAbove, initiallyOpenFolders, visibleFiles } from './file-tree.ts';
import type { FileNode, FileRow } from './file-tree.ts';

/** Files in their folders; arrow keys walk, Enter opens. One tab stop, as screen readers expect of a tree. */
export function FilesTree({
  nodes,
  current,
  breakpointsOf,
  onOpen,
}: {
  readonly nodes: readonly FileNode[];
  /** The file that is shown. */
  readonly current: string | null;
  /** How many breakpoints a file has. */
  readonly breakpointsOf: (path: string) => number;
  readonly onOpen: (path: string) => void;
}): ReactElement {
  const [open, setOpen] = useState<ReadonlySet<string>>(() => initiallyOpenFolders(nodes));
  const [focused, setFocused] = useState<string | null>(null);
  const tree = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (current === null) return;
    setOpen((known) => new Set([...known, ...foldersAbove(nodes, current)]));
    setFocused(current);
  }, [nodes, current]);
  useEffect(() => {
    if (current !== null) lineOf(tree.current, current)?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  const rows = useMemo(() => visibleFiles(nodes, open), [nodes, open]);
  const tabStop = rows.some(({ node }) => node.pointer === focused) ? focused : rows[0]?.node.pointer;
  const act = ({ node }: FileRow): void => {
    if (node.kind === 'file') return onOpen(node.pointer);
    const next = new Set(open);
    if (!next.delete(node.pointer)) next.add(node.pointer);
    setOpen(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = rows.findIndex(({ node }) => node.pointer === tabStop);
    const row = rows[index];
    if (row === undefined) return;
    if (row.node.kind === 'file' && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      act(row);
      return;
    }
    const move = moveInTree(rows, index, event.key);
    if (move === null) return;
    event.preventDefault();
    if (move.kind !== 'focus') return act(row);
    setFocused(move.pointer);
    lineOf(tree.current, move.pointer)?.focus();
  };

  return (
    <div
      ref={tree}
      className="files-tree"
      role="tree"
      aria-label="Files"
      onKeyDown={onKeyDown}
      data-testid="files-tree"
    >
      {rows.map((row) => (
        <FileLine
          key={row.node.pointer}
          row={row}
          isTabStop={row.node.pointer === tabStop}
          isCurrent={row.node.pointer === current}
          breakpoints={row.node.kind === 'file' ? breakpointsOf(row.node.pointer) : 0}
          onFocus={() => setFocused(row.node.pointer)}
          onAct={() => act(row)}
        />
      ))}
    </div>
  );
}

function FileLine({
  row: { node, level, position, siblings, isOpen },
  isTabStop,
  isCurrent,
  breakpoints,
  onFocus,
  onAct,
}: {
  readonly row: FileRow;
  readonly isTabStop: boolean;
  readonly isCurrent: boolean;
  readonly breakpoints: number;
  readonly onFocus: () => void;
  readonly onAct: () => void;
}): ReactElement {
  return (
    <div
      role="treeitem"
      aria-level={level}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-expanded={isOpen ?? undefined}
      aria-selected={isCurrent}
      tabIndex={isTabStop ? 0 : -1}
      className="file-line"
      style={{ '--level': level } as CSSProperties}
      title={node.pointer}
      data-pointer={node.pointer}
      onFocus={onFocus}
      onClick={onAct}
    >
      <span className="value-arrow" data-open={isOpen ?? undefined}>
        {isOpen !== null && <Icon name="chevron" size={12} />}
      </span>
      <span className="file-name">{node.name}</span>
      {breakpoints > 0 && (
        <span className="count" title={countOf(breakpoints, 'breakpoint')}>
          <span aria-hidden="true">{formatCount(breakpoints)}</span>
          <span className="visually-hidden">, {countOf(breakpoints, 'breakpoint')}</span>
        </span>
      )}
    </div>
  );
}

function lineOf(tree: HTMLElement | null, pointer: string): HTMLElement | null {
  return tree?.querySelector<HTMLElement>(`[data-pointer="${CSS.escape(pointer)}"]`) ?? null;
}
