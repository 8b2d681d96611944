import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../api-client.ts';
import type { ServiceAddress } from '../routes.ts';
import { failureText } from '../ui/failure-text.ts';
import { useToasts } from '../ui/toasts.tsx';
import { EMPTY_DRAFT, newBreakpointOf } from '../breakpoints/breakpoint-draft.ts';

/** Sets a breakpoint at a line, `src/order.ts:42`, with the limits that the form begins with. */
export function useSetBreakpoint(service: ServiceAddress): {
  readonly set: (at: string) => void;
  readonly isBusy: boolean;
} {
  const client = useQueryClient();
  const toasts = useToasts();
  const { mutate, isPending } = useMutation({
    mutationFn: (at: string) =>
      api.createBreakpoint(newBreakpointOf({ ...EMPTY_DRAFT, place: 'line', line: at }, service, Date.now())),
    onSuccess: () => client.invalidateQueries({ queryKey: ['breakpoints'] }),
    onError: (error, at) =>
      toasts.show({
        id: `set-${at}`,
        tone: 'failure',
        text: `No breakpoint was set at ${at}. ${failureText(error)}`,
      }),
  });
  return { set: mutate, isBusy: isPending };
}
