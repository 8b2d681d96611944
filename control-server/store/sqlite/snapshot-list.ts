import type { SnapshotSummary } from '../../../src/protocol/api.ts';
import type { SnapshotListRequest } from '../snapshot-list-request.ts';
import type { Database } from './database.ts';
import { readIndexedThrough } from './search-index.ts';
import { listShards, SHARD_SEQUENCES, shardOf } from './search-shards.ts';
import {
  accessPath,
  candidateParametersOf,
  isCoveredBy,
  isUnfiltered,
  parametersOf,
  selectByIndex,
  selectByText,
  selectCandidateRange,
} from './snapshot-access.ts';
import type { AccessPath } from './snapshot-access.ts';
import { toSummary } from '../rows/snapshot-row.ts';
import type { SnapshotRow } from '../rows/snapshot-row.ts';

/** Sequences that a list looks at in one step when no index finds its rows, … */
const WINDOW = 10_000;
/** … and the time after which it lets other calls in between: a rare word in millions of rows delays no commit. */
const MAX_PART_MS = 8;
/** Services whose rows are found one service at a time; of more, the rows are looked through. */
const MAX_SERVICES = 64;
const MINUTE_MS = 60_000;

/** A part of a page: `next` is where to go on when more is wanted, or null at the end. */
export interface SnapshotListPart {
  readonly items: readonly SnapshotSummary[];
  readonly next: number | null;
}

/** Sequences, both ends inclusive. */
interface Range {
  readonly first: number;
  readonly last: number;
}

/** The rows of one step, at most as many as are wanted, from a range. */
type Step = (range: Range, limit: number) => readonly SnapshotRow[];

interface Plan {
  /** Where there can be rows at all. */
  readonly range: Range;
  /** The part of the range that one step looks at, seen from the place where the list is. */
  readonly stepAt: (position: number) => Range;
  readonly step: Step;
}

/** The next rows of a list: at most `limit`, or fewer when its time was over before it had found so many. */
export function listSnapshotPart(database: Database, request: SnapshotListRequest): SnapshotListPart {
  const endMs = performance.now() + MAX_PART_MS;
  const plan = planOf(database, request);
  if (plan === null) return { items: [], next: null };
  const { range, step, stepAt } = plan;
  const isNewestFirst = request.order === 'newest_first';
  // The next sequence to be looked at.
  let position = isNewestFirst
    ? Math.min(range.last, (request.position ?? Infinity) - 1)
    : Math.max(range.first, (request.position ?? -Infinity) + 1);
  const rows: SnapshotRow[] = [];
  while (position >= range.first && position <= range.last) {
    const window = stepAt(position);
    rows.push(...step(window, request.limit - rows.length));
    if (rows.length === request.limit) return { items: rows.map(toSummary), next: lastOf(rows) };
    position = isNewestFirst ? window.first - 1 : window.last + 1;
    if (performance.now() > endMs) break;
  }
  const isAtEnd = position < range.first || position > range.last;
  // A place in a list is exclusive: it is the sequence that was looked at last.
  const next = isNewestFirst ? position + 1 : position - 1;
  return { items: rows.map(toSummary), next: isAtEnd ? null : next };
}

function lastOf(rows: readonly SnapshotRow[]): number | null {
  return rows.at(-1)?.sequence ?? null;
}

/** Null: there can be no rows. */
function planOf(database: Database, request: SnapshotListRequest): Plan | null {
  const range = rangeOf(database, request);
  if (range === null) return null;
  return request.search === null
    ? planByIndex(database, request, range)
    : planByText(database, request, range, request.search.phrases.length);
}

function planByIndex(database: Database, request: SnapshotListRequest, range: Range): Plan {
  const wanted = accessPath(request);
  const services = wanted === 'service' ? findServices(database, request) : [request];
  const access = services.length > MAX_SERVICES ? 'all' : wanted;
  const requests = access === 'service' ? services : [request];
  const sql = selectByIndex(access, request.order);
  const window = isCoveredBy(access, request) ? Infinity : WINDOW;
  return {
    range,
    stepAt: (position) => windowAt(position, range, window, request.order),
    step: ({ first, last }, limit) => {
      const found = requests.map((one) =>
        database.all<SnapshotRow>(sql, {
          ...parametersOf({ ...one, search: null }),
          above: first - 1,
          below: last + 1,
          limit,
        }),
      );
      return found.length === 1 ? (found[0] ?? []) : merge(found.flat(), request.order, limit);
    },
  };
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

function merge(rows: SnapshotRow[], order: SnapshotListRequest['order'], limit: number): SnapshotRow[] {
  const sign = order === 'newest_first' ? -1 : 1;
  return rows.toSorted((a, b) => sign * (a.sequence - b.sequence)).slice(0, limit);
}

/** One table of the index after the other, in windows where other filters may leave nothing of what it finds. */
function planByText(
  database: Database,
  request: SnapshotListRequest,
  whole: Range,
  phrases: number,
): Plan | null {
  if (phrases === 0) return null;
  const range = { first: whole.first, last: Math.min(whole.last, readIndexedThrough(database)) };
  const shards = listShards(database);
  const wanted = accessPath(request);
  // An index on both, so one that is not named is looked for row by row.
  const isHalf = wanted === 'service' && (request.service === null || request.environment === null);
  const access = isHalf ? 'all' : wanted;
  const window = isUnfiltered(request) ? SHARD_SEQUENCES : WINDOW;
  const parameters = parametersOf(request);
  return {
    range,
    stepAt: (position) => {
      const first = shardOf(position) * SHARD_SEQUENCES;
      const inShard = {
        first: Math.max(range.first, first),
        last: Math.min(range.last, first + SHARD_SEQUENCES - 1),
      };
      return shards.has(shardOf(position)) ? windowAt(position, inShard, window, request.order) : inShard;
    },
    step: (window, limit) => {
      const shard = shardOf(window.first);
      const narrow = shards.has(shard) ? narrowBy(database, access, request, window) : null;
      if (narrow === null) return [];
      return database.all<SnapshotRow>(selectByText(shard, access, request.order), {
        ...parameters,
        above: narrow.first - 1,
        below: narrow.last + 1,
        limit,
      });
    },
  };
}

/** The part of a window where the index finds anything; null when it finds nothing. */
function narrowBy(
  database: Database,
  access: AccessPath,
  request: SnapshotListRequest,
  window: Range,
): Range | null {
  if (access === 'all') return window;
  const found = database.get<{ first: number | null; last: number | null }>(selectCandidateRange(access), {
    ...candidateParametersOf(access, request),
    above: window.first - 1,
    below: window.last + 1,
  });
  return found === undefined || found.first === null || found.last === null
    ? null
    : { first: found.first, last: found.last };
}

function windowAt(
  position: number,
  range: Range,
  window: number,
  order: SnapshotListRequest['order'],
): Range {
  return order === 'newest_first'
    ? { first: Math.max(range.first, position - window + 1), last: position }
    : { first: position, last: Math.min(range.last, position + window - 1) };
}

/** The sequences among which the asked times lie; null when there are none. */
function rangeOf(database: Database, { from, to }: SnapshotListRequest): Range | null {
  const stored = database.get<{ first: number | null; last: number | null }>(
    'SELECT (SELECT min(sequence) FROM snapshot) AS first, (SELECT max(sequence) FROM snapshot) AS last',
  );
  if (stored === undefined || stored.first === null || stored.last === null) return null;
  if (from === null && to === null) return { first: stored.first, last: stored.last };
  const received = database.get<{ first: number | null; last: number | null }>(
    `SELECT min(first_sequence) AS first, max(last_sequence) AS last FROM snapshot_minute
     WHERE (:from IS NULL OR minute >= :from) AND (:to IS NULL OR minute <= :to)`,
    { from: from === null ? null : minuteOf(from), to: to === null ? null : minuteOf(to) },
  );
  if (received === undefined || received.first === null || received.last === null) return null;
  const range = { first: Math.max(stored.first, received.first), last: Math.min(stored.last, received.last) };
  return range.first > range.last ? null : range;
}

function minuteOf(ms: number): number {
  return Math.floor(ms / MINUTE_MS);
}
