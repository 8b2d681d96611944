import type { SnapshotRow } from '../rows/snapshot-row.ts';
import type { SnapshotListRequest } from '../snapshot-list-request.ts';
import { isFoundBy, readSearchText } from '../search-text.ts';
import type { Database } from './database.ts';
import { readIndexedThrough } from './search-index.ts';
import { listShards, SHARD_SEQUENCES, shardOf } from './search-shards.ts';
import {
  candidateParametersOf,
  isUnfiltered,
  parametersOf,
  selectByIndex,
  selectByText,
  selectCandidateRange,
} from './snapshot-access.ts';
import { chooseFilter } from './snapshot-filter.ts';
import type { Filter } from './snapshot-filter.ts';
import { merge, WINDOW, windowAt } from './snapshot-window.ts';
import type { Plan, Range } from './snapshot-window.ts';

/** Rows of a window that filters are tried on, and those left of them that are read whole instead of asking the index of texts. */
const MAX_NARROWED = 1_000;
const MAX_READ = 16;

/** One table of the index after the other, in windows where other filters may leave nothing of what it finds. */
export function planByText(
  database: Database,
  request: SnapshotListRequest,
  whole: Range,
  phrases: number,
): Plan | null {
  if (phrases === 0) return null;
  const range = { first: whole.first, last: Math.min(whole.last, readIndexedThrough(database)) };
  const shards = listShards(database);
  const filter = filterOf(database, request, range);
  const window = filter.isFew || isUnfiltered(request) ? SHARD_SEQUENCES : WINDOW;
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
      if (!shards.has(shardOf(window.first))) return [];
      const narrow = narrowBy(database, filter, window);
      if (narrow === null) return [];
      const few = narrow.count > MAX_NARROWED ? null : readFew(database, filter, request, narrow);
      return few === null
        ? searchIndex(database, filter, request, narrow, limit)
        : few.filter((row) => isFound(database, row, request)).slice(0, limit);
    },
  };
}

/** Several services would each search anew, which pays only when they have few rows. */
function filterOf(database: Database, request: SnapshotListRequest, range: Range): Filter {
  const filter = chooseFilter(database, request, range);
  return filter.requests.length <= 1 || filter.isFew
    ? filter
    : { access: 'all', requests: [request], isFew: false };
}

/** The part of a window where the index finds anything, and how much; null when it finds nothing. */
function narrowBy(
  database: Database,
  { access, requests }: Filter,
  window: Range,
): (Range & { readonly count: number }) | null {
  if (access === 'all') return { ...window, count: Infinity };
  const found = requests.flatMap((request) => {
    const part = database.get<{ first: number | null; last: number | null; count: number }>(
      selectCandidateRange(access),
      { ...candidateParametersOf(access, request), above: window.first - 1, below: window.last + 1 },
    );
    return part === undefined || part.first === null || part.last === null
      ? []
      : [{ first: part.first, last: part.last, count: part.count }];
  });
  if (found.length === 0) return null;
  return {
    first: Math.min(...found.map(({ first }) => first)),
    last: Math.max(...found.map(({ last }) => last)),
    count: found.reduce((sum, { count }) => sum + count, 0),
  };
}

/** The rows that all filters leave when they are few; null when they are more than are worth reading whole. */
function readFew(
  database: Database,
  { access, requests }: Filter,
  request: SnapshotListRequest,
  { first, last }: Range,
): readonly SnapshotRow[] | null {
  const sql = selectByIndex(access, request.order);
  const rows = requests.flatMap((one) =>
    database.all<SnapshotRow>(sql, {
      ...parametersOf({ ...one, search: null }),
      above: first - 1,
      below: last + 1,
      limit: MAX_READ + 1,
    }),
  );
  return rows.length > MAX_READ ? null : merge(rows, request.order, MAX_READ);
}

/** By the text itself: the index would put together all rows of its table that have a word which is everywhere. */
function isFound(database: Database, { sequence }: SnapshotRow, { search }: SnapshotListRequest): boolean {
  const stored = database.get<{ body: string }>('SELECT body FROM snapshot_body WHERE sequence = :sequence', {
    sequence,
  });
  if (stored === undefined || search === null) return false;
  const text = readSearchText(stored.body);
  return text !== null && isFoundBy(text, search.phrases, search.isPlaceOnly);
}

function searchIndex(
  database: Database,
  { access, requests }: Filter,
  request: SnapshotListRequest,
  { first, last }: Range,
  limit: number,
): readonly SnapshotRow[] {
  const only = requests.length === 1 ? requests[0] : undefined;
  return database.all<SnapshotRow>(
    selectByText(shardOf(first), only === undefined ? 'all' : access, request.order),
    { ...parametersOf(only ?? request), above: first - 1, below: last + 1, limit },
  );
}
