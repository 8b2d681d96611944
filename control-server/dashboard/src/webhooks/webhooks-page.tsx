import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { Webhook } from '../../../../src/protocol/api-webhooks.ts';
import { AdministrationPage } from '../administration/administration-page.tsx';
import type { ResourceQuery } from '../queries.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState, FailureNotice, Skeleton } from '../ui/notice.tsx';
import { WebhookForm } from './webhook-form.tsx';
import { webhooks } from './webhooks-api.ts';
import { WebhooksTable } from './webhooks-table.tsx';

const webhooksQuery: ResourceQuery<readonly Webhook[]> = {
  queryKey: ['webhooks'],
  queryFn: ({ signal }) => webhooks.list(signal),
};

/** `/webhooks`: which programs the server tells of what happens. */
export function WebhooksPage(): ReactElement {
  const [isCreating, setIsCreating] = useState(false);
  return (
    <AdministrationPage
      title="Webhooks"
      actions={
        <Button tone="primary" icon="plus" onClick={() => setIsCreating(true)} data-testid="create-webhook">
          New webhook
        </Button>
      }
    >
      {() => (
        <>
          <p className="page-lead">
            The server tells other programs what happens: names, counts and links, never a captured value.
            Each delivery is signed.
          </p>
          <WebhookList />
          {isCreating && <WebhookForm webhook={null} onClose={() => setIsCreating(false)} />}
        </>
      )}
    </AdministrationPage>
  );
}

function WebhookList(): ReactElement {
  const list = useQuery(webhooksQuery);
  if (list.data === undefined) {
    return list.isError ? (
      <FailureNotice error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <Skeleton lines={4} />
    );
  }
  return list.data.length === 0 ? (
    <EmptyState title="No webhooks yet">
      <p>Create one to hear in a chat or a pager when a breakpoint is hit or capture is stopped.</p>
    </EmptyState>
  ) : (
    <WebhooksTable list={list.data} />
  );
}
