import { useQueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import type { BreakpointResource } from '../../../../src/protocol/api.ts';
import { api } from '../api-client.ts';
import { ApiError } from '../api-request.ts';
import { failureText } from '../ui/notice.tsx';
import { useToasts } from '../ui/toasts.tsx';
import { countOf } from '../text/quantity.ts';
import { breakpointName } from './breakpoint-state.ts';
import { fewAtATime } from './few-at-a-time.ts';

/** Breakpoints that are about to be deleted. */
export interface Deletions {
  readonly pending: ReadonlySet<string>;
  readonly schedule: (breakpoints: readonly BreakpointResource[]) => void;
  readonly undo: (id: string) => void;
}

/** Time to change one's mind. */
const UNDO_MS = 6_000;
/** Breakpoints that were deleted with one click. */
interface Group {
  /** Without those that were taken back. */
  readonly left: Map<string, BreakpointResource>;
  readonly timer: ReturnType<typeof setTimeout>;
  readonly toastId: string;
  /** Too late to take back. */
  isUnderWay: boolean;
}

const DeletionsContext = createContext<Deletions | null>(null);

/**
 * Deletes breakpoints after a few seconds, so that it can be undone: made anew, a breakpoint would have lost its id and
 * its counts. Until then it stays in the list, marked, and is still armed. Leaving the page deletes at once.
 */
export function PendingDeletions({ children }: { readonly children: ReactNode }): ReactElement {
  const client = useQueryClient();
  const toasts = useToasts();
  const groups = useRef(new Set<Group>());
  const [pending, setPending] = useState<ReadonlySet<string>>(new Set());

  const showPending = useCallback(
    () => setPending(new Set([...groups.current].flatMap(({ left }) => [...left.keys()]))),
    [],
  );

  const undo = useCallback(
    (id: string) => {
      for (const group of groups.current) {
        if (group.isUnderWay || !group.left.delete(id) || group.left.size > 0) continue;
        clearTimeout(group.timer);
        groups.current.delete(group);
        toasts.dismiss(group.toastId);
      }
      showPending();
    },
    [showPending, toasts],
  );

  const schedule = useCallback(
    (breakpoints: readonly BreakpointResource[]) => {
      const fresh = breakpoints.filter(({ id }) => ![...groups.current].some(({ left }) => left.has(id)));
      const [first] = fresh;
      if (first === undefined) return;
      const toastId = `delete-${first.id}`;
      const run = async (): Promise<void> => {
        group.isUnderWay = true;
        const failures = (await fewAtATime([...group.left.values()], ({ id }) => api.deleteBreakpoint(id)))
          // Somebody else was faster: what was wanted is the case.
          .filter(({ error }) => !(error instanceof ApiError && error.status === 404));
        const [failure] = failures;
        if (failure !== undefined) {
          const names = nameThem(failures.map(({ item }) => item));
          toasts.show({
            id: toastId,
            tone: 'failure',
            text: `${names} ${failures.length === 1 ? 'was' : 'were'} not deleted. ${failureText(failure.error)}`,
          });
        }
        await client.invalidateQueries({ queryKey: ['breakpoints'] });
        groups.current.delete(group);
        showPending();
      };
      const group: Group = {
        left: new Map(fresh.map((breakpoint) => [breakpoint.id, breakpoint])),
        timer: setTimeout(() => void run(), UNDO_MS),
        toastId,
        isUnderWay: false,
      };
      groups.current.add(group);
      showPending();
      const [it, comes] = fresh.length === 1 ? ['it', 'it comes'] : ['them', 'they come'];
      toasts.show(
        {
          id: toastId,
          tone: 'plain',
          text: `Deleting ${nameThem(fresh)} in a few seconds. Running processes stop capturing ${it}; ${comes} back when one starts anew.`,
          action: {
            label: 'Undo',
            run: () => {
              for (const { id } of fresh) undo(id);
            },
          },
        },
        UNDO_MS,
      );
    },
    [client, showPending, toasts, undo],
  );

  useEffect(() => {
    const known = groups.current;
    const deleteNow = (): void => {
      for (const { left, timer } of known) {
        clearTimeout(timer);
        for (const id of left.keys()) void api.deleteBreakpoint(id, true).catch(() => undefined);
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

function nameThem(breakpoints: readonly BreakpointResource[]): string {
  const [first] = breakpoints;
  return first === undefined || breakpoints.length > 1
    ? countOf(breakpoints.length, 'breakpoint')
    : `“${breakpointName(first)}”`;
}
