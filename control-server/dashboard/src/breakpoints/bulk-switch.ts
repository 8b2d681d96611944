import { useQueryClient } from '@tanstack/react-query';
import type { BreakpointResource } from '../../../../src/protocol/api.ts';
import { api } from '../api-client.ts';
import { breakpointsQuery } from '../queries.ts';
import type { ServiceAddress } from '../routes.ts';
import { countOf } from '../text/quantity.ts';
import { failureText } from '../ui/notice.tsx';
import { useToasts } from '../ui/toasts.tsx';
import { fewAtATime } from './few-at-a-time.ts';

/** Switches several breakpoints: shown at once, taken back where the server refuses, and undone with one click. */
export function useBulkSwitch(
  service: ServiceAddress,
): (breakpoints: readonly BreakpointResource[], enabled: boolean) => Promise<void> {
  const client = useQueryClient();
  const toasts = useToasts();
  const { queryKey } = breakpointsQuery(service);

  const show = (ids: ReadonlySet<string>, enabled: boolean): void => {
    client.setQueryData<readonly BreakpointResource[]>(queryKey, (list) =>
      list?.map((known) => (ids.has(known.id) ? { ...known, enabled } : known)),
    );
  };

  async function switchAll(ids: readonly string[], enabled: boolean, isUndo: boolean): Promise<void> {
    if (ids.length === 0) return;
    await client.cancelQueries({ queryKey });
    show(new Set(ids), enabled);
    const failures = await fewAtATime(ids, (id) => api.switchBreakpoint(id, enabled));
    const failed = new Set(failures.map(({ item }) => item));
    show(failed, !enabled);
    const changed = ids.filter((id) => !failed.has(id));
    if (changed.length > 0 && !isUndo) {
      toasts.show({
        id: 'bulk-switch',
        tone: 'plain',
        text: `${countOf(changed.length, 'breakpoint')} switched ${enabled ? 'on' : 'off'}.`,
        action: { label: 'Undo', run: () => void switchAll(changed, !enabled, true) },
      });
    }
    const [first] = failures;
    if (first !== undefined) {
      toasts.show({
        id: 'bulk-switch-failed',
        tone: 'failure',
        text: `${countOf(failures.length, 'breakpoint')} still ${enabled ? 'off' : 'on'}. ${failureText(first.error)}`,
      });
    }
    await Promise.all([
      client.invalidateQueries({ queryKey: ['breakpoints'] }),
      client.invalidateQueries({ queryKey: ['services'] }),
    ]);
  }

  return (breakpoints, enabled) =>
    switchAll(
      breakpoints.filter((breakpoint) => breakpoint.enabled !== enabled).map(({ id }) => id),
      enabled,
      false,
    );
}
