import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { SnapshotQuery } from '../../../../src/protocol/api.ts';
import { api } from '../api-client.ts';
import { useLive } from '../live/live-provider.tsx';
import type { ServiceAddress } from '../routes.ts';
import { createFeedFiller } from './feed-filler.ts';
import type { FeedFiller } from './feed-filler.ts';
import { newestCursor, releaseHeld, startFeed, withNewer } from './snapshot-feed.ts';
import type { SnapshotFeed } from './snapshot-feed.ts';
import { readFilter, snapshotQuery, writeFilter } from './snapshot-filter.ts';
import type { SnapshotFilter } from './snapshot-filter.ts';

const PAGE_SIZE = 100;
const FOLLOW_SIZE = 500;
/** After a gap that is longer than this many pages the list starts anew instead of catching up. */
const MAX_CATCH_UP_PAGES = 4;
/** How soon a search is asked again when what came in is not searchable yet. */
const LOOK_AGAIN_MS = 500;

/** A list of snapshots that follows what comes in. */
export interface LiveFeed {
  /** What was asked for. */
  readonly request: SnapshotQuery;
  readonly feed: SnapshotFeed | undefined;
  readonly error: unknown;
  /** Rows are on their way: older ones, or those in view. */
  readonly isLoading: boolean;
  /** How many have come in since the list was opened, shown or held. */
  readonly arrived: number;
  /** Ids that came in just now, to be pointed out. */
  readonly fresh: ReadonlySet<string>;
  /** These rows are in view: what is missing of them, and what comes next, is fetched. */
  show(firstRow: number, lastRow: number): void;
  release(): void;
  retry(): void;
}

/**
 * Follows the snapshots of a service, or of all when `service` is null, under a filter. `shouldHold` is asked at the moment when new ones arrive: whether
 * to keep them back, since the person reads further down or has paused.
 */
export function useSnapshotFeed(
  service: ServiceAddress | null,
  filter: SnapshotFilter,
  shouldHold: () => boolean,
): LiveFeed {
  const client = useQueryClient();
  const { subscribe } = useLive();
  const environment = service?.environment ?? null;
  const serviceName = service?.serviceName ?? null;
  // Filters are compared as texts: every look at the address makes a new one.
  const written = writeFilter(filter);
  const key = useMemo(() => ['feed', environment, serviceName, written], [environment, serviceName, written]);
  const request = useMemo(() => {
    const scope = environment === null || serviceName === null ? null : { environment, serviceName };
    return snapshotQuery(scope, readFilter(written), Date.now());
  }, [environment, serviceName, written]);
  const { service: followed } = request;
  const [isLoading, setIsLoading] = useState(false);
  const [arrived, setArrived] = useState(0);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const hold = useRef(shouldHold);
  useEffect(() => {
    hold.current = shouldHold;
  });

  const query = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => startFeed(await api.snapshots({ ...request, limit: PAGE_SIZE }, signal)),
    // The feed is kept up by cursor, never fetched over.
    staleTime: Number.POSITIVE_INFINITY,
    // A feed shares what did not change by itself; comparing all rows would take longer than showing them.
    structuralSharing: false,
  });
  const { refetch } = query;

  useEffect(() => {
    let isOver = false;
    let isPulling = false;
    let isAskedAgain = false;
    let lookAgain: ReturnType<typeof setTimeout> | undefined;

    const followOnce = async (): Promise<void> => {
      for (let page = 0; page < MAX_CATCH_UP_PAGES; page += 1) {
        const feed = client.getQueryData<SnapshotFeed>(key);
        const cursor = feed === undefined ? null : newestCursor(feed);
        if (cursor === null) {
          await refetch();
          return;
        }
        const newer = await api.snapshots({ ...request, after: cursor, limit: FOLLOW_SIZE });
        if (isOver) return;
        client.setQueryData<SnapshotFeed>(key, (known) =>
          known === undefined || known.search === newer.search ? known : { ...known, search: newer.search },
        );
        if (newer.items.length > 0) {
          client.setQueryData<SnapshotFeed>(
            key,
            (known) => known && withNewer(known, cursor, newer.items, hold.current()),
          );
          setArrived((count) => count + newer.items.length);
          setFresh(new Set(newer.items.map((item) => item.id)));
        }
        if (newer.items.length < FOLLOW_SIZE) {
          // What just came is not searchable yet, and no hint says when it is.
          if ((newer.search?.pending ?? 0) > 0) lookAgain = setTimeout(() => void follow(), LOOK_AGAIN_MS);
          return;
        }
      }
      await refetch();
    };

    const follow = async (): Promise<void> => {
      clearTimeout(lookAgain);
      isAskedAgain = true;
      if (isPulling) return;
      isPulling = true;
      try {
        while (isAskedAgain) {
          isAskedAgain = false;
          await followOnce();
        }
      } catch {
        // The next hint, or the stream's return, asks again; the status in the top bar says that it is away.
      } finally {
        isPulling = false;
      }
    };

    // A feed that was left and is opened again has a gap.
    if (client.getQueryData(key) !== undefined) void follow();
    const unsubscribe = subscribe((signal) => {
      const concerns =
        signal.topic === 'resumed' ||
        (signal.topic === 'snapshots' && (followed === undefined || signal.services.includes(followed)));
      if (concerns) void follow();
    });
    return () => {
      isOver = true;
      isAskedAgain = false;
      clearTimeout(lookAgain);
      unsubscribe();
    };
  }, [client, key, request, refetch, followed, subscribe]);

  const view = useRef({ first: 0, last: 0 });
  const filler = useRef<FeedFiller | null>(null);
  useEffect(() => {
    const current = createFeedFiller({
      feed: () => client.getQueryData<SnapshotFeed>(key),
      change: (change) =>
        client.setQueryData<SnapshotFeed>(key, (known) => (known === undefined ? known : change(known))),
      fetch: ({ before, limit }) => api.snapshots({ ...request, before, limit }),
      onBusy: setIsLoading,
      after: (delayMs, callback) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
    });
    filler.current = current;
    current.show(view.current.first, view.current.last);
    return () => {
      current.stop();
      setIsLoading(false);
    };
  }, [client, key, request]);
  const show = useCallback((first: number, last: number) => {
    view.current = { first, last };
    filler.current?.show(first, last);
  }, []);

  const release = useCallback(() => {
    client.setQueryData<SnapshotFeed>(key, (known) => known && releaseHeld(known));
  }, [client, key]);

  return {
    request,
    feed: query.data,
    error: query.error,
    isLoading,
    arrived,
    fresh,
    show,
    release,
    retry: () => void refetch(),
  };
}
