import { useQuery } from '@tanstack/react-query';
import { Suspense } from 'react';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { ServiceSummary } from '../../../../src/protocol/api.ts';
import { AgentsTab } from '../agents/agents-tab.tsx';
import { BreakpointsTab } from '../breakpoints/breakpoints-tab.tsx';
import { effectiveStop } from '../kill-switch/effective-stop.ts';
import { ServiceStopPanel } from '../kill-switch/service-stop-panel.tsx';
import { StopButton } from '../kill-switch/stop-button.tsx';
import { agentsQuery, breakpointsQuery, killSwitchesQuery, servicesQuery } from '../queries.ts';
import { servicePath } from '../routes.ts';
import type { ServiceAddress, ServiceTab } from '../routes.ts';
import { useMayAdminister, useMayChange } from '../session/session-gate.tsx';
import { Crumbs, Page, usePageTitle } from '../shell/page.tsx';
import { ServiceSettingsTab } from '../settings/service-settings-tab.tsx';
import { SnapshotsView } from '../snapshots/snapshots-view.tsx';
import { shortId } from '../../../wording/code-place.ts';
import { countOf, formatCount } from '../../../wording/quantity.ts';
import { Chip, Status } from '../ui/chip.tsx';
import { lazyPart } from '../ui/lazy-part.ts';
import { Skeleton } from '../ui/notice.tsx';
import { TabBar } from '../ui/tab-bar.tsx';
import { UnknownService } from './unknown-service.tsx';

const CodeTab = lazyPart(async () => (await import('../code/code-tab.tsx')).CodeTab);

const TAB_NAMES: Readonly<Record<ServiceTab, string>> = {
  snapshots: 'Snapshots',
  breakpoints: 'Breakpoints',
  code: 'Browse Code',
  agents: 'Agents',
  settings: 'Settings',
};

/** `/services/:environment/:service/:tab`: everything about one service in one environment. */
export function ServicePage(props: {
  readonly service: ServiceAddress;
  readonly tab: ServiceTab;
}): ReactElement {
  const { service } = props;
  const { data: services } = useQuery(servicesQuery);
  const summary = services?.find(
    ({ name, environment }) => name === service.serviceName && environment === service.environment,
  );
  // Who prepares a service before it first starts sets breakpoints, or stops it.
  const isUnheardOf = services !== undefined && summary === undefined;
  const { data: breakpoints } = useQuery({ ...breakpointsQuery(service), enabled: isUnheardOf });
  const { data: switches } = useQuery(killSwitchesQuery);
  const isUnknown =
    isUnheardOf &&
    breakpoints?.length === 0 &&
    switches !== undefined &&
    effectiveStop(switches, service).service.length === 0;
  if (isUnknown) return <UnknownService {...props} known={services} />;
  return <KnownService {...props} summary={summary} />;
}

function KnownService({
  service,
  tab,
  summary,
}: {
  readonly service: ServiceAddress;
  readonly tab: ServiceTab;
  readonly summary: ServiceSummary | undefined;
}): ReactElement {
  const { environment, serviceName } = service;
  usePageTitle(`${TAB_NAMES[tab]} · ${serviceName}`);
  const mayChange = useMayChange();
  const mayAdminister = useMayAdminister();
  const { data: switches = [] } = useQuery(killSwitchesQuery);
  const { data: agents = [] } = useQuery(agentsQuery(service));
  const stop = effectiveStop(switches, service);
  return (
    <Page>
      <Crumbs crumbs={[{ label: 'Services', href: '/' }]} />
      <div className="page-head service-head">
        <h1 className="page-title">{serviceName}</h1>
        <Chip>{environment}</Chip>
        <Facts summary={summary} />
        <span className="spacer" />
        {mayChange && stop.service.length === 0 && (
          <StopButton
            target={{ scope: 'service', serviceName, environment, instanceId: null }}
            testId="kill-switch-service"
            title={`Stop capture for ${serviceName} in ${environment}, at once`}
          >
            Stop capture
          </StopButton>
        )}
      </div>
      <ServiceStopPanel stop={stop} agents={agents} />
      <TabBar label={serviceName} current={tab}>
        <TabLink service={service} tab="snapshots" current={tab} />
        <TabLink service={service} tab="breakpoints" current={tab} count={summary?.breakpoints.total} />
        <TabLink service={service} tab="code" current={tab} />
        <TabLink service={service} tab="agents" current={tab} count={summary?.agentsOnline} />
        {mayAdminister && <TabLink service={service} tab="settings" current={tab} />}
      </TabBar>
      {tab === 'snapshots' && <SnapshotsView key={servicePath(service)} service={service} />}
      {tab === 'breakpoints' && <BreakpointsTab service={service} />}
      {tab === 'code' && (
        <Suspense fallback={<Skeleton lines={14} />}>
          <CodeTab key={servicePath(service)} service={service} />
        </Suspense>
      )}
      {tab === 'agents' && <AgentsTab service={service} />}
      {tab === 'settings' && <ServiceSettingsTab service={service} />}
    </Page>
  );
}

function Facts({ summary }: { readonly summary: ServiceSummary | undefined }): ReactElement | null {
  if (summary === undefined) return null;
  return (
    <span className="facts">
      <Status tone={summary.agentsOnline > 0 ? 'ok' : 'neutral'}>
        {summary.agentsOnline > 0 ? `${countOf(summary.agentsOnline, 'agent')} online` : 'No agent online'}
      </Status>
      {summary.release !== null && <span>{summary.release}</span>}
      {summary.commit !== null && (
        <code className="faint" title={summary.commit}>
          {shortId(summary.commit)}
        </code>
      )}
    </span>
  );
}

function TabLink({
  service,
  tab,
  current,
  count,
}: {
  readonly service: ServiceAddress;
  readonly tab: ServiceTab;
  readonly current: ServiceTab;
  readonly count?: number | undefined;
}): ReactElement {
  return (
    <Link
      href={servicePath(service, tab)}
      className="tab"
      aria-current={tab === current ? 'page' : undefined}
      data-testid={`tab-${tab}`}
    >
      {TAB_NAMES[tab]}
      {count !== undefined && <span className="count">{formatCount(count)}</span>}
    </Link>
  );
}
