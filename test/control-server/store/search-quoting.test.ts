import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { toTextQuery } from '../../../control-server/store/postgres/text-vector.ts';
import { matchOf } from '../../../control-server/store/sqlite/search-shards.ts';
import { createPostgresDatabase, query } from '../../helpers/postgres-database.ts';

/**
 * What would find another row, or be no query at all, if it were ever more than a word; and the rows that have its
 * letters in a row. No word of a search holds any of it: this is the second line, for the day on which one does.
 */
const COMMANDS: readonly (readonly [word: string, rows: number[]])[] = [
  ['refund" OR "invoice', []],
  ['nothing OR invoice', []],
  ['refund AND invoice', []],
  ['refund NOT nothing', []],
  ['NEAR(refund invoice)', []],
  ['value : refund', []],
  ['{place value} : refund', []],
  ['^refund', [1]],
  ['(refund', [1]],
  ['refund)', [1]],
  ['+', []],
  ['"', []],
  ["refund' | 'invoice", []],
  ["refund\\' | invoice", []],
  ["'", []],
  ['\\', []],
  ['!nothing', []],
  ['refund <-> invoice', []],
  ['refund:*', [1]],
];

test.each(COMMANDS)('%j in quotes is no command to the index of SQLite', (word, rows) => {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  database.exec("CREATE VIRTUAL TABLE text USING fts5(place, value, tokenize='ascii', prefix='2')");
  database.exec(
    "INSERT INTO text (rowid, place, value) VALUES (1, 'shop', 'refund'), (2, 'shop', 'invoice')",
  );
  const found = database.prepare('SELECT rowid FROM text WHERE text MATCH ? ORDER BY rowid');
  const rowsOf = (match: string): unknown[] => found.all(match).map(({ rowid }) => rowid);
  expect(rowsOf(matchOf([[word]], false))).toEqual(rows);
  expect(rowsOf(matchOf([[word], ['refund']], false))).toEqual(rows);
  expect(rowsOf(matchOf([[word]], true))).toEqual([]);
});

test('no word in quotes is a command to the index of PostgreSQL', async () => {
  const url = await createPostgresDatabase();
  for (const [word] of COMMANDS) {
    const found = await query(
      url,
      `SELECT text FROM (VALUES ('refund'), ('invoice')) AS row (text)
       WHERE ('''' || text || ''':1')::tsvector @@ '${toTextQuery([[word]], false).replaceAll("'", "''")}'::tsquery`,
    );
    expect(found, word).toEqual([]);
  }
});
