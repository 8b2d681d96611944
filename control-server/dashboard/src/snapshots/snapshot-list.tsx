import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ReactElement } from 'react';
import { SnapshotPagePart } from '../snapshot/snapshot-page-part.ts';
import { useShortcuts } from '../shell/shortcuts.ts';
import { formatCount } from '../../../wording/quantity.ts';
import { NARROW, useMedia } from '../ui/media.ts';
import { indexRows } from './feed-pages.ts';
import { isFull, MAX_FEED_ROWS } from './snapshot-feed.ts';
import type { SnapshotFeed } from './snapshot-feed.ts';
import { MissingRow, SnapshotRow } from './snapshot-row.tsx';
import type { LiveFeed } from './use-snapshot-feed.ts';

const ROW_PX = 36;
const CARD_PX = 84;

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
  const { rows, rowAt } = useMemo(() => indexRows(feed.pages), [feed.pages]);
  const virtual = useWindowVirtualizer({
    count: rows,
    estimateSize: () => rowPx,
    overscan: 12,
    scrollMargin: offsetTop,
    // The sticky bars cover the top of the window.
    scrollPaddingStart: 150,
    scrollPaddingEnd: 24,
  });
  useLayoutEffect(() => virtual.measure(), [virtual, rowPx]);

  const shown = virtual.getVirtualItems();
  const firstShown = shown[0]?.index ?? 0;
  const lastShown = shown.at(-1)?.index ?? 0;
  const { show } = list;
  useEffect(() => show(firstShown, lastShown), [firstShown, lastShown, feed, show]);

  const focusRow = (index: number): boolean => {
    const link = body.current?.querySelector<HTMLElement>(`[aria-rowindex="${ariaIndex(index)}"] a`) ?? null;
    link?.focus({ preventScroll: true });
    return link !== null;
  };
  const move = (step: number): void => {
    const focused = document.activeElement?.closest('[data-snapshot-id]')?.getAttribute('aria-rowindex');
    const target =
      typeof focused === 'string'
        ? Number(focused) - ariaIndex(0) + step
        : (shown.find((row) => row.start >= scrollY)?.index ?? 0);
    const index = Math.max(0, Math.min(rows - 1, target));
    virtual.scrollToIndex(index, { align: 'auto' });
    // A row further away comes into being only by the scrolling.
    if (!focusRow(index)) requestAnimationFrame(() => focusRow(index));
  };
  useShortcuts({ j: () => move(1), k: () => move(-1) });

  // Whoever points at the list is about to open a snapshot.
  const { prepare } = SnapshotPagePart;
  return (
    <div className="snapshot-list" onPointerEnter={prepare} onFocus={prepare}>
      {' '}
      <div
        className={showsService ? 'snapshot-table snapshot-table-services' : 'snapshot-table'}
        role="table"
        aria-label="Snapshots"
        aria-rowcount={rows + 1}
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
          {shown.map(({ index, start }) => {
            const snapshot = rowAt(index);
            const place = { rowIndex: ariaIndex(index), offsetPx: start - offsetTop, heightPx: rowPx };
            return snapshot === null ? (
              <MissingRow key={index} {...place} />
            ) : (
              <SnapshotRow
                key={snapshot.id}
                snapshot={snapshot}
                {...place}
                isFresh={list.fresh.has(snapshot.id)}
                showsService={showsService}
              />
            );
          })}
        </div>
      </div>{' '}
      <p className="list-end" role="status">
        {feed.olderCursor === null
          ? 'That is all'
          : isFull(feed)
            ? `The list shows ${formatCount(MAX_FEED_ROWS)} snapshots. Choose a time to see older ones.`
            : list.isLoading
              ? 'Loading older snapshots…'
              : ''}
      </p>
    </div>
  );
}

/** Rows are counted from 1, the head being the first. */
function ariaIndex(index: number): number {
  return index + 2;
}
