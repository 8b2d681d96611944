import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { Webhook, WebhookEvent } from '../../../../src/protocol/api-webhooks.ts';
import { ApiError } from '../api-request.ts';
import { SecretDialog } from '../secrets/secret-dialog.tsx';
import { DialogForm } from '../ui/dialog-form.tsx';
import { TextField } from '../ui/field.tsx';
import { failureText } from '../ui/failure-text.ts';
import { EVENTS } from './webhook-words.ts';
import { webhooks } from './webhooks-api.ts';

/** Makes a webhook and shows its secret, or changes one. */
export function WebhookForm({
  webhook,
  onClose,
}: {
  readonly webhook: Webhook | null;
  readonly onClose: () => void;
}): ReactElement {
  const client = useQueryClient();
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [events, setEvents] = useState<readonly WebhookEvent[]>(webhook?.events ?? ['kill_switch']);
  const save = useMutation({
    mutationFn: async (): Promise<string | null> => {
      if (webhook !== null) {
        await webhooks.change(webhook, { url: url.trim(), events });
        return null;
      }
      return (await webhooks.create({ url: url.trim(), events })).secret;
    },
    onSuccess: async (secret) => {
      await client.invalidateQueries({ queryKey: ['webhooks'] });
      if (secret === null) onClose();
    },
  });
  if (typeof save.data === 'string') {
    return (
      <SecretDialog title="Secret of the new webhook" secret={save.data} noun="secret" onClose={onClose}>
        <p className="field-hint">The receiver checks with it that a delivery comes from this server.</p>
      </SecretDialog>
    );
  }
  const title = webhook === null ? 'New webhook' : 'Change the webhook';
  const isUrlRefused = save.error instanceof ApiError && save.error.field === 'url';
  return (
    <DialogForm
      title={title}
      submitLabel={webhook === null ? 'Create webhook' : 'Save'}
      busyLabel="Saving…"
      isBusy={save.isPending}
      isIncomplete={events.length === 0}
      error={isUrlRefused ? null : save.error}
      submitTestId="save-webhook"
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <TextField
        label="Address"
        type="url"
        mono
        required
        autoFocus
        maxLength={2_000}
        placeholder="https://hooks.example.com/stillframe"
        hint="http or https, on the public internet, unless the server was started to allow others."
        problem={isUrlRefused ? failureText(save.error) : undefined}
        value={url}
        onChange={(event) => {
          save.reset();
          setUrl(event.currentTarget.value);
        }}
      />
      <fieldset className="choices">
        <legend>Told when</legend>
        {EVENTS.map(([event, words]) => (
          <label key={event}>
            <input
              type="checkbox"
              checked={events.includes(event)}
              onChange={({ currentTarget }) =>
                setEvents(
                  currentTarget.checked ? [...events, event] : events.filter((other) => other !== event),
                )
              }
            />
            {words}
          </label>
        ))}
      </fieldset>
    </DialogForm>
  );
}
