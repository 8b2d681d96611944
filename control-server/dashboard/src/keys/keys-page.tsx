import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { AdministrationPage } from '../administration/administration-page.tsx';
import { keysQuery } from '../queries.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState, FailureNotice, Skeleton } from '../ui/notice.tsx';
import { CreateKey } from './create-key.tsx';
import { KeysTable } from './keys-table.tsx';

/** `/keys`: the keys that agents show to the server. */
export function KeysPage(): ReactElement {
  const [isCreating, setIsCreating] = useState(false);
  return (
    <AdministrationPage
      title="Keys"
      actions={
        <Button tone="primary" icon="plus" onClick={() => setIsCreating(true)} data-testid="create-key">
          New key
        </Button>
      }
    >
      {() => (
        <>
          <p className="page-lead">
            Agents show a key to the server. A key belongs to one environment, and to one service if you like;
            revoking it disconnects its agents within a second.
          </p>
          <KeyList />
          {isCreating && <CreateKey onClose={() => setIsCreating(false)} />}
        </>
      )}
    </AdministrationPage>
  );
}

function KeyList(): ReactElement {
  const keys = useQuery(keysQuery);
  if (keys.data === undefined) {
    return keys.isError ? (
      <FailureNotice error={keys.error} onRetry={() => void keys.refetch()} />
    ) : (
      <Skeleton lines={4} />
    );
  }
  return keys.data.length === 0 ? (
    <EmptyState title="No keys yet">
      <p>Create one and give it to the first service.</p>
    </EmptyState>
  ) : (
    <KeysTable keys={keys.data} />
  );
}
