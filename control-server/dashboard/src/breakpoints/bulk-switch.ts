import { useQueryClient } from '@tanstack/react-query';
import type { BreakpointResource } from '../../../../src/protocol/api.ts';
import { api } from '../api-client.ts';
import { breakpointsQuery } from '../queries.ts';
import type { ServiceAddress } from '../routes.ts';
import { countOf } from '../../../wording/quantity.ts';
import { useToasts } from '../ui/toasts.tsx';
import { fewAtATime } from './few-at-a-time.ts';
import { refusedChanges } from './refused-changes.ts';

/** Switches several breakpoints: shown at once, taken back where the server refuses, and undone with one click. */
export function useBulkSwitch(
  service: ServiceAddress,
): (breakpoints: readonly BreakpointResource[], enabled: boolean) => Promise<void> {
  const client = useQueryClient();
  const toasts = useToasts();
  const { queryKey } = breakpointsQuery(service);

  const show = (breakpoints: readonly BreakpointResource[]): void => {
    const shown = new Map(breakpoints.map((breakpoint) => [breakpoint.id, breakpoint]));
    client.setQueryData<readonly BreakpointResource[]>(queryKey, (list) =>
      list?.map((known) => shown.get(known.id) ?? known),
    );
  };

  /** @param isUndo only what is still as it was left: what somebody else has changed since is theirs */
  async function switchAll(
    breakpoints: readonly BreakpointResource[],
    enabled: boolean,
    isUndo: boolean,
  ): Promise<void> {
    if (breakpoints.length === 0) return;
    await client.cancelQueries({ queryKey });
    show(breakpoints.map((breakpoint) => ({ ...breakpoint, enabled })));
    const changed: BreakpointResource[] = [];
    const failures = await fewAtATime(breakpoints, async ({ id, version }) => {
      changed.push(await api.switchBreakpoint(id, enabled, isUndo ? version : undefined));
    });
    show([...changed, ...failures.map(({ item }) => item)]);
    const state = enabled ? 'on' : 'off';
    if (changed.length > 0) {
      toasts.show({
        id: 'bulk-switch',
        tone: 'plain',
        text: `${countOf(changed.length, 'breakpoint')} switched ${isUndo ? 'back ' : ''}${state}.`,
        ...(isUndo ? {} : { action: { label: 'Undo', run: () => void switchAll(changed, !enabled, true) } }),
      });
    }
    if (failures.length > 0) {
      toasts.show({
        id: 'bulk-switch-failed',
        tone: 'failure',
        text: refusedChanges(failures, `switched ${isUndo ? 'back ' : ''}${state}`),
      });
    }
    await Promise.all([
      client.invalidateQueries({ queryKey: ['breakpoints'] }),
      client.invalidateQueries({ queryKey: ['services'] }),
    ]);
  }

  return (breakpoints, enabled) =>
    switchAll(
      breakpoints.filter((breakpoint) => breakpoint.enabled !== enabled),
      enabled,
      false,
    );
}
