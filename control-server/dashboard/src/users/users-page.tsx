import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { administration } from '../administration/administration-api.ts';
import { AdministrationPage } from '../administration/administration-page.tsx';
import type { ResourceQuery } from '../queries.ts';
import type { UserResource } from '../../../../src/protocol/api-people.ts';
import { Button } from '../ui/button.tsx';
import { FailureNotice, Skeleton } from '../ui/notice.tsx';
import { InviteUser } from './invite-user.tsx';
import { UsersTable } from './users-table.tsx';

const usersQuery: ResourceQuery<readonly UserResource[]> = {
  queryKey: ['users'],
  queryFn: ({ signal }) => administration.users(signal),
};

/** `/users`: who may use the server, and what each may do. */
export function UsersPage(): ReactElement {
  const [isInviting, setIsInviting] = useState(false);
  return (
    <AdministrationPage
      title="Users"
      actions={
        <Button tone="primary" icon="plus" onClick={() => setIsInviting(true)} data-testid="invite-user">
          Invite somebody
        </Button>
      }
    >
      {() => (
        <>
          <p className="page-lead">
            Viewers look, operators also set breakpoints and stop capture, administrators do everything.
            Whoever is invited chooses a password by a link.
          </p>
          <UserList />
          {isInviting && <InviteUser onClose={() => setIsInviting(false)} />}
        </>
      )}
    </AdministrationPage>
  );
}

function UserList(): ReactElement {
  const users = useQuery(usersQuery);
  if (users.data !== undefined) return <UsersTable users={users.data} />;
  return users.isError ? (
    <FailureNotice error={users.error} onRetry={() => void users.refetch()} />
  ) : (
    <Skeleton lines={4} />
  );
}
