import { useQueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import type { DashboardHint } from '../../../../src/protocol/api.ts';
import { meQuery } from '../queries.ts';
import { Status } from '../ui/chip.tsx';
import type { LiveState } from './live-connection.ts';
import { followHints } from './live.ts';
import { createCoalescer, staleAfter } from './stale-queries.ts';

/** A hint of the server, or that the stream stands again after a gap. */
export type LiveSignal = DashboardHint | { readonly topic: 'resumed' };

interface Live {
  readonly state: LiveState;
  /** Calls for every signal until the returned function is called. */
  readonly subscribe: (listener: (signal: LiveSignal) => void) => () => void;
}

const LiveContext = createContext<Live | null>(null);

/** Requests of one kind are at least this far apart while hints keep coming. */
const REFETCH_INTERVAL_MS = 750;

/** Keeps what is on the page in step with the server, for everything below it. */
export function LiveProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  const listeners = useRef(new Set<(signal: LiveSignal) => void>());

  useEffect(() => {
    const tell = (signal: LiveSignal): void => {
      for (const listener of listeners.current) listener(signal);
    };
    const coalescer = createCoalescer(REFETCH_INTERVAL_MS, {
      after: (delayMs, callback) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
      // A fetch on its way is newer than the hint's cause only by luck: it is cancelled and made again.
      run: (topic) => void client.invalidateQueries({ queryKey: [topic] }),
    });
    const stopFollowing = followHints({
      onState: setState,
      onHint: (hint) => {
        for (const topic of staleAfter(hint)) coalescer.add(topic);
        tell(hint);
      },
      onResumed: () => {
        void client.invalidateQueries({
          // Source comes from the services' own processes, which are asked by hand only.
          predicate: ({ queryKey }) => !['snapshot', 'feed', 'source'].includes(String(queryKey[0])),
        });
        tell({ topic: 'resumed' });
      },
      // EventSource does not say why it was refused; asking who is signed in does.
      onRefused: () =>
        void client.fetchQuery({ ...meQuery, staleTime: 0, retry: false }).catch(() => undefined),
    });
    return () => {
      stopFollowing();
      coalescer.clear();
    };
  }, [client]);

  const subscribe = useCallback<Live['subscribe']>((listener) => {
    listeners.current.add(listener);
    return () => listeners.current.delete(listener);
  }, []);
  const live = useMemo<Live>(() => ({ state, subscribe }), [state, subscribe]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** The page's connection to the server's hints. */
export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error('useLive() needs a LiveProvider above it');
  return live;
}

/** Says whether the page follows what happens, in words and to screen readers. */
export function LiveStatus(): ReactElement {
  const { state } = useLive();
  return (
    <span className="live-status" role="status" data-testid="live-status" data-state={state}>
      {state === 'open' ? (
        <Status tone="ok" title="Changes appear here by themselves">
          Live
        </Status>
      ) : (
        <Status tone="warn" title="The page tries again by itself; what it shows may be out of date">
          {state === 'reconnecting' ? 'Reconnecting…' : 'Connecting…'}
        </Status>
      )}
    </span>
  );
}
