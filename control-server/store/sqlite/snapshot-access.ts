import type { SnapshotListRequest } from '../snapshot-list-request.ts';
import type { Parameters } from './database.ts';
import { matchOf, tableOf } from './search-shards.ts';
import { SUMMARY_COLUMNS } from '../rows/snapshot-row.ts';

/** The index that finds the rows of a list; what else is asked for is compared row by row. */
export type AccessPath =
  'trace' | 'breakpoint' | 'flag' | 'instance' | 'label' | 'file' | 'pinned' | 'logpoint' | 'service' | 'all';

/** The paths that a list can take, fewest rows first as far as that can be known without looking. */
export function accessPaths(request: SnapshotListRequest): readonly AccessPath[] {
  const { trace, breakpoint, flag, instance, label, file, pinned, mode, service, environment } = request;
  const paths: readonly (readonly [AccessPath, boolean])[] = [
    ['trace', trace !== null],
    ['breakpoint', breakpoint !== null],
    ['pinned', pinned === true],
    ['instance', instance !== null],
    ['label', label !== null],
    ['file', file !== null],
    ['flag', flag !== null],
    ['logpoint', mode === 'logpoint'],
    ['service', service !== null || environment !== null],
  ];
  const asked = paths.filter(([, isAsked]) => isAsked).map(([path]) => path);
  return asked.length === 0 ? ['all'] : asked;
}

/** True when the access path alone finds the rows. A breakpoint or a trace belongs to few services. */
export function isCoveredBy(access: AccessPath, request: SnapshotListRequest): boolean {
  const { trace, breakpoint, flag, instance, label, file, pinned, mode, service, environment } = request;
  const isOnly = Object.entries({
    trace,
    breakpoint,
    flag,
    instance,
    label,
    file,
    pinned,
    logpoint: mode,
  }).every(([name, value]) => name === access || value === null);
  const isOfFew = access === 'trace' || access === 'breakpoint' || access === 'service';
  return isOnly && (isOfFew || (service === null && environment === null));
}

/** The index is named, since the planner knows no statistics of a young file and might sort instead. */
const ACCESS: Readonly<Record<AccessPath, string>> = {
  trace: 'snapshot s INDEXED BY snapshot_by_trace WHERE s.trace_id = :trace',
  breakpoint: 'snapshot s INDEXED BY snapshot_by_breakpoint WHERE s.breakpoint_id = :breakpoint',
  flag: `snapshot_flag f CROSS JOIN snapshot s ON s.sequence = f.sequence
    WHERE f.flag = :flag AND f.sequence > :above AND f.sequence < :below`,
  instance: 'snapshot s INDEXED BY snapshot_by_instance WHERE s.instance_id = :instance',
  label: 'snapshot s INDEXED BY snapshot_by_label WHERE s.label = :label',
  file: 'snapshot s INDEXED BY snapshot_by_file WHERE s.file_path = :file',
  pinned: 'snapshot s INDEXED BY snapshot_by_pin WHERE s.pinned = 1',
  logpoint: `snapshot s INDEXED BY snapshot_by_logpoint WHERE s.mode = 'logpoint'`,
  service: `snapshot s INDEXED BY snapshot_by_service
    WHERE s.environment = :environment AND s.service_name = :service`,
  all: 'snapshot s NOT INDEXED WHERE 1',
};

/** Rows by an index of the table. */
export function selectByIndex(access: AccessPath, order: SnapshotListRequest['order']): string {
  return select(ACCESS[access], access === 'flag' ? 'f.sequence' : 's.sequence', order);
}

/** Rows by one table of the index of texts, and by an index besides: then only those rows are read that are in both. */
export function selectByText(shard: number, access: AccessPath, order: SnapshotListRequest['order']): string {
  const table = tableOf(shard);
  // The plus sign keeps the table from being asked for one row after the other, which would search anew for each.
  const isCandidate =
    access === 'all' ? '' : `AND +t.rowid IN (SELECT sequence FROM (${candidates(access)}))`;
  const source = `${table} t CROSS JOIN snapshot s ON s.sequence = t.rowid
    WHERE ${table} MATCH :match AND t.rowid > :above AND t.rowid < :below ${isCandidate}`;
  return select(source, 't.rowid', order);
}

/** The first and the last row of a range that an index finds, and how many they are. */
export function selectCandidateRange(access: AccessPath): string {
  return `SELECT min(sequence) AS first, max(sequence) AS last, count(*) AS count FROM (${candidates(access)})`;
}

/** Counts the rows that an index finds, up to `:limit`. */
export function selectCandidateCount(access: AccessPath): string {
  return `SELECT count(*) AS count FROM (${candidates(access)} LIMIT :limit)`;
}

function candidates(access: AccessPath): string {
  return `SELECT s.sequence FROM ${ACCESS[access]} AND s.sequence > :above AND s.sequence < :below`;
}

function select(source: string, sequence: string, order: SnapshotListRequest['order']): string {
  return `
    SELECT ${SUMMARY_COLUMNS} FROM ${source}
      AND s.sequence > :above AND s.sequence < :below
      AND (:service IS NULL OR s.service_name = :service)
      AND (:environment IS NULL OR s.environment = :environment)
      AND (:breakpoint IS NULL OR s.breakpoint_id = :breakpoint)
      AND (:trace IS NULL OR s.trace_id = :trace)
      AND (:label IS NULL OR s.label = :label)
      AND (:instance IS NULL OR s.instance_id = :instance)
      AND (:file IS NULL OR s.file_path = :file)
      AND (:mode IS NULL OR s.mode = :mode)
      AND (:pinned IS NULL OR s.pinned = :pinned)
      AND (:from IS NULL OR s.received_at >= :from)
      AND (:to IS NULL OR s.received_at < :to)
      AND (:flag IS NULL OR EXISTS (
        SELECT 1 FROM snapshot_flag x WHERE x.flag = :flag AND x.sequence = s.sequence))
    ORDER BY ${sequence} ${order === 'newest_first' ? 'DESC' : 'ASC'} LIMIT :limit`;
}

/** The values that {@link selectCandidateRange} needs. */
export function candidateParametersOf(access: AccessPath, request: SnapshotListRequest): Parameters {
  switch (access) {
    case 'pinned':
    case 'logpoint':
    case 'all':
      return {};
    case 'service':
      return { environment: request.environment, service: request.service };
    default:
      return { [access]: request[access] };
  }
}

/** True when nothing narrows a list but a time and what is searched for. */
export function isUnfiltered(request: SnapshotListRequest): boolean {
  const {
    from: _from,
    to: _to,
    search: _search,
    order: _order,
    position: _position,
    limit: _limit,
    ...filters
  } = request;
  return Object.values(filters).every((value) => value === null);
}

/** The values of a statement; those of {@link selectByText} too when something is searched for. */
export function parametersOf(request: SnapshotListRequest): Parameters {
  const { service, environment, label, breakpoint, instance, trace, flag, file, mode, from, to } = request;
  const { pinned, search } = request;
  return {
    service,
    environment,
    label,
    breakpoint,
    instance,
    trace,
    flag,
    file,
    mode,
    from,
    to,
    pinned: pinned === null ? null : Number(pinned),
    ...(search === null ? {} : { match: matchOf(search.phrases, search.isPlaceOnly) }),
  };
}
