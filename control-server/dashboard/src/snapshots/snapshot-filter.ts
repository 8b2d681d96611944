import type { SnapshotQuery } from '../../../../src/protocol/api.ts';
import type { ServiceAddress } from '../routes.ts';

/** What the list is narrowed to; lives in the address, so that it can be shared. */
export interface SnapshotFilter {
  readonly label: string;
  readonly text: string;
}

/** The filter of an address. */
export function readFilter(search: string): SnapshotFilter {
  const parameters = new URLSearchParams(search);
  return { label: parameters.get('label') ?? '', text: parameters.get('q') ?? '' };
}

/** The filter as the query of an address, with its `?`; the empty string for none. */
export function writeFilter(filter: SnapshotFilter): string {
  const parameters = new URLSearchParams();
  if (filter.label !== '') parameters.set('label', filter.label);
  if (filter.text !== '') parameters.set('q', filter.text);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** The request for a service's snapshots under a filter. */
export function snapshotQuery(service: ServiceAddress, filter: SnapshotFilter): SnapshotQuery {
  return {
    service: service.serviceName,
    environment: service.environment,
    ...(filter.label !== '' && { label: filter.label }),
    ...(filter.text !== '' && { q: filter.text }),
  };
}
