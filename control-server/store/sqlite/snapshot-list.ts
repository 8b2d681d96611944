import type { SnapshotSummary } from '../../../src/protocol/api.ts';
import type { SnapshotListRequest } from '../snapshot-list-request.ts';
import type { Database } from './database.ts';
import { isCoveredBy, parametersOf, selectByIndex } from './snapshot-access.ts';
import { chooseFilter } from './snapshot-filter.ts';
import { planByText } from './snapshot-search.ts';
import { merge, WINDOW, windowAt } from './snapshot-window.ts';
import type { Plan, Range } from './snapshot-window.ts';
import { toSummary } from '../rows/snapshot-row.ts';
import type { SnapshotRow } from '../rows/snapshot-row.ts';

/** Time after which a list lets other calls in between: a rare word in millions of rows delays no commit. */
const MAX_PART_MS = 8;
const MINUTE_MS = 60_000;

/** A part of a page: `next` is where to go on when more is wanted, or null at the end. */
export interface SnapshotListPart {
  readonly items: readonly SnapshotSummary[];
  readonly next: number | null;
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
  const { access, requests, isFew } = chooseFilter(database, request, range);
  const sql = selectByIndex(access, request.order);
  const window = isFew || isCoveredBy(access, request) ? Infinity : WINDOW;
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
