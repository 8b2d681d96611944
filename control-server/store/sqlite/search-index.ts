import type { SearchLag } from '../../../src/protocol/api-snapshots.ts';
import { toIso } from '../instant.ts';
import { readSearchText } from '../search-text.ts';
import type { SearchText } from '../search-text.ts';
import type { Database } from './database.ts';
import { ensureShard, shardOf, tableOf } from './search-shards.ts';

/** Longest time that one slice takes apart texts: reads wait for it. */
const MAX_SLICE_MS = 8;
/** Bodies that are in memory at a time. */
const CHUNK_ROWS = 16;
const NOTHING: SearchText = { place: '', values: '' };

interface BodyRow {
  readonly sequence: number;
  readonly body: string;
}

/**
 * Indexes the oldest snapshots that are not yet. How far it came is of the same transaction, so a process that is killed
 * goes on where it was. Returns whether nothing is left.
 */
export function indexSlice(database: Database): boolean {
  const endMs = performance.now() + MAX_SLICE_MS;
  let through = readIndexedThrough(database);
  let isDone = false;
  do {
    const rows = database.all<BodyRow>(
      'SELECT sequence, body FROM snapshot_body WHERE sequence > :through ORDER BY sequence LIMIT :limit',
      { through, limit: CHUNK_ROWS },
    );
    for (const [shard, ofShard] of Map.groupBy(rows, ({ sequence }) => shardOf(sequence))) {
      ensureShard(database, shard);
      for (const row of ofShard) addText(database, shard, row);
    }
    through = rows.at(-1)?.sequence ?? through;
    isDone = rows.length < CHUNK_ROWS;
  } while (!isDone && performance.now() < endMs);
  database.run(`UPDATE meta SET number = :through WHERE name = 'indexed_through'`, { through });
  return isDone;
}

/** The sequence up to which everything is in the index. */
export function readIndexedThrough(database: Database): number {
  const row = database.get<{ number: number }>(`SELECT number FROM meta WHERE name = 'indexed_through'`);
  return row?.number ?? 0;
}

/** How far the index is behind. */
export function readSearchLag(database: Database): SearchLag {
  const through = readIndexedThrough(database);
  const { newest = null } =
    database.get<{ newest: number | null }>('SELECT max(sequence) AS newest FROM snapshot') ?? {};
  const indexed = database.get<{ received_at: number }>(
    'SELECT received_at FROM snapshot WHERE sequence <= :through ORDER BY sequence DESC LIMIT 1',
    { through },
  );
  return {
    pending: Math.max(0, (newest ?? 0) - through),
    indexedThrough: indexed === undefined ? null : toIso(indexed.received_at),
  };
}

/** Snapshots that no search finds, because their bodies could not be read. */
export function readIndexSkipped(database: Database): number {
  const row = database.get<{ number: number }>(`SELECT number FROM meta WHERE name = 'index_skipped'`);
  return row?.number ?? 0;
}

/** A body that cannot be read has no words, is counted, and keeps no other out of the index. */
function addText(database: Database, shard: number, { sequence, body }: BodyRow): void {
  const text = readSearchText(body);
  if (text === null) {
    database.run(
      `INSERT INTO meta (name, number) VALUES ('index_skipped', 1)
       ON CONFLICT (name) DO UPDATE SET number = number + 1`,
    );
  }
  const { place, values } = text ?? NOTHING;
  database.run(`INSERT INTO ${tableOf(shard)} (rowid, place, value) VALUES (:sequence, :place, :values)`, {
    sequence,
    place,
    values,
  });
}
