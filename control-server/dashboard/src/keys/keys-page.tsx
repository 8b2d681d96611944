import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { keysQuery } from '../queries.ts';
import { useMayAdminister } from '../session/session-gate.tsx';
import { Page, usePageTitle } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState, FailureNotice, Skeleton } from '../ui/notice.tsx';
import { CreateKey } from './create-key.tsx';
import { KeysTable } from './keys-table.tsx';

/** `/keys`: the keys that agents show to the server. */
export function KeysPage(): ReactElement {
  usePageTitle('Keys');
  const keys = useQuery(keysQuery);
  const mayAdminister = useMayAdminister();
  const [isCreating, setIsCreating] = useState(false);
  return (
    <Page>
      <div className="page-head">
        <h1 className="page-title">Keys</h1>
        <span className="spacer" />
        {mayAdminister && (
          <Button tone="primary" icon="plus" onClick={() => setIsCreating(true)} data-testid="create-key">
            New key
          </Button>
        )}
      </div>
      <p className="page-lead">
        Agents show a key to the server. A key belongs to one environment, and to one service if you like;
        revoking it disconnects its agents within a second.
      </p>
      {keys.data === undefined ? (
        keys.isError ? (
          <FailureNotice error={keys.error} onRetry={() => void keys.refetch()} />
        ) : (
          <Skeleton lines={4} />
        )
      ) : keys.data.length === 0 ? (
        <EmptyState title="No keys yet">
          <p>Create one and give it to the first service.</p>
        </EmptyState>
      ) : (
        <KeysTable keys={keys.data} />
      )}
      {isCreating && <CreateKey onClose={() => setIsCreating(false)} />}
    </Page>
  );
}
