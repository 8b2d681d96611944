import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type {
  InvitedUser,
  PersonRole,
  UserPatch,
  UserResource,
} from '../../../../src/protocol/api-people.ts';
import { administration } from '../administration/administration-api.ts';
import { useMe } from '../session/session-gate.tsx';
import { Button } from '../ui/button.tsx';
import { Chip, Status } from '../ui/chip.tsx';
import { Age } from '../ui/clock.tsx';
import { Modal } from '../ui/modal.tsx';
import { failureText } from '../ui/failure-text.ts';
import { useToasts } from '../ui/toasts.tsx';
import { InvitationLink } from './invitation-link.tsx';
import { RemoveUser } from './remove-user.tsx';
import { TableHead } from '../ui/table-head.tsx';

const ROLES: readonly PersonRole[] = ['viewer', 'operator', 'admin'];
const SIGN_IN_WORDS = {
  password: 'password',
  oidc: 'your organisation',
  invited: 'link, not used yet',
} as const;

/** Every account, by name. */
export function UsersTable({ users }: { readonly users: readonly UserResource[] }): ReactElement {
  const [invited, setInvited] = useState<InvitedUser | null>(null);
  const [toRemove, setToRemove] = useState<UserResource | null>(null);
  const sorted = users.toSorted((a, b) => a.name.localeCompare(b.name));
  return (
    <>
      {users.length === 0 ? (
        <p className="muted">There are no accounts: the demo and the local token need none.</p>
      ) : (
        <table className="table" data-testid="users-table">
          <TableHead columns={['Name', 'Role', 'State', 'Signs in by', 'Last sign-in']} hasActions />
          <tbody>
            {sorted.map((user) => (
              <UserRow key={user.id} user={user} onInvited={setInvited} onRemove={() => setToRemove(user)} />
            ))}
          </tbody>
        </table>
      )}
      {invited !== null && (
        <Modal
          open
          onClose={() => setInvited(null)}
          title={`Link for ${invited.user.name}`}
          keepOnOutsideClick
        >
          <InvitationLink invited={invited} onDone={() => setInvited(null)} />
        </Modal>
      )}
      {toRemove !== null && <RemoveUser user={toRemove} onClose={() => setToRemove(null)} />}
    </>
  );
}

function UserRow({
  user,
  onInvited,
  onRemove,
}: {
  readonly user: UserResource;
  readonly onInvited: (invited: InvitedUser) => void;
  readonly onRemove: () => void;
}): ReactElement {
  const isMe = useMe().name === user.name;
  const client = useQueryClient();
  const toasts = useToasts();
  const fail = (error: Error): void =>
    toasts.show({
      id: `user-${user.id}`,
      tone: 'failure',
      text: `${user.name} is as before. ${failureText(error)}`,
    });
  const change = useMutation({
    mutationFn: (patch: UserPatch) => administration.changeUser(user.id, patch),
    onError: fail,
    onSettled: () => client.invalidateQueries({ queryKey: ['users'] }),
  });
  const invite = useMutation({
    mutationFn: () => administration.inviteUser(user.id),
    onSuccess: onInvited,
    onError: fail,
  });
  const isDisabled = user.disabledAt !== null;
  return (
    <tr data-testid="user-row" className={isDisabled ? 'row-past' : undefined}>
      <th scope="row" className="cell-main">
        {user.name} {isMe && <Chip>you</Chip>}
      </th>
      <td data-label="Role">
        <select
          className="input select"
          aria-label={`Role of ${user.name}`}
          value={user.role}
          disabled={isMe || change.isPending}
          onChange={(event) => {
            const role = ROLES.find((known) => known === event.currentTarget.value);
            if (role !== undefined) change.mutate({ role });
          }}
        >
          {ROLES.map((role) => (
            <option key={role}>{role}</option>
          ))}
        </select>
      </td>
      <td data-label="State">
        {isDisabled ? (
          <Status tone="neutral">
            Disabled <Age instant={user.disabledAt} />
          </Status>
        ) : user.signIn === 'invited' ? (
          <Status tone="warn">Invited</Status>
        ) : (
          <Status tone="ok">May sign in</Status>
        )}
      </td>
      <td data-label="Signs in by">{SIGN_IN_WORDS[user.signIn]}</td>
      <td data-label="Last sign-in" className="muted">
        {user.lastSignInAt === null ? 'never' : <Age instant={user.lastSignInAt} />}
      </td>
      <td className="cell-actions">
        {user.signIn !== 'oidc' && !isDisabled && (
          <Button
            tone="quiet"
            about={`for ${user.name}`}
            disabled={invite.isPending}
            onClick={() => invite.mutate()}
          >
            {user.signIn === 'invited' ? 'New link' : 'Password link'}
          </Button>
        )}
        {!isMe && (
          <>
            <Button
              tone="quiet"
              about={user.name}
              disabled={change.isPending}
              onClick={() => change.mutate({ disabled: !isDisabled })}
              data-testid="toggle-user"
            >
              {isDisabled ? 'Enable' : 'Disable'}
            </Button>
            <Button tone="quiet" about={user.name} onClick={onRemove}>
              Remove…
            </Button>
          </>
        )}
      </td>
    </tr>
  );
}
