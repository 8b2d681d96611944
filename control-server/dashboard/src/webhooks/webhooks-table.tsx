import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { Webhook } from '../../../../src/protocol/api-webhooks.ts';
import { RotateSecret } from '../secrets/rotate-secret.tsx';
import { countOf } from '../../../wording/quantity.ts';
import { Button } from '../ui/button.tsx';
import { Status } from '../ui/chip.tsx';
import { Age } from '../ui/clock.tsx';
import { Toggle } from '../ui/field.tsx';
import { failureText } from '../ui/failure-text.ts';
import { Removal } from '../ui/removal.tsx';
import { useToasts } from '../ui/toasts.tsx';
import { DeliveriesList } from './deliveries-list.tsx';
import { WebhookForm } from './webhook-form.tsx';
import { EVENTS, webhookWords } from './webhook-words.ts';
import { webhooks } from './webhooks-api.ts';
import { TableHead } from '../ui/table-head.tsx';

type Question = {
  readonly kind: 'edit' | 'deliveries' | 'rotate' | 'delete';
  readonly webhook: Webhook;
} | null;

/** Every webhook, the oldest first. */
export function WebhooksTable({ list }: { readonly list: readonly Webhook[] }): ReactElement {
  const [question, setQuestion] = useState<Question>(null);
  const close = (): void => setQuestion(null);
  return (
    <>
      <table className="table" data-testid="webhooks-table">
        <TableHead columns={['On', 'Address', 'Told when', 'State', 'Created']} hasActions />
        <tbody>
          {list
            .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))
            .map((webhook) => (
              <WebhookRow
                key={webhook.id}
                webhook={webhook}
                onAsk={(kind) => setQuestion({ kind, webhook })}
              />
            ))}
        </tbody>
      </table>
      {question?.kind === 'edit' && <WebhookForm webhook={question.webhook} onClose={close} />}
      {question?.kind === 'deliveries' && <DeliveriesList webhook={question.webhook} onClose={close} />}
      {question?.kind === 'rotate' && (
        <RotateSecret
          noun="secret"
          name={hostOf(question.webhook)}
          atOnce="deliveries are signed with the new one only"
          rotate={(graceSeconds) => webhooks.rotateSecret(question.webhook.id, graceSeconds)}
          queryKey={['webhooks']}
          onClose={close}
        />
      )}
      {question?.kind === 'delete' && (
        <Removal
          title={`Delete the webhook to ${hostOf(question.webhook)}?`}
          confirmLabel="Delete webhook"
          busyLabel="Deleting…"
          remove={() => webhooks.remove(question.webhook.id)}
          queryKey={['webhooks']}
          testId="delete-webhook-dialog"
          onClose={close}
        >
          <p>What waits to be delivered is not delivered any more.</p>
        </Removal>
      )}
    </>
  );
}

function WebhookRow({
  webhook,
  onAsk,
}: {
  readonly webhook: Webhook;
  readonly onAsk: (kind: NonNullable<Question>['kind']) => void;
}): ReactElement {
  const client = useQueryClient();
  const toasts = useToasts();
  const host = hostOf(webhook);
  const about = `webhook to ${webhook.url}`;
  const state = webhookWords(webhook);
  const toggle = useMutation({
    mutationFn: (enabled: boolean) => webhooks.change(webhook, { enabled }),
    onError: (error) =>
      toasts.show({
        id: `webhook-${webhook.id}`,
        tone: 'failure',
        text: `The webhook to ${host} is as before. ${failureText(error)}`,
      }),
    onSettled: () => client.invalidateQueries({ queryKey: ['webhooks'] }),
  });
  return (
    <tr data-testid="webhook-row">
      <td className="cell-toggle">
        <Toggle
          label={`Webhook to ${webhook.url} enabled`}
          hideLabel
          checked={webhook.enabled}
          disabled={toggle.isPending}
          onChange={(enabled) => toggle.mutate(enabled)}
        />
      </td>
      <th scope="row" className="cell-main">
        <span className="mono break-anywhere">{webhook.url}</span>
      </th>
      <td data-label="Told when">
        {EVENTS.filter(([event]) => webhook.events.includes(event)).map(([event, words]) => (
          <span key={event} className="webhook-event">
            {words}
          </span>
        ))}
      </td>
      <td data-label="State">
        <Status tone={state.tone}>{state.words}</Status>
        {webhook.droppedDeliveries > 0 && (
          <span className="sub-line">
            {countOf(webhook.droppedDeliveries, 'delivery', 'deliveries')} dropped: too many waited
          </span>
        )}
      </td>
      <td data-label="Created" className="muted">
        <Age instant={webhook.createdAt} /> by {webhook.createdBy}
      </td>
      <td className="cell-actions">
        <Button
          tone="quiet"
          about={about}
          onClick={() => onAsk('deliveries')}
          data-testid="webhook-deliveries"
        >
          Deliveries…
        </Button>
        <Button tone="quiet" about={about} onClick={() => onAsk('edit')}>
          Change…
        </Button>
        <Button tone="quiet" about={about} onClick={() => onAsk('rotate')}>
          Rotate…
        </Button>
        <Button tone="quiet" about={about} onClick={() => onAsk('delete')}>
          Delete…
        </Button>
      </td>
    </tr>
  );
}

function hostOf({ url }: Webhook): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
