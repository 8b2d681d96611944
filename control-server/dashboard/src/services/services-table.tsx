import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { ServiceSummary } from '../../../../src/protocol/api.ts';
import { servicePath } from '../routes.ts';
import { shortId } from '../../../wording/code-place.ts';
import { formatCount } from '../../../wording/quantity.ts';
import { Chip, Status } from '../ui/chip.tsx';
import { Age } from '../ui/clock.tsx';
import { conditionOf } from './service-order.ts';
import { Sparkline } from './sparkline.tsx';
import { TableHead } from '../ui/table-head.tsx';

/** One row a service and environment; on narrow screens each becomes a card. */
export function ServicesTable({ services }: { readonly services: readonly ServiceSummary[] }): ReactElement {
  return (
    <table className="table table-linked" data-testid="services-table">
      <TableHead
        columns={[
          'Service',
          'State',
          { number: 'Agents' },
          { number: 'Breakpoints' },
          { number: 'Last hour' },
          'Release',
          'Last seen',
        ]}
      />
      <tbody>
        {services.map((service) => (
          <ServiceRow key={`${service.environment}/${service.name}`} service={service} />
        ))}
      </tbody>
    </table>
  );
}

function ServiceRow({ service }: { readonly service: ServiceSummary }): ReactElement {
  const condition = conditionOf(service);
  const address = { environment: service.environment, serviceName: service.name };
  return (
    <tr data-testid="service-row">
      <th scope="row" className="cell-main">
        <Link href={servicePath(address)} className="row-link">
          {service.name}
        </Link>{' '}
        <Chip>{service.environment}</Chip>
      </th>
      <td data-label="State">
        <Status tone={condition.tone}>{condition.words}</Status>
      </td>
      <td data-label="Agents" className="number">
        {formatCount(service.agentsOnline)}
      </td>
      <td data-label="Breakpoints" className="number">
        {formatCount(service.breakpoints.enabled)}
        <span className="faint"> / {formatCount(service.breakpoints.total)}</span>
      </td>
      <td data-label="Last hour" className="number">
        <span className="last-hour">
          <Sparkline steps={service.snapshotsByFiveMinutes} />
          {formatCount(service.snapshotsLastHour)}
        </span>
      </td>
      <td data-label="Release">
        <span className="release">
          {service.release ?? <span className="faint">–</span>}
          {service.commit !== null && (
            <code className="faint" title={service.commit}>
              {shortId(service.commit)}
            </code>
          )}
        </span>
      </td>
      <td data-label="Last seen" className="muted">
        <Age instant={service.lastSeenAt} />
      </td>
    </tr>
  );
}
