import type { SnapshotListRequest } from '../snapshot-list-request.ts';
import type { Database } from './database.ts';
import { accessPaths, candidateParametersOf, selectCandidateCount } from './snapshot-access.ts';
import type { AccessPath } from './snapshot-access.ts';
import type { Range } from './snapshot-window.ts';

/** Services whose rows are found one service at a time; of more, the rows are looked through. */
const MAX_SERVICES = 64;
/** Rows that are counted of each filter, to take the one that leaves fewest. */
const MAX_COUNTED = 1_000;

/** What narrows a list: an index, asked for each of the requests that together are the one that was made. */
export interface Filter {
  readonly access: AccessPath;
  readonly requests: readonly SnapshotListRequest[];
  /** True when it finds fewer than {@link MAX_COUNTED} rows in the whole range. */
  readonly isFew: boolean;
}

/** The filter that leaves the fewest rows. Only what may be few is counted, and not beyond. */
export function chooseFilter(database: Database, request: SnapshotListRequest, range: Range): Filter {
  let fewest: (Filter & { readonly count: number }) | null = null;
  for (const access of accessPaths(request)) {
    const requests = access === 'service' ? findServices(database, request) : [request];
    if (requests.length > MAX_SERVICES) continue;
    const count = access === 'all' ? MAX_COUNTED : countCandidates(database, access, requests, range);
    if (fewest === null || count < fewest.count) {
      fewest = { access, requests, count, isFew: count < MAX_COUNTED };
    }
  }
  return fewest ?? { access: 'all', requests: [request], isFew: false };
}

function countCandidates(
  database: Database,
  access: AccessPath,
  requests: readonly SnapshotListRequest[],
  { first, last }: Range,
): number {
  let count = 0;
  for (const request of requests) {
    if (count >= MAX_COUNTED) break;
    const found = database.get<{ count: number }>(selectCandidateCount(access), {
      ...candidateParametersOf(access, request),
      above: first - 1,
      below: last + 1,
      limit: MAX_COUNTED - count,
    });
    count += found?.count ?? 0;
  }
  return count;
}

/** Each of the services by the index on both: an environment alone, or a service in several of them. */
function findServices(database: Database, request: SnapshotListRequest): readonly SnapshotListRequest[] {
  return database
    .all<{ environment: string; name: string }>(
      `SELECT environment, name FROM service
       WHERE (:service IS NULL OR name = :service) AND (:environment IS NULL OR environment = :environment)
       LIMIT :limit`,
      { service: request.service, environment: request.environment, limit: MAX_SERVICES + 1 },
    )
    .map(({ environment, name }) => ({ ...request, environment, service: name }));
}
