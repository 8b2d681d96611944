import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { SnapshotResource } from '../../../../src/protocol/api.ts';
import { snapshotQuery } from '../queries.ts';
import { comparisonPath, servicePath, snapshotPath } from '../routes.ts';
import { Crumbs, Page, usePageTitle } from '../shell/page.tsx';
import { Section } from '../snapshot/section.tsx';
import { snapshotName } from '../../../wording/snapshot-name.ts';
import { SnapshotProblem } from '../snapshot/snapshot-problem.tsx';
import { buildValueTree } from '../../../wording/value-node.ts';
import { countOf } from '../../../wording/quantity.ts';
import { formatInstant } from '../../../wording/time.ts';
import { Skeleton } from '../ui/notice.tsx';
import { compareFacts } from './compare-facts.ts';
import { compareValues } from './compare-values.ts';
import { DifferenceTable } from './difference-table.tsx';
import { FactTable } from './fact-table.tsx';

/** `/snapshots/:id/compare/:other`: what is the same in two snapshots, and what is not. */
export function ComparisonPage({
  leftId,
  rightId,
}: {
  readonly leftId: string;
  readonly rightId: string;
}): ReactElement {
  usePageTitle('Compare snapshots');
  const left = useQuery(snapshotQuery(leftId));
  const right = useQuery(snapshotQuery(rightId));
  if (left.data !== undefined && right.data !== undefined) {
    return <ComparedSnapshots left={left.data} right={right.data} />;
  }
  const failed = left.isError ? left : right;
  if (failed.isError) return <SnapshotProblem error={failed.error} onRetry={() => void failed.refetch()} />;
  return (
    <Page>
      <h1 className="page-title">Compare snapshots</h1>
      <Skeleton lines={10} />
    </Page>
  );
}

function ComparedSnapshots({
  left,
  right,
}: {
  readonly left: SnapshotResource;
  readonly right: SnapshotResource;
}): ReactElement {
  const values = useMemo(
    () =>
      compareValues(
        buildValueTree(left.variables, left.valueMarks),
        buildValueTree(right.variables, right.valueMarks),
      ),
    [left, right],
  );
  const facts = useMemo(() => compareFacts(left, right), [left, right]);
  const service = { environment: left.environment ?? 'default', serviceName: left.serviceName };
  return (
    <Page>
      <Crumbs
        crumbs={[
          { label: 'Services', href: '/' },
          { label: left.serviceName, href: servicePath(service) },
          { label: snapshotName(left), href: snapshotPath(left.id) },
        ]}
      />
      <div className="page-head">
        <h1 className="page-title">Compare snapshots</h1>
        <span className="spacer" />
        <Link href={comparisonPath(right.id, left.id)} className="button button-plain">
          Swap sides
        </Link>
      </div>
      <div className="compared">
        <Side name="Left" snapshot={left} />
        <Side name="Right" snapshot={right} />
      </div>
      <div className="snapshot-main">
        <Section
          title="Variables"
          id="variables"
          note={`${countOf(values.differences.length, 'difference')} · ${countOf(values.same, 'value')} the same`}
        >
          {values.unknown > 0 && (
            <p className="panel-note">
              {countOf(values.unknown, 'value was', 'values were')} scrubbed or not captured whole: whether{' '}
              {values.unknown === 1 ? 'it is' : 'they are'} the same cannot be told.
            </p>
          )}
          <DifferenceTable differences={values.differences} />
        </Section>
        <Section title="Around them" id="facts" note={countOf(facts.length, 'difference')}>
          <FactTable facts={facts} />
        </Section>
      </div>
    </Page>
  );
}

function Side({
  name,
  snapshot,
}: {
  readonly name: string;
  readonly snapshot: SnapshotResource;
}): ReactElement {
  return (
    <section className="panel compared-side" aria-label={name}>
      <span className="faint">{name}</span>
      <Link href={snapshotPath(snapshot.id)} className="break-anywhere">
        {snapshotName(snapshot)}
      </Link>
      <time dateTime={snapshot.capturedAt} className="muted">
        {formatInstant(snapshot.capturedAt)}
      </time>
    </section>
  );
}
