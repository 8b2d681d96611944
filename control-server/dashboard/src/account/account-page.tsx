import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { OwnAccount, SessionResource } from '../../../../src/protocol/api-people.ts';
import type { ResourceQuery } from '../queries.ts';
import { useMayAdminister, useMe } from '../session/session-gate.tsx';
import { Page, usePageTitle } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { FailureNotice, Skeleton } from '../ui/notice.tsx';
import { account } from './account-api.ts';
import { ChangePassword } from './change-password.tsx';
import { SessionsTable } from './sessions-table.tsx';
import { TokensSection } from './tokens-section.tsx';

const sessionsQuery: ResourceQuery<readonly SessionResource[]> = {
  queryKey: ['sessions'],
  queryFn: ({ signal }) => account.sessions(signal),
};

const ownQuery: ResourceQuery<OwnAccount | null> = {
  queryKey: ['own-account'],
  queryFn: ({ signal }) => account.own(signal),
};

/** `/account`: one's own tokens, the browsers in which one is signed in, and the password. */
export function AccountPage(): ReactElement {
  usePageTitle('Account');
  const me = useMe();
  const mayAdminister = useMayAdminister();
  const own = useQuery(ownQuery);
  const sessions = useQuery(sessionsQuery);
  const [isChangingPassword, setIsChangingPassword] = useState(false);
  // The login link of the demo signs in without an account.
  const hasAccount = own.data !== null;
  return (
    <Page>
      <div className="page-head">
        <h1 className="page-title">{me.name}</h1>
        <Chip>{me.role}</Chip>
        <span className="spacer" />
        {own.data?.signIn === 'password' && (
          <Button onClick={() => setIsChangingPassword(true)} data-testid="change-password">
            Change password…
          </Button>
        )}
      </div>
      {own.data?.signIn === 'oidc' && (
        <p className="page-lead" data-testid="signs-in-by-provider">
          You sign in at your identity provider: there is no password here to change.
        </p>
      )}
      {own.isError && <FailureNotice error={own.error} onRetry={() => void own.refetch()} />}
      {!hasAccount && (
        <p className="page-lead">
          You are signed in by a link of this server, without an account. Tokens and sessions belong to
          accounts; administrators make them under Users.
        </p>
      )}
      {(hasAccount || mayAdminister) && <TokensSection hasAccount={hasAccount} />}
      {hasAccount && (
        <section className="page-section" aria-labelledby="sessions-title">
          <div className="page-head">
            <h2 id="sessions-title" className="section-title">
              Signed in
            </h2>
          </div>
          {sessions.data !== undefined ? (
            <SessionsTable sessions={sessions.data} />
          ) : sessions.isError ? (
            <FailureNotice error={sessions.error} onRetry={() => void sessions.refetch()} />
          ) : (
            <Skeleton lines={3} />
          )}
        </section>
      )}
      {isChangingPassword && <ChangePassword onClose={() => setIsChangingPassword(false)} />}
    </Page>
  );
}
