import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { ServiceSummary } from '../../../../src/protocol/api.ts';
import { servicePath } from '../routes.ts';
import type { ServiceAddress, ServiceTab } from '../routes.ts';
import { conditionOf } from '../services/service-order.ts';
import { useMayAdminister } from '../session/session-gate.tsx';
import { Crumbs, Page, usePageTitle } from '../shell/page.tsx';
import { countOf } from '../../../wording/quantity.ts';
import { Chip, Status } from '../ui/chip.tsx';
import { bySimilarity } from './similar-services.ts';

const MAX_SHOWN = 6;

/** For the address of a service that nobody has heard of: which ones there are, and why it may not be among them. */
export function UnknownService({
  service,
  tab,
  known,
}: {
  readonly service: ServiceAddress;
  /** Where the address led to: the same of a service that is known. */
  readonly tab: ServiceTab;
  readonly known: readonly ServiceSummary[];
}): ReactElement {
  const { environment, serviceName } = service;
  usePageTitle(`Unknown service ${serviceName}`);
  const shown = bySimilarity(known, service).slice(0, MAX_SHOWN);
  return (
    <Page>
      <Crumbs crumbs={[{ label: 'Services', href: '/' }]} />
      <div className="unknown-service" data-testid="unknown-service">
        <h1 className="page-title break-anywhere">
          No service “{serviceName}” is known in {environment}
        </h1>
        <p className="muted">
          A service is known from the first time that one of its agents connects. When this one does, the page
          shows it by itself.
        </p>
        {shown.length > 0 && (
          <section aria-labelledby="known-services">
            <h2 id="known-services" className="section-title">
              Known services
            </h2>
            <ul className="known-services">
              {shown.map((other) => (
                <KnownService key={`${other.environment}/${other.name}`} service={other} tab={tab} />
              ))}
            </ul>
            {known.length > shown.length && <Link href="/">All {countOf(known.length, 'service')}</Link>}
          </section>
        )}
        <section aria-labelledby="what-to-check">
          <h2 id="what-to-check" className="section-title">
            What to check
          </h2>
          <Checks hasServices={known.length > 0} />
        </section>
      </div>
    </Page>
  );
}

function KnownService({
  service,
  tab,
}: {
  readonly service: ServiceSummary;
  readonly tab: ServiceTab;
}): ReactElement {
  const { words, tone } = conditionOf(service);
  return (
    <li>
      <Link
        href={servicePath({ environment: service.environment, serviceName: service.name }, tab)}
        className="break-anywhere"
      >
        {service.name}
      </Link>
      <Chip>{service.environment}</Chip>
      <Status tone={tone}>{words}</Status>
    </li>
  );
}

function Checks({ hasServices }: { readonly hasServices: boolean }): ReactElement {
  const mayAdminister = useMayAdminister();
  return (
    <ul className="checks">
      <li>
        The name in the address: an agent takes its own from the option <code>serviceName</code>, from{' '}
        <code>STILLFRAME_SERVICE_NAME</code>, or from <code>name</code> in package.json.
      </li>
      <li>
        The environment in the address: it is that of the key with which the agent connects
        {mayAdminister && (
          <>
            {' '}
            (<Link href="/keys">Keys</Link>)
          </>
        )}
        .
      </li>
      <li>
        The agent itself, if it was to be here: <code>status().problems</code> in its process says why it is
        off or not connected.
      </li>
      {!hasServices && (
        <li>
          Nothing has connected to this server yet: <Link href="/">the first steps</Link>.
        </li>
      )}
    </ul>
  );
}
