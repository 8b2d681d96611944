import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult } from '@tanstack/react-query';
import type { KillSwitch, KillSwitchChange } from '../../../../src/protocol/api.ts';
import { api } from '../api-client.ts';
import { killSwitchesQuery } from '../queries.ts';
import { failureText } from '../ui/failure-text.ts';
import { useToasts } from '../ui/toasts.tsx';
import { withSwitch } from './stop-target.ts';

type KillSwitchMutation = UseMutationResult<readonly KillSwitch[], Error, readonly KillSwitchChange[]>;

const FAILURE_TOAST = 'kill-switch';
const FAILURE_MS = 30_000;

/**
 * Turns kill switches on or off. Never optimistic: "stopped" is said only once the server has said so, and a failure
 * stays on the screen.
 */
export function useKillSwitchChange(): KillSwitchMutation {
  const client = useQueryClient();
  const toasts = useToasts();
  const mutation: KillSwitchMutation = useMutation({
    mutationFn: (changes: readonly KillSwitchChange[]) =>
      Promise.all(changes.map((change) => api.setKillSwitch(change))),
    onSuccess: (changed) => {
      toasts.dismiss(FAILURE_TOAST);
      client.setQueryData<readonly KillSwitch[]>(killSwitchesQuery.queryKey, (known = []) =>
        changed.reduce(withSwitch, known),
      );
    },
    onError: (error, changes) => {
      const what = changes.every((change) => change.on)
        ? 'Capture was not stopped.'
        : 'Capture is still stopped.';
      toasts.show(
        {
          id: FAILURE_TOAST,
          tone: 'failure',
          text: `${what} ${failureText(error)}`,
          action: { label: 'Try again', run: () => mutation.mutate(changes) },
        },
        FAILURE_MS,
      );
    },
    onSettled: () => {
      // Not waited for: while the server is away the button must be ready for the next attempt.
      for (const topic of ['kill-switch', 'services', 'agents']) {
        void client.invalidateQueries({ queryKey: [topic] });
      }
    },
  });
  return mutation;
}
