import type { SnapshotSummary } from '../../../src/protocol/api.ts';
import { readStrings } from '../../../src/protocol/json.ts';
import { encodeCursor } from '../cursor.ts';
import { toIso } from '../instant.ts';
import type { SnapshotListRequest } from '../snapshot-list-request.ts';
import type { Database } from './database.ts';

/** Sequences that one search looks at before it lets other calls in between. */
const WINDOW = 20_000;

/** A part of a page: `next` is where to go on when more is wanted, or null at the end. */
export interface SnapshotListPart {
  readonly items: readonly SnapshotSummary[];
  readonly next: number | null;
}

interface SnapshotRow {
  readonly sequence: number;
  readonly id: string;
  readonly environment: string;
  readonly service_name: string;
  readonly label: string | null;
  readonly file_path: string;
  readonly line_number: number;
  readonly function_name: string;
  readonly breakpoint_id: string | null;
  readonly instance_id: string | null;
  readonly trace_id: string | null;
  readonly mode: SnapshotSummary['mode'];
  readonly captured_at: number;
  readonly received_at: number;
  readonly preview: string;
  readonly flags: string;
  readonly size_bytes: number;
}

/**
 * The next rows of a list: at most `limit`, or fewer when a filter that no index serves has looked at its window, so
 * that a rare word in millions of rows delays no commit.
 */
export function listSnapshotPart(database: Database, asked: SnapshotListRequest): SnapshotListPart {
  const range = database.get<{ first: number | null; last: number | null }>(
    'SELECT (SELECT min(sequence) FROM snapshot) AS first, (SELECT max(sequence) FROM snapshot) AS last',
  );
  const { first = null, last = null } = range ?? {};
  if (first === null || last === null) return { items: [], next: null };

  const request = withOnlyEnvironment(database, asked);
  const access = accessPath(request);
  const window = isCoveredBy(access, request) ? Infinity : WINDOW;
  const isNewestFirst = request.order === 'newest_first';
  const position = request.position ?? (isNewestFirst ? last + 1 : first - 1);
  // Both ends exclusive.
  const bounds = isNewestFirst
    ? { above: Math.max(position - 1 - window, first - 1), below: Math.min(position, last + 1) }
    : { above: Math.max(position, first - 1), below: Math.min(position + 1 + window, last + 1) };
  const rows = database.all<SnapshotRow>(selectFor(access, request.order), {
    ...filtersOf(request),
    ...bounds,
    limit: request.limit,
  });
  return { items: rows.map(toSummary), next: nextPosition(rows, request, bounds, { first, last }) };
}

function nextPosition(
  rows: readonly SnapshotRow[],
  request: SnapshotListRequest,
  bounds: { readonly above: number; readonly below: number },
  range: { readonly first: number; readonly last: number },
): number | null {
  if (rows.length === request.limit) return rows.at(-1)?.sequence ?? null;
  if (request.order === 'newest_first') return bounds.above < range.first ? null : bounds.above + 1;
  return bounds.below > range.last ? null : bounds.below - 1;
}

type AccessPath = 'breakpoint' | 'trace' | 'service' | 'all';

function accessPath(request: SnapshotListRequest): AccessPath {
  if (request.breakpoint !== null) return 'breakpoint';
  if (request.trace !== null) return 'trace';
  return request.service !== null && request.environment !== null ? 'service' : 'all';
}

/** True when the access path alone finds the rows. A breakpoint or a trace belongs to few services. */
function isCoveredBy(access: AccessPath, request: SnapshotListRequest): boolean {
  const { label, instance, flag, pattern, from, to, service, environment } = request;
  return (
    [label, instance, flag, pattern, from, to].every((filter) => filter === null) &&
    (access !== 'all' || (service === null && environment === null))
  );
}

/** Most services live in one environment: then the index on both serves a query that names only the service. */
function withOnlyEnvironment(database: Database, request: SnapshotListRequest): SnapshotListRequest {
  const { service, environment } = request;
  if (service === null || environment !== null) return request;
  const found = database.all<{ environment: string }>(
    'SELECT environment FROM service WHERE name = :service LIMIT 2',
    { service },
  );
  return found.length === 1 ? { ...request, environment: found[0]?.environment ?? null } : request;
}

/** The index is named, since the planner knows no statistics of a young file and might sort instead. */
const ACCESS: Readonly<Record<AccessPath, string>> = {
  breakpoint: 'INDEXED BY snapshot_by_breakpoint WHERE breakpoint_id = :breakpoint',
  trace: 'INDEXED BY snapshot_by_trace WHERE trace_id = :trace',
  service: 'INDEXED BY snapshot_by_service WHERE environment = :environment AND service_name = :service',
  all: 'NOT INDEXED WHERE 1',
};

function selectFor(access: AccessPath, order: SnapshotListRequest['order']): string {
  return `
    SELECT sequence, id, environment, service_name, label, file_path, line_number, function_name, breakpoint_id,
      instance_id, trace_id, mode, captured_at, received_at, preview, flags, size_bytes
    FROM snapshot ${ACCESS[access]}
      AND sequence > :above AND sequence < :below
      AND (:service IS NULL OR service_name = :service)
      AND (:environment IS NULL OR environment = :environment)
      AND (:breakpoint IS NULL OR breakpoint_id = :breakpoint)
      AND (:trace IS NULL OR trace_id = :trace)
      AND (:label IS NULL OR label = :label)
      AND (:instance IS NULL OR instance_id = :instance)
      AND (:from IS NULL OR received_at >= :from)
      AND (:to IS NULL OR received_at < :to)
      AND (:flag IS NULL OR EXISTS (SELECT 1 FROM json_each(flags) WHERE value = :flag))
      AND (:pattern IS NULL
        OR label LIKE :pattern ESCAPE '\\'
        OR function_name LIKE :pattern ESCAPE '\\'
        OR file_path LIKE :pattern ESCAPE '\\'
        OR preview LIKE :pattern ESCAPE '\\'
        OR folded LIKE :foldedPattern ESCAPE '\\')
    ORDER BY sequence ${order === 'newest_first' ? 'DESC' : 'ASC'} LIMIT :limit`;
}

function filtersOf(request: SnapshotListRequest): Record<string, string | number | null> {
  const { service, environment, label, breakpoint, instance, trace, flag, pattern, foldedPattern, from, to } =
    request;
  return {
    service,
    environment,
    label,
    breakpoint,
    instance,
    trace,
    flag,
    pattern,
    foldedPattern,
    from,
    to,
  };
}

function toSummary(row: SnapshotRow): SnapshotSummary {
  return {
    id: row.id,
    cursor: encodeCursor(row.sequence),
    serviceName: row.service_name,
    environment: row.environment,
    label: row.label,
    filePath: row.file_path,
    lineNumber: row.line_number,
    functionName: row.function_name,
    breakpointId: row.breakpoint_id,
    instanceId: row.instance_id,
    traceId: row.trace_id,
    mode: row.mode,
    capturedAt: toIso(row.captured_at),
    receivedAt: toIso(row.received_at),
    preview: row.preview,
    flags: readStrings(JSON.parse(row.flags)),
    sizeBytes: row.size_bytes,
  };
}
