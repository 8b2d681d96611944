import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ReactElement } from 'react';
import { useShortcuts } from '../shell/shortcuts.ts';
import { NARROW, useMedia } from '../ui/media.ts';
import type { SnapshotFeed } from './snapshot-feed.ts';
import { SnapshotRow } from './snapshot-row.tsx';
import type { LiveFeed } from './use-snapshot-feed.ts';

const ROW_PX = 36;
const CARD_PX = 84;
/** Older snapshots are fetched when this many rows are left below. */
const AHEAD_ROWS = 20;

/** The rows that are in view, out of any number. `j` and `k` move the focus from row to row. */
export function SnapshotList({
  list,
  feed,
  showsService,
}: {
  readonly list: LiveFeed;
  readonly feed: SnapshotFeed;
  /** The list is of more than one service. */
  readonly showsService: boolean;
}): ReactElement {
  const isNarrow = useMedia(NARROW);
  const rowPx = isNarrow ? CARD_PX : ROW_PX;
  const body = useRef<HTMLDivElement>(null);
  const [offsetTop, setOffsetTop] = useState(0);
  useLayoutEffect(() => {
    const place = (): void => {
      const top = body.current?.getBoundingClientRect().top;
      if (top !== undefined) setOffsetTop(Math.round(top + scrollY));
    };
    place();
    // Banners above the list come and go.
    const observer = new ResizeObserver(place);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  const { items } = feed;
  // A new function for each drawing would make every place anew, of 100,000 rows too.
  const getItemKey = useCallback((index: number) => items[index]?.id ?? index, [items]);
  const virtual = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowPx,
    overscan: 12,
    scrollMargin: offsetTop,
    // The sticky bars cover the top of the window.
    scrollPaddingStart: 150,
    scrollPaddingEnd: 24,
    getItemKey,
  });
  useLayoutEffect(() => virtual.measure(), [virtual, rowPx]);

  const shown = virtual.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;
  const { loadOlder } = list;
  useEffect(() => {
    if (lastShown >= items.length - AHEAD_ROWS && feed.olderCursor !== null) loadOlder();
  }, [lastShown, items.length, feed.olderCursor, loadOlder]);

  const focusRow = (id: string): boolean => {
    const link = body.current?.querySelector<HTMLElement>(`[data-snapshot-id="${CSS.escape(id)}"] a`) ?? null;
    link?.focus({ preventScroll: true });
    return link !== null;
  };
  const move = (step: number): void => {
    const focused = document.activeElement?.closest<HTMLElement>('[data-snapshot-id]')?.dataset['snapshotId'];
    const current = items.findIndex((item) => item.id === focused);
    const target = current === -1 ? (shown.find((row) => row.start >= scrollY)?.index ?? 0) : current + step;
    const item = items[Math.max(0, Math.min(items.length - 1, target))];
    if (item === undefined) return;
    virtual.scrollToIndex(items.indexOf(item), { align: 'auto' });
    // A row further away comes into being only by the scrolling.
    if (!focusRow(item.id)) requestAnimationFrame(() => focusRow(item.id));
  };
  useShortcuts({ j: () => move(1), k: () => move(-1) });

  return (
    <div className="snapshot-list">
      {' '}
      <div
        className={showsService ? 'snapshot-table snapshot-table-services' : 'snapshot-table'}
        role="table"
        aria-label="Snapshots"
        aria-rowcount={items.length + 1}
      >
        <div className="snapshot-row snapshot-head" role="row" aria-rowindex={1}>
          <span role="columnheader">Time</span>
          <span role="columnheader">Label</span>
          {showsService && <span role="columnheader">Service</span>}
          <span role="columnheader">Where</span>
          <span role="columnheader">Variables</span>
          <span role="columnheader">Scrubbed</span>
        </div>
        <div ref={body} role="rowgroup" className="snapshot-body" style={{ height: virtual.getTotalSize() }}>
          {shown.map((row) => {
            const item = items[row.index];
            return (
              item !== undefined && (
                <SnapshotRow
                  key={item.id}
                  snapshot={item}
                  rowIndex={row.index + 2}
                  offsetPx={row.start - offsetTop}
                  heightPx={rowPx}
                  isFresh={list.fresh.has(item.id)}
                  showsService={showsService}
                />
              )
            );
          })}
        </div>
      </div>{' '}
      <p className="list-end" role="status">
        {list.isLoadingOlder ? 'Loading older snapshots…' : feed.olderCursor === null ? 'That is all' : ''}
      </p>
    </div>
  );
}
