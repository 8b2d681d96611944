import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { BreakpointResource } from '../../../../src/protocol/api.ts';
import { api } from '../api-client.ts';
import { breakpointsQuery } from '../queries.ts';
import type { ServiceAddress } from '../routes.ts';
import { failureText } from '../ui/failure-text.ts';
import { useToasts } from '../ui/toasts.tsx';
import { breakpointName } from './breakpoint-state.ts';

/** Switches a breakpoint on or off: shown at once, taken back with an explanation when the server refuses. */
export function useBreakpointSwitch(
  service: ServiceAddress,
  breakpoint: BreakpointResource,
): (enabled: boolean) => void {
  const client = useQueryClient();
  const toasts = useToasts();
  const { queryKey } = breakpointsQuery(service);

  const replace = (change: (known: BreakpointResource) => BreakpointResource): void => {
    client.setQueryData<readonly BreakpointResource[]>(queryKey, (list) =>
      list?.map((known) => (known.id === breakpoint.id ? change(known) : known)),
    );
  };
  const { mutate } = useMutation({
    mutationFn: (enabled: boolean) => api.switchBreakpoint(breakpoint.id, enabled),
    onMutate: async (enabled) => {
      await client.cancelQueries({ queryKey });
      replace((known) => ({ ...known, enabled }));
    },
    onSuccess: (changed) => replace(() => changed),
    onError: (error, enabled) => {
      replace((known) => ({ ...known, enabled: !enabled }));
      toasts.show({
        id: `switch-${breakpoint.id}`,
        tone: 'failure',
        text: `“${breakpointName(breakpoint)}” is still ${enabled ? 'off' : 'on'}. ${failureText(error)}`,
      });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['services'] }),
  });
  return mutate;
}
