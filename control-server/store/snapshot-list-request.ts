import type { SnapshotQuery } from '../../src/protocol/api.ts';
import type { BreakpointMode } from '../../src/protocol/breakpoint.ts';
import { decodeCursor } from './cursor.ts';
import { readOptionalInstant } from './instant.ts';
import { readSearch } from './search-words.ts';
import type { SearchPhrase } from './search-words.ts';
import { StoreError } from './store-error.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
const MAX_SEARCH_LENGTH = 1_000;

/** A {@link SnapshotQuery} with every value checked and decoded. */
export interface SnapshotListRequest {
  readonly service: string | null;
  readonly environment: string | null;
  readonly label: string | null;
  readonly breakpoint: string | null;
  readonly instance: string | null;
  readonly trace: string | null;
  readonly flag: string | null;
  readonly file: string | null;
  readonly mode: BreakpointMode | null;
  readonly pinned: boolean | null;
  /** Null: nothing is searched for. Without a phrase: what was typed holds no word, so nothing is found. */
  readonly search: { readonly phrases: readonly SearchPhrase[]; readonly isPlaceOnly: boolean } | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly order: 'newest_first' | 'oldest_first';
  /** Sequence where to go on, exclusive; null: at the newest. */
  readonly position: number | null;
  readonly limit: number;
}

/** Reads a query. Throws `bad_cursor` or `bad_value`. A limit out of its range is taken to the nearest end. */
export function readSnapshotQuery(query: SnapshotQuery): SnapshotListRequest {
  if (query.before !== undefined && query.after !== undefined) {
    throw new StoreError('bad_cursor', '"before" and "after" exclude each other: give one.');
  }
  const cursor = query.after ?? query.before;
  return {
    service: query.service ?? null,
    environment: query.environment ?? null,
    label: query.label ?? null,
    breakpoint: query.breakpoint ?? null,
    instance: query.instance ?? null,
    trace: query.trace ?? null,
    flag: query.flag ?? null,
    file: query.file ?? null,
    mode: query.mode ?? null,
    pinned: query.pinned ?? null,
    search: readSearchOf(query),
    from: readOptionalInstant(query.from, 'from'),
    to: readOptionalInstant(query.to, 'to'),
    order: query.after === undefined ? 'newest_first' : 'oldest_first',
    position: cursor === undefined ? null : decodeCursor(cursor),
    limit: Math.min(MAX_LIMIT, Math.max(1, Math.trunc(query.limit ?? DEFAULT_LIMIT) || 1)),
  };
}

function readSearchOf({ q = '', searchIn }: SnapshotQuery): SnapshotListRequest['search'] {
  if (q === '') return null;
  if (q.length > MAX_SEARCH_LENGTH) {
    throw new StoreError('bad_value', `"q" has at most ${MAX_SEARCH_LENGTH} characters.`);
  }
  return { phrases: readSearch(q), isPlaceOnly: searchIn === 'place' };
}
