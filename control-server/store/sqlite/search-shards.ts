import type { SearchPhrase } from '../search-words.ts';
import type { Database } from './database.ts';

/**
 * Sequences of one table of the index. The index is many small tables, each over a range of snapshots: then the work of
 * a merge, and of a search for the beginning of a common word, is bounded, and old snapshots leave with their table.
 */
export const SHARD_SEQUENCES = 32_768;

const PREFIX = 'snapshot_text_';

/** The table that a sequence belongs to. */
export function shardOf(sequence: number): number {
  return Math.floor(sequence / SHARD_SEQUENCES);
}

/** Its name: made of a number only. */
export function tableOf(shard: number): string {
  return `${PREFIX}${Math.trunc(shard)}`;
}

/**
 * Makes the table when there is none. It keeps no text, only which snapshots have a word and where. Its texts are words
 * already, so the plainest tokenizer takes them apart; beginnings of two letters have an index of their own, or each
 * search for one would put thousands of words together.
 */
export function ensureShard(database: Database, shard: number): void {
  if (hasShard(database, shard)) return;
  database.execute(
    `CREATE VIRTUAL TABLE ${tableOf(shard)}
     USING fts5(place, value, content='', contentless_delete=1, tokenize='ascii', prefix='2')`,
  );
  // Half the work of merging, for a few more places to look into.
  database.execute(`INSERT INTO ${tableOf(shard)} (${tableOf(shard)}, rank) VALUES ('automerge', 8)`);
}

/** False for a range of which nothing was indexed, or nothing is left. */
function hasShard(database: Database, shard: number): boolean {
  return (
    database.get('SELECT 1 FROM sqlite_schema WHERE name = :name', { name: tableOf(shard) }) !== undefined
  );
}

/** The tables that there are. */
export function listShards(database: Database): ReadonlySet<number> {
  const names = database.all<{ name: string }>(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%'`,
  );
  return new Set(names.map(({ name }) => Number(name.slice(PREFIX.length))));
}

/** Takes snapshots that were deleted out of the index; a table of which none is left goes as a whole. */
export function removeTexts(database: Database, sequences: readonly number[], indexedThrough: number): void {
  const indexed = sequences.filter((sequence) => sequence <= indexedThrough);
  for (const [shard, inShard] of Map.groupBy(indexed, shardOf)) {
    if (!hasShard(database, shard)) continue;
    const first = shard * SHARD_SEQUENCES;
    const end = first + SHARD_SEQUENCES;
    const isUsed =
      end > indexedThrough ||
      database.get('SELECT 1 FROM snapshot WHERE sequence >= :first AND sequence < :end LIMIT 1', {
        first,
        end,
      }) !== undefined;
    if (!isUsed) database.execute(`DROP TABLE ${tableOf(shard)}`);
    else {
      database.run(`DELETE FROM ${tableOf(shard)} WHERE rowid IN (SELECT value FROM json_each(:sequences))`, {
        sequences: JSON.stringify(inShard),
      });
    }
  }
}

/** The phrases in the language of the index: every word in quotes, so that none of it is a command. */
export function matchOf(phrases: readonly SearchPhrase[], isPlaceOnly: boolean): string {
  const all = phrases.map((phrase) => `"${phrase.join(' ').replaceAll('"', '""')}" *`).join(' AND ');
  return isPlaceOnly ? `{place} : (${all})` : all;
}
