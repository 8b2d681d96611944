import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { Webhook } from '../../../../src/protocol/api-webhooks.ts';
import { Button } from '../ui/button.tsx';
import { Status } from '../ui/chip.tsx';
import { Age } from '../ui/clock.tsx';
import { Modal } from '../ui/modal.tsx';
import { failureText } from '../ui/failure-text.ts';
import { FailureNotice, Skeleton } from '../ui/notice.tsx';
import { deliveryWords, EVENTS } from './webhook-words.ts';
import { webhooks } from './webhooks-api.ts';
import { TableHead } from '../ui/table-head.tsx';

/** No hint says how a delivery went. */
const REFRESH_MS = 2_000;

/** How the last deliveries of a webhook went, and one to try it out. */
export function DeliveriesList({
  webhook,
  onClose,
}: {
  readonly webhook: Webhook;
  readonly onClose: () => void;
}): ReactElement {
  const client = useQueryClient();
  const queryKey = ['webhooks', webhook.id, 'deliveries'];
  const deliveries = useQuery({
    queryKey,
    queryFn: ({ signal }) => webhooks.deliveries(webhook.id, signal),
    refetchInterval: REFRESH_MS,
    staleTime: 0,
  });
  const test = useMutation({
    mutationFn: () => webhooks.test(webhook.id),
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
  return (
    <Modal open onClose={onClose} title="Deliveries" wide>
      <p className="modal-text mono break-anywhere">{webhook.url}</p>
      {deliveries.data === undefined ? (
        deliveries.isError ? (
          <FailureNotice error={deliveries.error} onRetry={() => void deliveries.refetch()} />
        ) : (
          <Skeleton lines={3} />
        )
      ) : deliveries.data.length === 0 ? (
        <p className="muted">Nothing was delivered yet.</p>
      ) : (
        <div className="modal-scroll" tabIndex={0} role="region" aria-label="Last deliveries">
          <table className="table" data-testid="deliveries">
            <TableHead columns={['When', 'What', 'How it went']} />
            <tbody>
              {deliveries.data.map((delivery) => {
                const { tone, words } = deliveryWords(delivery);
                return (
                  <tr key={delivery.id}>
                    <th scope="row" className="muted">
                      <Age instant={delivery.createdAt} />
                    </th>
                    <td data-label="What">
                      {EVENTS.find(([event]) => event === delivery.event)?.[1] ?? 'Test'}
                    </td>
                    <td data-label="How it went">
                      <Status tone={tone}>{words}</Status>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {test.isError && (
        <p className="field-problem" role="alert">
          {failureText(test.error)}
        </p>
      )}
      <div className="modal-actions">
        <Button disabled={test.isPending} onClick={() => test.mutate()} data-testid="test-webhook">
          Send a test
        </Button>
        <Button tone="primary" onClick={onClose}>
          Close
        </Button>
      </div>
    </Modal>
  );
}
