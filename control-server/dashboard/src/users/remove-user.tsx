import type { ReactElement } from 'react';
import type { UserResource } from '../../../../src/protocol/api-people.ts';
import { administration } from '../administration/administration-api.ts';
import { Removal } from '../ui/removal.tsx';

/** Asks before an account is removed. */
export function RemoveUser({
  user,
  onClose,
}: {
  readonly user: UserResource;
  readonly onClose: () => void;
}): ReactElement {
  return (
    <Removal
      title={`Remove ${user.name}?`}
      confirmLabel="Remove account"
      busyLabel="Removing…"
      remove={() => administration.removeUser(user.id)}
      queryKey={['users']}
      testId="remove-user-dialog"
      onClose={onClose}
    >
      <p>
        Sessions and tokens of this account end at once. What it did stays in the audit. To keep the account
        for later, disable it instead.
      </p>
    </Removal>
  );
}
