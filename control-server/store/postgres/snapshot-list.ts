import type { SnapshotSummary } from '../../../src/protocol/api.ts';
import { encodeCursor } from '../cursor.ts';
import { toSummary } from '../rows/snapshot-row.ts';
import type { SnapshotRow } from '../rows/snapshot-row.ts';
import type { SnapshotListRequest } from '../snapshot-list-request.ts';
import type { StoredBody } from '../snapshot-record.ts';
import type { Database, Session } from './database.ts';
import type { Parameters } from './named-parameters.ts';
import { dayOf } from './snapshot-day.ts';
import { minuteOf } from './snapshot-minutes.ts';
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
  above: 's.sequence > :above',
  below: 's.sequence < :below',
};

/** The rows of a page: at most `limit`. */
export async function listSnapshotRows(
  database: Database,
  asked: SnapshotListRequest,
): Promise<SnapshotSummary[]> {
  const request = await withOnlyEnvironment(database, asked);
  const { search, order, limit } = request;
  const bounds = await readBounds(database, request);
  if (search?.phrases.length === 0 || bounds === null) return [];
  const filters = { ...filtersOf(request), ...bounds };
  const conditions = Object.keys(filters).flatMap((name) => CONDITIONS[name] ?? []);
  const query = search === null ? null : toTextQuery(search.phrases, search.isPlaceOnly);
  const rare = await findRare(database, query, request.flag, bounds);
  if (rare !== null) conditions.push('s.sequence = ANY (:rare::bigint[])');
  const isJoined = query !== null && rare === null;
  if (isJoined) conditions.push('t.words @@ :query::tsquery');
  const rows = await database.all<SnapshotRow>(
    `SELECT ${COLUMNS} FROM snapshot s
     ${isJoined ? 'JOIN snapshot_text t ON t.day = s.day AND t.sequence = s.sequence' : ''}
     ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
     ORDER BY ${isJoined ? 't' : 's'}.sequence ${order === 'newest_first' ? 'DESC' : 'ASC'} LIMIT :limit`,
    { ...filters, limit, query, rare },
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

/** Sequences that are asked for, both ends exclusive; what is left out has no bound. */
interface Bounds {
  readonly above?: number;
  readonly below?: number;
}

/** Where the asked times and the place in the list lie; null when nothing was received then. */
async function readBounds(
  session: Session,
  { from, to, position, order }: SnapshotListRequest,
): Promise<Bounds | null> {
  const isNewestFirst = order === 'newest_first';
  let above = position === null || isNewestFirst ? -Infinity : position;
  let below = position === null || !isNewestFirst ? Infinity : position;
  if (from !== null || to !== null) {
    const received = await session.get<{ first: number | null; last: number | null }>(
      `SELECT min(first_sequence) AS first, max(last_sequence) AS last FROM snapshot_minute
       WHERE minute >= :fromMinute AND minute <= :toMinute`,
      { fromMinute: minuteOf(from ?? 0), toMinute: minuteOf(to ?? Number.MAX_SAFE_INTEGER) },
    );
    if (received === undefined || received.first === null || received.last === null) return null;
    above = Math.max(above, received.first - 1);
    below = Math.min(below, received.last + 1);
  }
  return {
    ...(above === -Infinity ? {} : { above }),
    ...(below === Infinity ? {} : { below }),
  };
}

/** Rows that are first found and then put in order; of more, some are met soon enough in the order of the list. */
const MAX_RARE = 5_000;

/**
 * The sequences that have a word or a flag, when they are few; null when they are many, or nothing of the kind is asked
 * for. The planner cannot know: it takes each beginning of a word for equally common, and would look through the whole
 * list for what is nowhere.
 */
async function findRare(
  database: Database,
  query: string | null,
  flag: string | null,
  { above = null, below = null }: { readonly above?: number | null; readonly below?: number | null },
): Promise<number[] | null> {
  if (query === null && flag === null) return null;
  const rows = await database.transaction(async (session) => {
    // Leaves the index of words or flags as the only way.
    await session.get(
      `SELECT set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true)`,
    );
    return session.all<{ sequence: number }>(
      `SELECT sequence
       FROM ${query === null ? 'snapshot WHERE flags @> ARRAY[:flag::text]' : 'snapshot_text WHERE words @@ :query::tsquery'}
         AND (:above::bigint IS NULL OR sequence > :above) AND (:below::bigint IS NULL OR sequence < :below)
       LIMIT :limit`,
      { query, flag, above, below, limit: MAX_RARE + 1 },
    );
  });
  return rows.length > MAX_RARE ? null : rows.map(({ sequence }) => sequence);
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
