import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { UserResource } from '../../../../src/protocol/api-people.ts';
import { administration } from '../administration/administration-api.ts';
import { Confirmation } from '../ui/modal.tsx';

/** Asks before an account is removed. */
export function RemoveUser({
  user,
  onClose,
}: {
  readonly user: UserResource;
  readonly onClose: () => void;
}): ReactElement {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => administration.removeUser(user.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['users'] });
      onClose();
    },
  });
  return (
    <Confirmation
      open
      onCancel={onClose}
      onConfirm={() => remove.mutate()}
      title={`Remove ${user.name}?`}
      confirmLabel={remove.isPending ? 'Removing…' : 'Remove account'}
      isBusy={remove.isPending}
      error={remove.error}
      testId="remove-user-dialog"
    >
      <p>
        Sessions and tokens of this account end at once. What it did stays in the audit. To keep the account
        for later, disable it instead.
      </p>
    </Confirmation>
  );
}
