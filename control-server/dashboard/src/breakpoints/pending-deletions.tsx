import { useQueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import type { BreakpointResource } from '../../../../src/protocol/api.ts';
import { api } from '../api-client.ts';
import { ApiError } from '../api-request.ts';
import { useToasts } from '../ui/toasts.tsx';
import { deletionWords } from './deletion-words.ts';
import { fewAtATime } from './few-at-a-time.ts';
import { nameThem, refusedChanges } from './refused-changes.ts';

/** Breakpoints that are about to be deleted. */
export interface Deletions {
  readonly pending: ReadonlySet<string>;
  readonly schedule: (breakpoints: readonly BreakpointResource[]) => void;
  readonly undo: (ids: readonly string[]) => void;
}

/** Time to change one's mind. */
const UNDO_MS = 6_000;
/** Breakpoints that were deleted with one click. */
interface Group {
  /** Without those that were taken back. */
  readonly left: Map<string, BreakpointResource>;
  readonly timer: ReturnType<typeof setTimeout>;
  readonly endsAtMs: number;
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

  const { schedule, undo } = useMemo(() => {
    function announce(group: Group): void {
      const left = [...group.left.values()];
      toasts.show(
        {
          id: group.toastId,
          tone: 'plain',
          text: deletionWords(left),
          action: { label: 'Undo', run: () => undo(left.map(({ id }) => id)) },
        },
        group.endsAtMs - performance.now(),
      );
    }

    function undo(ids: readonly string[]): void {
      for (const group of groups.current) {
        const meant = [...group.left.values()].filter(({ id }) => ids.includes(id));
        if (meant.length === 0) continue;
        if (group.isUnderWay) {
          const text = `${nameThem(meant)} could not be kept: the deletion is under way.`;
          toasts.show({ id: 'undo-too-late', tone: 'failure', text });
          continue;
        }
        for (const { id } of meant) group.left.delete(id);
        if (group.left.size > 0) {
          announce(group);
          continue;
        }
        clearTimeout(group.timer);
        groups.current.delete(group);
        toasts.dismiss(group.toastId);
      }
      showPending();
    }

    async function run(group: Group): Promise<void> {
      group.isUnderWay = true;
      toasts.dismiss(group.toastId);
      const failures = (
        await fewAtATime([...group.left.values()], ({ id, version }) => api.deleteBreakpoint(id, version))
      )
        // Somebody else was faster: what was wanted is the case.
        .filter(({ error }) => !(error instanceof ApiError && error.status === 404));
      if (failures.length > 0) {
        const text = refusedChanges(failures, 'deleted');
        toasts.show({ id: group.toastId, tone: 'failure', text });
      }
      await client.invalidateQueries({ queryKey: ['breakpoints'] });
      groups.current.delete(group);
      showPending();
    }

    function schedule(breakpoints: readonly BreakpointResource[]): void {
      const fresh = breakpoints.filter(({ id }) => ![...groups.current].some(({ left }) => left.has(id)));
      const [first] = fresh;
      if (first === undefined) return;
      const group: Group = {
        left: new Map(fresh.map((breakpoint) => [breakpoint.id, breakpoint])),
        timer: setTimeout(() => void run(group), UNDO_MS),
        endsAtMs: performance.now() + UNDO_MS,
        toastId: `delete-${first.id}`,
        isUnderWay: false,
      };
      groups.current.add(group);
      showPending();
      announce(group);
    }

    return { schedule, undo };
  }, [client, showPending, toasts]);

  useEffect(() => {
    const known = groups.current;
    const deleteNow = (): void => {
      for (const { left, timer } of known) {
        clearTimeout(timer);
        for (const { id, version } of left.values()) {
          void api.deleteBreakpoint(id, version, true).catch(() => undefined);
        }
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
