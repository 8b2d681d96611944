import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { toStorableText } from '../../../src/protocol/storable-text.ts';

/** Prepared statements that are kept: far more than there are literals. */
const MAX_STATEMENTS = 1_000;

/**
 * A full group touches a page of its own in each index for nearly every row. Those that do not fit are written to the
 * WAL before the commit, and again when they are touched again: with SQLite's 2 MB a quarter more is written.
 */
const CACHE_KIB = 64 * 1024;

/** Values for the named places (`:name`) of a statement. */
export type Parameters = Readonly<Record<string, SQLInputValue>>;

/**
 * One SQLite connection with its prepared statements. Every value goes in by name; a name that the statement does not
 * know, or `undefined`, throws.
 */
export interface Database {
  /** Several statements without values. */
  execute(sql: string): void;
  run(sql: string, parameters?: Parameters): { readonly changes: number; readonly lastRowId: number };
  // The schema is STRICT, so a row has the shape that its statement selects: the caller states it.
  /** The first row. */
  // oxlint-disable-next-line no-unnecessary-type-parameters
  get<Row>(sql: string, parameters?: Parameters): Row | undefined;
  all<Row>(sql: string, parameters?: Parameters): Row[];
  readonly inTransaction: boolean;
  close(): void;
}

/** Opens the file, creating it readable for its owner only, and sets the connection up. */
export function openDatabase(file: string): Database {
  // SQLite gives its -wal and -shm files the mode of the database.
  closeSync(openSync(file, 'a', 0o600));
  const connection = new DatabaseSync(file, { enableForeignKeyConstraints: true });
  try {
    // page_size and auto_vacuum take effect only while the file is empty, and before WAL.
    connection.exec(`
      PRAGMA busy_timeout = 5000;
      PRAGMA page_size = 8192;
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA wal_autocheckpoint = 1000;
      PRAGMA journal_size_limit = 67108864;
      PRAGMA secure_delete = FAST;
      PRAGMA cache_size = -${CACHE_KIB};
    `);
  } catch (error) {
    connection.close();
    throw error;
  }
  return wrap(connection);
}

function wrap(connection: DatabaseSync): Database {
  // The statements are literals of this folder, but for the tables of the index of texts, which come and go.
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      if (statements.size >= MAX_STATEMENTS) statements.clear();
      statement = connection.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  return {
    execute: (sql) => connection.exec(sql),
    run: (sql, parameters = {}) => {
      const { changes, lastInsertRowid } = prepare(sql).run(bindable(parameters));
      return { changes: Number(changes), lastRowId: Number(lastInsertRowid) };
    },
    // oxlint-disable no-unsafe-type-assertion, no-unnecessary-type-parameters -- as the interface says
    get: <Row>(sql: string, parameters: Parameters = {}) =>
      prepare(sql).get(bindable(parameters)) as Row | undefined,
    all: <Row>(sql: string, parameters: Parameters = {}) => prepare(sql).all(bindable(parameters)) as Row[],
    // oxlint-enable no-unsafe-type-assertion, no-unnecessary-type-parameters
    get inTransaction() {
      return connection.isTransaction;
    },
    close: () => connection.close(),
  };
}

/** The last line of defence: what is compared or answered was made storable before, so there is seldom anything to copy. */
function bindable(parameters: Parameters): Record<string, SQLInputValue> {
  let bound: Record<string, SQLInputValue> = parameters;
  for (const name of Object.keys(parameters)) {
    const value = parameters[name];
    if (typeof value !== 'string') continue;
    const storable = toStorableText(value);
    if (storable !== value) bound = { ...bound, [name]: storable };
  }
  return bound;
}
