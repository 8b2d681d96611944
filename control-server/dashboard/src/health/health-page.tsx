import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { administration } from '../administration/administration-api.ts';
import type { Readiness } from '../administration/administration-api.ts';
import { AdministrationPage } from '../administration/administration-page.tsx';
import { formatDuration } from '../../../wording/time.ts';
import { Status } from '../ui/chip.tsx';
import type { Tone } from '../ui/chip.tsx';
import { FailureNotice, Skeleton } from '../ui/notice.tsx';
import { healthFigures } from './health-figures.ts';
import { NodesTable } from './nodes-table.tsx';
import { readMetrics } from './read-metrics.ts';

/** No hint says that a figure changed. */
const REFRESH_MS = 5_000;

const PROBLEMS: Readonly<Record<string, string>> = {
  disk_full:
    'The disk is full: snapshots are refused until there is room. Breakpoints and kill switches work on. Free space, or keep snapshots for a shorter time.',
  store_failed: 'The store does not answer. The log of the server has the reason.',
  closing: 'The server is closing.',
};

/** `/health`: how the server is. */
export function HealthPage(): ReactElement {
  return <AdministrationPage title="Health">{() => <CurrentHealth />}</AdministrationPage>;
}

function CurrentHealth(): ReactElement {
  const health = useQuery({
    queryKey: ['health'],
    queryFn: async ({ signal }) => {
      const [server, readiness, nodes, metrics] = await Promise.all([
        administration.health(signal),
        administration.readiness(signal),
        administration.nodes(signal),
        administration.metrics(signal),
      ]);
      return { server, readiness, nodes, groups: healthFigures(readMetrics(metrics)) };
    },
    refetchInterval: REFRESH_MS,
    staleTime: 0,
  });
  if (health.data === undefined) {
    return health.isError ? (
      <FailureNotice error={health.error} onRetry={() => void health.refetch()} />
    ) : (
      <Skeleton />
    );
  }
  const { server, readiness, nodes, groups } = health.data;
  return (
    <>
      {health.isError && <FailureNotice error={health.error} />}
      <p className="page-lead">
        Version {server.version}, up for {formatDuration(server.uptimeSeconds * 1_000)}.{' '}
        {nodes.length > 1 && 'The figures are those of the node that answers this page. '}
        <a href="/metrics">All metrics</a>
      </p>
      <Condition readiness={readiness} />
      <NodesTable nodes={nodes} />
      <div className="health" data-testid="health">
        {groups.map(({ title, figures }) => (
          <section key={title} className="panel" aria-label={title}>
            <div className="panel-head">
              <h2>{title}</h2>
            </div>
            <dl className="pairs">
              {figures.map(([name, text]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd className="number">{text}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </>
  );
}

function Condition({ readiness }: { readonly readiness: Readiness }): ReactElement {
  const tones: Readonly<Record<Readiness['status'], Tone>> = {
    ready: 'ok',
    degraded: 'warn',
    unavailable: 'stop',
  };
  return (
    <div role="status" className="health-condition" data-testid="health-condition">
      <Status tone={tones[readiness.status]}>
        {readiness.problems.length === 0
          ? 'The server takes work'
          : readiness.problems.map((code) => PROBLEMS[code] ?? code.replaceAll('_', ' ')).join(' ')}
      </Status>
    </div>
  );
}
