import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { SnapshotResource } from '../../../../src/protocol/api.ts';
import { codePath } from '../code/code-place.ts';
import { snapshotQuery } from '../queries.ts';
import { servicePath } from '../routes.ts';
import { Crumbs, Page, usePageTitle } from '../shell/page.tsx';
import { countOf } from '../../../wording/quantity.ts';
import { useMedia } from '../ui/media.ts';
import { Skeleton } from '../ui/notice.tsx';
import { CallStack } from './call-stack.tsx';
import { DetailsList } from './details-list.tsx';
import { FlagsList } from './flags-list.tsx';
import { RawJson } from './raw-json.tsx';
import { RequestFacts } from './request-facts.tsx';
import { Section } from './section.tsx';
import { snapshotName } from '../../../wording/snapshot-name.ts';
import { SnapshotProblem } from './snapshot-problem.tsx';
import { SnapshotHead } from './snapshot-head.tsx';
import { SourceAround } from './source-around.tsx';
import { ExpressionResults, Variables } from './variables.tsx';

/** Where there is one column instead of two. The same width is in the style sheets. */
const ONE_COLUMN = '(max-width: 1000px)';

/** `/snapshots/:id`: one captured moment, and everything that is known about it. */
export function SnapshotPage({ id }: { readonly id: string }): ReactElement {
  const query = useQuery(snapshotQuery(id));
  usePageTitle(query.data === undefined ? 'Snapshot' : snapshotName(query.data));
  if (query.data !== undefined) return <SnapshotContent snapshot={query.data} />;
  if (query.isError) return <SnapshotProblem error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Page>
      <Crumbs crumbs={[{ label: 'Services', href: '/' }]} />
      <Skeleton lines={12} />
    </Page>
  );
}

function SnapshotContent({ snapshot }: { readonly snapshot: SnapshotResource }): ReactElement {
  const service = { environment: snapshot.environment ?? 'default', serviceName: snapshot.serviceName };
  const { requestContext, securityFlags } = snapshot;
  const isOneColumn = useMedia(ONE_COLUMN);
  const stack = snapshot.mode === 'snapshot' && (
    <Section title="Call stack" id="stack" note={countOf(snapshot.frames.length, 'frame')}>
      <CallStack
        frames={snapshot.frames}
        text={snapshot.stackTrace}
        hrefOf={({ filePath, lineNumber }) =>
          codePath(service, { file: filePath, line: lineNumber, instance: null })
        }
      />
    </Section>
  );
  return (
    <Page>
      <Crumbs
        crumbs={[
          { label: 'Services', href: '/' },
          { label: snapshot.serviceName, href: servicePath(service) },
        ]}
      />
      <SnapshotHead snapshot={snapshot} service={service} />
      <div className="snapshot-columns">
        <div className="snapshot-main">
          {snapshot.mode === 'snapshot' && <Variables snapshot={snapshot} />}
          {snapshot.expressionResults !== null && <ExpressionResults results={snapshot.expressionResults} />}
          {isOneColumn && stack}
          <SourceAround snapshot={snapshot} service={service} />
          {requestContext !== null && (
            <Section title="Request" id="request">
              <RequestFacts request={requestContext} />
            </Section>
          )}
        </div>
        <aside className="snapshot-side" aria-label="About this snapshot">
          {!isOneColumn && stack}
          <Section title="Details" id="details">
            <DetailsList snapshot={snapshot} />
          </Section>
          <Section title="Security flags" id="flags" note={String(securityFlags.length)}>
            <FlagsList flags={securityFlags} isScrubbed={snapshot.scrubbed !== null} />
          </Section>
        </aside>
        <div className="snapshot-main">
          <Section title="Raw JSON" id="raw">
            <RawJson snapshot={snapshot} />
          </Section>
        </div>
      </div>
    </Page>
  );
}
