import { useQuery } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import type { SnapshotResource } from '../../../../src/protocol/api.ts';
import type { CutReason } from '../../../../src/protocol/value-mark.ts';
import { serviceSettingsQuery, settingsQuery } from '../queries.ts';
import { traceLink } from './trace-link.ts';
import { formatBytes, formatCount } from '../../../wording/quantity.ts';
import { formatInstant } from '../../../wording/time.ts';
import { reasonWords } from '../../../wording/missing-words.ts';

/** Where the snapshot comes from and what became of it. */
export function DetailsList({ snapshot }: { readonly snapshot: SnapshotResource }): ReactElement {
  const cuts = Object.entries(snapshot.truncated) as [CutReason, number][];
  return (
    <dl className="pairs">
      <Detail name="Service">{snapshot.serviceName}</Detail>
      <Detail name="Environment">{snapshot.environment}</Detail>
      <Detail name="Label">{snapshot.label}</Detail>
      <Detail name="Host">{snapshot.host}</Detail>
      <Detail name="Instance" isCode>
        {snapshot.instanceId}
      </Detail>
      <Detail name="Release">{snapshot.release}</Detail>
      <Detail name="Commit" isCode>
        {snapshot.commit}
      </Detail>
      <Detail name="Captured">{formatInstant(snapshot.capturedAt)}</Detail>
      <Detail name="Received">{formatInstant(snapshot.receivedAt)}</Detail>
      {snapshot.traceId !== null && (
        <Detail name="Trace" isCode>
          <Trace snapshot={snapshot} />
        </Detail>
      )}
      <Detail name="Span" isCode>
        {snapshot.spanId}
      </Detail>
      <Detail name="Size">{formatBytes(snapshot.sizeBytes)}</Detail>
      <Detail name="Not captured">
        {cuts.length === 0
          ? null
          : cuts.map(([reason, count]) => (
              <span key={reason} className="cut-line">
                {formatCount(count)} × {reasonWords(reason)}
              </span>
            ))}
      </Detail>
      <Detail name="Scrubbed">
        {snapshot.scrubbed === null
          ? 'by the server'
          : `in the process (scrubber ${snapshot.scrubbed.version})`}
      </Detail>
      <Detail name="Snapshot" isCode>
        {snapshot.id}
      </Detail>
    </dl>
  );
}

function Trace({ snapshot }: { readonly snapshot: SnapshotResource }): ReactElement {
  const { serviceName, traceId, spanId } = snapshot;
  const { data: settings } = useQuery(settingsQuery);
  const { data: ofService } = useQuery(serviceSettingsQuery(serviceName));
  const template = ofService?.traceLinkTemplate ?? settings?.traceLinkTemplate ?? null;
  const address = traceLink(template, traceId ?? '', spanId);
  if (address === null) return <>{traceId}</>;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer" data-testid="trace-link">
      {traceId}
    </a>
  );
}

function Detail({
  name,
  isCode = false,
  children,
}: {
  readonly name: string;
  readonly isCode?: boolean;
  readonly children: ReactNode;
}): ReactElement | null {
  if (children === null || children === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd className={isCode ? 'mono break-anywhere' : 'break-anywhere'}>{children}</dd>
    </div>
  );
}
