import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { SdkKey } from '../../../../src/protocol/api.ts';
import { api } from '../api-client.ts';
import { useMayAdminister } from '../session/session-gate.tsx';
import { Button } from '../ui/button.tsx';
import { Chip, Status } from '../ui/chip.tsx';
import { Age } from '../ui/clock.tsx';
import { Confirmation } from '../ui/modal.tsx';

/** Every key; those that work first, the newest first among them. */
export function KeysTable({ keys }: { readonly keys: readonly SdkKey[] }): ReactElement {
  const [toRevoke, setToRevoke] = useState<SdkKey | null>(null);
  const sorted = keys.toSorted(
    (a, b) =>
      Number(a.revokedAt !== null) - Number(b.revokedAt !== null) || b.createdAt.localeCompare(a.createdAt),
  );
  return (
    <>
      <table className="table" data-testid="keys-table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">State</th>
            <th scope="col">Key</th>
            <th scope="col">Service</th>
            <th scope="col">Last used</th>
            <th scope="col">Created</th>
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((key) => (
            <KeyRow key={key.id} sdkKey={key} onRevoke={() => setToRevoke(key)} />
          ))}
        </tbody>
      </table>
      {toRevoke !== null && <RevokeQuestion sdkKey={toRevoke} onClose={() => setToRevoke(null)} />}
    </>
  );
}

function KeyRow({
  sdkKey,
  onRevoke,
}: {
  readonly sdkKey: SdkKey;
  readonly onRevoke: () => void;
}): ReactElement {
  const mayAdminister = useMayAdminister();
  return (
    <tr data-testid="key-row" className={sdkKey.revokedAt === null ? undefined : 'row-past'}>
      <th scope="row" className="cell-main">
        {sdkKey.name} <Chip>{sdkKey.environment}</Chip>
      </th>
      <td data-label="State">
        {sdkKey.revokedAt === null ? (
          <Status tone="ok">Valid</Status>
        ) : (
          <Status tone="neutral">
            Revoked <Age instant={sdkKey.revokedAt} />
          </Status>
        )}
      </td>
      <td data-label="Key">
        <code className="muted">sf_{sdkKey.id}_…</code>
      </td>
      <td data-label="Service">{sdkKey.serviceName ?? <span className="muted">any</span>}</td>
      <td data-label="Last used" className="muted">
        {sdkKey.lastUsedAt === null ? 'never' : <Age instant={sdkKey.lastUsedAt} />}
      </td>
      <td data-label="Created" className="muted">
        <Age instant={sdkKey.createdAt} />
      </td>
      <td className="cell-actions">
        {mayAdminister && sdkKey.revokedAt === null && (
          <Button tone="quiet" onClick={onRevoke} data-testid="revoke-key">
            Revoke…
          </Button>
        )}
      </td>
    </tr>
  );
}

function RevokeQuestion({
  sdkKey,
  onClose,
}: {
  readonly sdkKey: SdkKey;
  readonly onClose: () => void;
}): ReactElement {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => api.revokeKey(sdkKey.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['keys'] });
      onClose();
    },
  });
  return (
    <Confirmation
      open
      onCancel={onClose}
      onConfirm={() => revoke.mutate()}
      title={`Revoke “${sdkKey.name}”?`}
      confirmLabel={revoke.isPending ? 'Revoking…' : 'Revoke key'}
      isBusy={revoke.isPending}
      error={revoke.error}
      testId="revoke-dialog"
    >
      <p>
        Agents that use it are disconnected at once and stop capturing. The services themselves run on. This
        cannot be undone.
      </p>
    </Confirmation>
  );
}
