import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult } from '@tanstack/react-query';
import type { KillSwitch, KillSwitchChange } from '../../../../src/protocol/api.ts';
import { api } from '../api-client.ts';
import { killSwitchesQuery } from '../queries.ts';
import { failureText } from '../ui/notice.tsx';
import { useToasts } from '../ui/toasts.tsx';
import { withSwitch } from './stop-target.ts';

/**
 * Turns kill switches on or off. Never optimistic: "stopped" is said only once the server has said so, and a failure
 * stays on the screen.
 */
export function useKillSwitchChange(): UseMutationResult<
  readonly KillSwitch[],
  Error,
  readonly KillSwitchChange[]
> {
  const client = useQueryClient();
  const toasts = useToasts();
  return useMutation({
    mutationFn: (changes) => Promise.all(changes.map((change) => api.setKillSwitch(change))),
    onSuccess: (changed) => {
      client.setQueryData<readonly KillSwitch[]>(killSwitchesQuery.queryKey, (known = []) =>
        changed.reduce(withSwitch, known),
      );
    },
    onError: (error, changes) => {
      const what = changes.every((change) => change.on)
        ? 'Capture was not stopped.'
        : 'Capture is still stopped.';
      toasts.show({ id: 'kill-switch', tone: 'failure', text: `${what} ${failureText(error)}` }, 30_000);
    },
    onSettled: () =>
      Promise.all(
        ['kill-switch', 'services', 'agents'].map((topic) => client.invalidateQueries({ queryKey: [topic] })),
      ),
  });
}
