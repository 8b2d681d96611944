import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { KeyUsage } from '../../../../src/protocol/api-key-usage.ts';
import type { SdkKey } from '../../../../src/protocol/api.ts';
import { administration } from '../administration/administration-api.ts';
import { api } from '../api-client.ts';
import type { ResourceQuery } from '../queries.ts';
import { countOf, formatCount } from '../text/quantity.ts';
import { formatInstant } from '../text/time.ts';
import { Button } from '../ui/button.tsx';
import { Chip, Status } from '../ui/chip.tsx';
import { Age, useNowMs } from '../ui/clock.tsx';
import { Confirmation } from '../ui/modal.tsx';
import { keyState } from './key-state.ts';
import type { KeyState } from './key-state.ts';
import { RotateKey } from './rotate-key.tsx';

const usageQuery: ResourceQuery<readonly KeyUsage[]> = {
  queryKey: ['keys', 'usage'],
  queryFn: ({ signal }) => administration.keyUsage(signal),
};

type Question = { readonly kind: 'revoke' | 'rotate'; readonly sdkKey: SdkKey } | null;

/** Every key; those that work first, the newest first among them. */
export function KeysTable({ keys }: { readonly keys: readonly SdkKey[] }): ReactElement {
  const nowMs = useNowMs();
  const { data: usage = [] } = useQuery(usageQuery);
  const [question, setQuestion] = useState<Question>(null);
  const isPast = (key: SdkKey): boolean => keyState(key, nowMs).state !== 'valid';
  const sorted = keys.toSorted(
    (a, b) => Number(isPast(a)) - Number(isPast(b)) || b.createdAt.localeCompare(a.createdAt),
  );
  const close = (): void => setQuestion(null);
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
            <th scope="col">Today</th>
            <th scope="col">Created</th>
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((key) => (
            <KeyRow
              key={key.id}
              sdkKey={key}
              usage={usage.find(({ keyId }) => keyId === key.id)}
              onRevoke={() => setQuestion({ kind: 'revoke', sdkKey: key })}
              onRotate={() => setQuestion({ kind: 'rotate', sdkKey: key })}
            />
          ))}
        </tbody>
      </table>
      {question?.kind === 'revoke' && <RevokeQuestion sdkKey={question.sdkKey} onClose={close} />}
      {question?.kind === 'rotate' && <RotateKey sdkKey={question.sdkKey} onClose={close} />}
    </>
  );
}

function KeyRow({
  sdkKey,
  usage,
  onRevoke,
  onRotate,
}: {
  readonly sdkKey: SdkKey;
  readonly usage: KeyUsage | undefined;
  readonly onRevoke: () => void;
  readonly onRotate: () => void;
}): ReactElement {
  const state = keyState(sdkKey, useNowMs());
  return (
    <tr data-testid="key-row" className={state.state === 'valid' ? undefined : 'row-past'}>
      <th scope="row" className="cell-main">
        {sdkKey.name} <Chip>{sdkKey.environment}</Chip>
      </th>
      <td data-label="State">
        <State state={state} />
      </td>
      <td data-label="Key">
        <code className="muted">sf_{sdkKey.id}_…</code>
      </td>
      <td data-label="Service">{sdkKey.serviceName ?? <span className="muted">any</span>}</td>
      <td data-label="Last used" className="muted">
        {sdkKey.lastUsedAt === null ? 'never' : <Age instant={sdkKey.lastUsedAt} />}
      </td>
      <td data-label="Today">
        {usage === undefined ? (
          <span className="faint">–</span>
        ) : (
          <>
            {countOf(usage.snapshotsToday, 'snapshot')}
            <span className="sub-line">
              {countOf(usage.agents, 'agent')}
              {usage.refusedToday > 0 && <span>{formatCount(usage.refusedToday)} refused by a limit</span>}
            </span>
          </>
        )}
      </td>
      <td data-label="Created" className="muted">
        <Age instant={sdkKey.createdAt} />
      </td>
      <td className="cell-actions">
        {state.state === 'valid' && (
          <>
            {!state.isReplaced && (
              <Button tone="quiet" onClick={onRotate} data-testid="rotate-key">
                Rotate…
              </Button>
            )}
            <Button tone="quiet" onClick={onRevoke} data-testid="revoke-key">
              Revoke…
            </Button>
          </>
        )}
      </td>
    </tr>
  );
}

function State({ state }: { readonly state: KeyState }): ReactElement {
  if (state.state !== 'valid') {
    return (
      <Status tone="neutral">
        {state.state === 'revoked' ? 'Revoked' : 'Expired'} <Age instant={state.at} />
      </Status>
    );
  }
  if (state.until === null) return <Status tone="ok">Valid</Status>;
  return (
    <Status tone={state.isReplaced ? 'warn' : 'ok'} title={formatInstant(state.until)}>
      {state.isReplaced ? 'Replaced, works until' : 'Valid until'} {formatInstant(state.until).slice(0, 16)}
    </Status>
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
