import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import { servicesQuery } from '../queries.ts';
import { Page, usePageTitle } from '../shell/page.tsx';
import { useShortcuts } from '../shell/shortcuts.ts';
import { EmptyState, FailureNotice, Skeleton } from '../ui/notice.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { FirstService } from './first-service.tsx';
import { environmentsOf, narrowServices } from './service-order.ts';
import { ServicesTable } from './services-table.tsx';

/** No hint says that an hour has moved on. */
const HOUR_REFRESH_MS = 60_000;

/** `/`: every service that agents have reported, and how to connect the first. */
export function ServicesPage(): ReactElement {
  usePageTitle('Services');
  const services = useQuery({ ...servicesQuery, refetchInterval: HOUR_REFRESH_MS });
  const [text, setText] = useState('');
  const [environment, setEnvironment] = useState('');
  // Once shown, the guide stays until the page is left: it says when the first agent connects.
  const [isGuiding, setIsGuiding] = useState(false);
  if (services.data?.length === 0 && !isGuiding) setIsGuiding(true);
  useShortcuts({ '/': () => document.getElementById('service-filter')?.focus() });

  const environments = useMemo(() => environmentsOf(services.data ?? []), [services.data]);
  const shown = useMemo(
    () => narrowServices(services.data ?? [], { text, environment }),
    [services.data, text, environment],
  );

  if (services.data === undefined) {
    return (
      <Page>
        <h1 className="page-title">Services</h1>
        {services.isError ? (
          <FailureNotice error={services.error} onRetry={() => void services.refetch()} />
        ) : (
          <Skeleton />
        )}
      </Page>
    );
  }
  if (isGuiding) {
    return (
      <Page>
        <FirstService services={services.data} onDone={() => setIsGuiding(false)} />
      </Page>
    );
  }
  return (
    <Page>
      <div className="page-head">
        <h1 className="page-title">Services</h1>
        <span className="count">{services.data.length}</span>
        <span className="spacer" />
        {environments.length > 1 && (
          <select
            className="input select"
            aria-label="Environment"
            value={environment}
            onChange={(event) => setEnvironment(event.currentTarget.value)}
          >
            <option value="">All environments</option>
            {environments.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
        <SearchField id="service-filter" label="Filter services" value={text} onChange={setText} />
      </div>
      {services.isError && <FailureNotice error={services.error} />}
      {shown.length === 0 ? (
        <EmptyState title="No service matches">
          <p>Change the filter to see the others.</p>
        </EmptyState>
      ) : (
        <ServicesTable services={shown} />
      )}
    </Page>
  );
}
