import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { KeyUsage } from '../../../../src/protocol/api-key-usage.ts';
import type { SdkKey } from '../../../../src/protocol/api.ts';
import { administration } from '../administration/administration-api.ts';
import { api } from '../api-client.ts';
import type { ResourceQuery } from '../queries.ts';
import { RotateSecret } from '../secrets/rotate-secret.tsx';
import { SecretActions } from '../secrets/secret-actions.tsx';
import { newestValidFirst, secretState } from '../secrets/secret-state.ts';
import { SecretStatus } from '../secrets/secret-status.tsx';
import { countOf, formatCount } from '../../../wording/quantity.ts';
import { Chip, Status } from '../ui/chip.tsx';
import { Age, useNowMs } from '../ui/clock.tsx';
import { Removal } from '../ui/removal.tsx';
import { TableHead } from '../ui/table-head.tsx';

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
  const sorted = newestValidFirst(keys, nowMs);
  const close = (): void => setQuestion(null);
  return (
    <>
      <table className="table" data-testid="keys-table">
        <TableHead
          columns={['Name', 'State', 'Key', 'Service', 'Last used', 'Today', 'Created']}
          hasActions
        />
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
      {question?.kind === 'revoke' && (
        <Removal
          title={`Revoke “${question.sdkKey.name}”?`}
          confirmLabel="Revoke key"
          busyLabel="Revoking…"
          remove={() => api.revokeKey(question.sdkKey.id)}
          queryKey={['keys']}
          testId="revoke-dialog"
          onClose={close}
        >
          <p>
            Agents that use it are disconnected at once and stop capturing. The services themselves run on.
            This cannot be undone.
          </p>
        </Removal>
      )}
      {question?.kind === 'rotate' && (
        <RotateSecret
          noun="key"
          name={question.sdkKey.name}
          atOnce="its agents are disconnected at once"
          rotate={(graceSeconds) => administration.rotateKey(question.sdkKey.id, graceSeconds)}
          queryKey={['keys']}
          onClose={close}
        />
      )}
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
  const state = secretState(sdkKey, useNowMs());
  return (
    <tr data-testid="key-row" className={state.state === 'valid' ? undefined : 'row-past'}>
      <th scope="row" className="cell-main">
        {sdkKey.name} <Chip>{sdkKey.environment}</Chip>
      </th>
      <td data-label="State">
        <SecretStatus state={state} />
      </td>
      <td data-label="Key">
        <code className="muted">sf_{sdkKey.id}_…</code>
      </td>
      <td data-label="Service" data-testid="key-services">
        {sdkKey.serviceName ?? <ServicesOfKey usage={usage} />}
      </td>
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
        <SecretActions
          state={state}
          about={`key ${sdkKey.name}, sf_${sdkKey.id}`}
          onRotate={onRotate}
          onRevoke={onRevoke}
        />
      </td>
    </tr>
  );
}

/** A key of no service in particular brings each one that uses it, up to a limit. */
function ServicesOfKey({ usage }: { readonly usage: KeyUsage | undefined }): ReactElement {
  if (usage === undefined) return <span className="muted">any</span>;
  const { services, limits } = usage;
  return (
    <>
      <span className="muted">any</span>
      <span className="sub-line">
        {services < limits.services ? (
          `${formatCount(services)} of at most ${formatCount(limits.services)}`
        ) : (
          <Status tone="warn" title="One more is refused; the others go on.">
            {`all ${formatCount(limits.services)} that it may bring`}
          </Status>
        )}
      </span>
    </>
  );
}
