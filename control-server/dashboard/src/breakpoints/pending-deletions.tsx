import { useQueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import type { BreakpointResource } from '../../../../src/protocol/api.ts';
import { api } from '../api-client.ts';
import { ApiError } from '../api-request.ts';
import { failureText } from '../ui/notice.tsx';
import { useToasts } from '../ui/toasts.tsx';
import { breakpointName } from './breakpoint-state.ts';

/** Breakpoints that are about to be deleted. */
export interface Deletions {
  readonly pending: ReadonlySet<string>;
  readonly schedule: (breakpoint: BreakpointResource) => void;
  readonly undo: (id: string) => void;
}

/** Time to change one's mind. */
const UNDO_MS = 6_000;
const DeletionsContext = createContext<Deletions | null>(null);

/**
 * Deletes breakpoints after a few seconds, so that it can be undone: made anew, a breakpoint would have lost its id and
 * its counts. Until then it stays in the list, marked, and is still armed. Leaving the page deletes at once.
 */
export function PendingDeletions({ children }: { readonly children: ReactNode }): ReactElement {
  const client = useQueryClient();
  const toasts = useToasts();
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  const [pending, setPending] = useState<ReadonlySet<string>>(new Set());

  const forget = useCallback((id: string) => {
    clearTimeout(timers.current.get(id));
    timers.current.delete(id);
    setPending((known) => new Set([...known].filter((other) => other !== id)));
  }, []);

  const undo = useCallback(
    (id: string) => {
      forget(id);
      toasts.dismiss(`delete-${id}`);
    },
    [forget, toasts],
  );

  const schedule = useCallback(
    (breakpoint: BreakpointResource) => {
      const { id } = breakpoint;
      const name = breakpointName(breakpoint);
      const run = async (): Promise<void> => {
        timers.current.delete(id);
        try {
          await api.deleteBreakpoint(id);
        } catch (error) {
          // Somebody else was faster: what was wanted is the case.
          if (!(error instanceof ApiError && error.status === 404)) {
            toasts.show({
              id: `delete-${id}`,
              tone: 'failure',
              text: `“${name}” was not deleted. ${failureText(error)}`,
            });
          }
        }
        await client.invalidateQueries({ queryKey: ['breakpoints'] });
        forget(id);
      };
      clearTimeout(timers.current.get(id));
      timers.current.set(
        id,
        setTimeout(() => void run(), UNDO_MS),
      );
      setPending((known) => new Set([...known, id]));
      toasts.show(
        {
          id: `delete-${id}`,
          tone: 'plain',
          text: `Deleting “${name}” in a few seconds. Running processes stop capturing it; it comes back when one starts anew.`,
          action: { label: 'Undo', run: () => undo(id) },
        },
        UNDO_MS,
      );
    },
    [client, toasts, forget, undo],
  );

  useEffect(() => {
    const known = timers.current;
    const deleteNow = (): void => {
      for (const id of known.keys()) {
        clearTimeout(known.get(id));
        void api.deleteBreakpoint(id, true).catch(() => undefined);
      }
      known.clear();
    };
    addEventListener('pagehide', deleteNow);
    return () => {
      removeEventListener('pagehide', deleteNow);
      deleteNow();
    };
  }, []);

  const value = useMemo<Deletions>(() => ({ pending, schedule, undo }), [pending, schedule, undo]);
  return <DeletionsContext value={value}>{children}</DeletionsContext>;
}

/** The deletions of this page. */
export function usePendingDeletions(): Deletions {
  const deletions = useContext(DeletionsContext);
  if (deletions === null) throw new Error('usePendingDeletions() needs PendingDeletions above it');
  return deletions;
}
