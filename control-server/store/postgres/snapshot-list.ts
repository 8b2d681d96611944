import type { SnapshotSummary } from '../../../src/protocol/api.ts';
import { encodeCursor } from '../cursor.ts';
import { toSummary } from '../rows/snapshot-row.ts';
import type { SnapshotRow } from '../rows/snapshot-row.ts';
import type { SnapshotListRequest } from '../snapshot-list-request.ts';
import type { StoredBody } from '../snapshot-record.ts';
import type { Session } from './database.ts';
import type { Parameters } from './named-parameters.ts';
import { dayOf } from './snapshot-day.ts';
import { toTextQuery } from './text-vector.ts';

const COLUMNS = `s.sequence, s.id, s.environment, s.service_name, s.label, s.file_path, s.line_number, s.function_name,
  s.breakpoint_id, s.instance_id, s.trace_id, s.mode, s.captured_at, s.received_at, s.preview,
  to_json(s.flags)::text AS flags, s.pinned, s.size_bytes`;

/** By the name of what is asked for; what is not is left out, so that the planner sees what it is about. */
const CONDITIONS: Readonly<Record<string, string>> = {
  service: 's.service_name = :service',
  environment: 's.environment = :environment',
  breakpoint: 's.breakpoint_id = :breakpoint',
  trace: 's.trace_id = :trace',
  label: 's.label = :label',
  instance: 's.instance_id = :instance',
  file: 's.file_path = :file',
  mode: 's.mode = :mode',
  pinned: 's.pinned = :pinned',
  flag: 's.flags @> ARRAY[:flag::text]',
  from: 's.received_at >= :from',
  to: 's.received_at < :to',
};

/** The rows of a page: at most `limit`. */
export async function listSnapshotRows(
  session: Session,
  asked: SnapshotListRequest,
): Promise<SnapshotSummary[]> {
  const request = await withOnlyEnvironment(session, asked);
  const { search, position, order, limit } = request;
  if (search?.phrases.length === 0) return [];
  const filters = filtersOf(request);
  const conditions = Object.keys(filters).flatMap((name) => CONDITIONS[name] ?? []);
  const isNewestFirst = order === 'newest_first';
  // The text index has the same order, and is the one to start from.
  const sequence = search === null ? 's.sequence' : 't.sequence';
  if (search !== null) conditions.push('t.words @@ :query::tsquery');
  if (position !== null) conditions.push(`${sequence} ${isNewestFirst ? '<' : '>'} :position`);
  const from =
    search === null
      ? 'snapshot s'
      : 'snapshot_text t JOIN snapshot s ON s.day = t.day AND s.sequence = t.sequence';
  const rows = await session.all<SnapshotRow>(
    `SELECT ${COLUMNS} FROM ${from} ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
     ORDER BY ${sequence} ${isNewestFirst ? 'DESC' : 'ASC'} LIMIT :limit`,
    {
      ...filters,
      position,
      limit,
      query: search === null ? '' : toTextQuery(search.phrases, search.isPlaceOnly),
    },
  );
  return rows.map(toSummary);
}

/** The bodies with what their rows say of them, in the order of the ids; without those that are gone. */
export async function readSnapshotBodies(session: Session, ids: readonly string[]): Promise<StoredBody[]> {
  const rows = await session.all<BodyRow>(
    `SELECT s.sequence, s.id, s.environment, s.breakpoint_id, s.received_at, s.pinned, s.size_bytes, s.body
     FROM snapshot s
     WHERE s.day = ANY (:days::integer[]) AND s.id = ANY (:ids::text[])
     ORDER BY array_position(:ids::text[], s.id)`,
    { days: [...new Set(ids.map(dayOf))], ids },
  );
  return rows.map((row) => ({
    id: row.id,
    cursor: encodeCursor(row.sequence),
    environment: row.environment,
    breakpointId: row.breakpoint_id,
    receivedAt: row.received_at,
    isPinned: row.pinned === 1,
    sizeBytes: row.size_bytes,
    body: row.body,
  }));
}

interface BodyRow {
  readonly sequence: number;
  readonly id: string;
  readonly environment: string;
  readonly breakpoint_id: string | null;
  readonly received_at: number;
  readonly pinned: number;
  readonly size_bytes: number;
  readonly body: string;
}

/** Most services live in one environment: then the index on both serves a list that names only the service. */
async function withOnlyEnvironment(
  session: Session,
  request: SnapshotListRequest,
): Promise<SnapshotListRequest> {
  const { service, environment } = request;
  if (service === null || environment !== null) return request;
  const found = await session.all<{ environment: string }>(
    'SELECT environment FROM service WHERE name = :service LIMIT 2',
    { service },
  );
  return found.length === 1 ? { ...request, environment: found[0]?.environment ?? null } : request;
}

function filtersOf(request: SnapshotListRequest): Parameters {
  const { service, environment, label, breakpoint, instance, trace, flag, file, mode, from, to } = request;
  const pinned = request.pinned === null ? null : Number(request.pinned);
  const filters = {
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
    pinned,
  };
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== null));
}
