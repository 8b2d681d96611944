import { useCallback, useEffect, useRef, useState } from 'react';
import type { ReactElement } from 'react';
import { goTo, useRawSearch } from '../navigation.ts';
import type { ServiceAddress } from '../routes.ts';
import { useShortcuts } from '../shell/shortcuts.ts';
import { FailureNotice, Skeleton } from '../ui/notice.tsx';
import { countRows } from './feed-pages.ts';
import { NoSnapshots } from './no-snapshots.tsx';
import { SearchReach } from './search-reach.tsx';
import { NO_FILTER, readFilter, writeFilter } from './snapshot-filter.ts';
import type { SnapshotFilter } from './snapshot-filter.ts';
import { SnapshotList } from './snapshot-list.tsx';
import { SnapshotToolbar } from './snapshot-toolbar.tsx';
import { useMaySeeValues } from '../session/value-right.ts';
import { useSnapshotFeed } from './use-snapshot-feed.ts';

/** The live list of snapshots: of one service, or of all with null. */
export function SnapshotsView({ service }: { readonly service: ServiceAddress | null }): ReactElement {
  const filter = readFilter(useRawSearch());
  const [isPaused, setIsPaused] = useState(false);
  const top = useRef<HTMLDivElement>(null);
  // Someone who reads further down must not have the rows move under the eyes.
  const isReading = useCallback(() => (top.current?.getBoundingClientRect().top ?? 0) < 0, []);
  const shouldHold = useCallback(() => isPaused || isReading(), [isPaused, isReading]);
  const list = useSnapshotFeed(service, filter, shouldHold);
  const maySeeValues = useMaySeeValues();
  const { release } = list;
  const held = countRows(list.feed?.held ?? []);

  useEffect(() => {
    if (isPaused || held === 0) return;
    const releaseAtTop = (): void => {
      if (!isReading()) release();
    };
    releaseAtTop();
    addEventListener('scroll', releaseAtTop, { passive: true });
    return () => removeEventListener('scroll', releaseAtTop);
  }, [isPaused, held, isReading, release]);

  const showHeld = useCallback(() => {
    release();
    scrollTo({ top: 0 });
  }, [release]);
  const changeFilter = useCallback((next: SnapshotFilter) => {
    goTo(location.pathname + writeFilter(next), { replace: true });
  }, []);
  useShortcuts({
    p: () => setIsPaused((paused) => !paused),
    '/': () => document.getElementById('snapshot-filter')?.focus(),
  });

  return (
    <div ref={top}>
      <SnapshotToolbar
        service={service}
        filter={filter}
        onFilter={changeFilter}
        isPaused={isPaused}
        onPause={setIsPaused}
        held={held}
        onShowHeld={showHeld}
        arrived={list.arrived}
        request={list.request}
      />
      {filter.text !== '' && list.feed !== undefined && (
        <SearchReach search={list.feed.search} inPlacesOnly={!maySeeValues} />
      )}
      {list.feed === undefined ? (
        list.error !== null ? (
          <FailureNotice error={list.error} onRetry={list.retry} />
        ) : (
          <Skeleton lines={10} />
        )
      ) : list.feed.pages.length === 0 ? (
        <NoSnapshots
          service={service}
          isFiltered={writeFilter(filter) !== ''}
          onClear={() => changeFilter(NO_FILTER)}
        />
      ) : (
        <SnapshotList list={list} feed={list.feed} showsService={service === null} />
      )}
    </div>
  );
}
