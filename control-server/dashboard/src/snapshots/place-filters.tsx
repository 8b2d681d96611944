import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { breakpointsQuery, servicesQuery } from '../queries.ts';
import type { ServiceAddress } from '../routes.ts';
import { environmentsOf } from '../services/service-order.ts';
import { FilterOptions } from './filter-field.tsx';
import type { SnapshotFilter } from './snapshot-filter.ts';

interface PlaceFilterProps {
  readonly filter: SnapshotFilter;
  readonly onFilter: (filter: SnapshotFilter) => void;
}

/** Which service, and in which environment. */
export function ServiceFilter({ filter, onFilter }: PlaceFilterProps): ReactElement {
  const { data: services = [] } = useQuery(servicesQuery);
  const names = [...new Set(services.map((service) => service.name))].toSorted((a, b) => a.localeCompare(b));
  // Labels and breakpoints belong to a service.
  const elsewhere = { label: '', breakpoint: '', instance: '' };
  return (
    <>
      <select
        className="input select"
        aria-label="Service"
        value={filter.service}
        onChange={(event) => onFilter({ ...filter, ...elsewhere, service: event.currentTarget.value })}
        data-testid="service-filter"
      >
        <FilterOptions
          value={filter.service}
          any="All services"
          options={names.map((name) => [name, name])}
        />
      </select>
      <select
        className="input select"
        aria-label="Environment"
        value={filter.environment}
        onChange={(event) => onFilter({ ...filter, ...elsewhere, environment: event.currentTarget.value })}
        data-testid="environment-filter"
      >
        <FilterOptions
          value={filter.environment}
          any="All environments"
          options={environmentsOf(services).map((name) => [name, name])}
        />
      </select>
    </>
  );
}

/** Which label, of those that the service has; nothing to choose from while the list is of several services. */
export function LabelFilter({
  service,
  filter,
  onFilter,
}: PlaceFilterProps & { readonly service: ServiceAddress | null }): ReactElement | null {
  const { data: breakpoints = [] } = useQuery({
    ...breakpointsQuery(service ?? { environment: '', serviceName: '' }),
    enabled: service !== null,
  });
  if (service === null && filter.label === '') return null;
  const labels = [...new Set(breakpoints.flatMap((breakpoint) => breakpoint.label ?? []))];
  return (
    <select
      className="input select"
      aria-label="Label"
      value={filter.label}
      onChange={(event) => onFilter({ ...filter, label: event.currentTarget.value })}
      data-testid="label-filter"
    >
      <FilterOptions
        value={filter.label}
        any="All labels"
        options={labels.toSorted((a, b) => a.localeCompare(b)).map((label) => [label, label])}
      />
    </select>
  );
}
