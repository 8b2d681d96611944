import { StoreError } from '../store-error.ts';
import type { Database } from './database.ts';
import { COLUMNS } from './schema/columns.ts';
import { FIRST_TABLES } from './schema/first-tables.ts';
import { LEAST_PAYLOAD } from './schema/least-payload.ts';
import { SEARCH_AND_PINS } from './schema/search-and-pins.ts';
import { KILL_SWITCH_OF_AGENTS } from './schema/kill-switch-of-agents.ts';
import { PEOPLE_AND_AUDIT } from './schema/people-and-audit.ts';
import { SERVICES_OF_KEYS } from './schema/services-of-keys.ts';
import { SETTINGS_AND_WEBHOOKS } from './schema/settings-and-webhooks.ts';

/**
 * The steps from an empty file to the schema of today; `user_version` counts those that a file has seen. A step that
 * was released is never edited, only followed.
 */
const STEPS: readonly string[] = [
  FIRST_TABLES,
  KILL_SWITCH_OF_AGENTS,
  SETTINGS_AND_WEBHOOKS,
  SEARCH_AND_PINS,
  PEOPLE_AND_AUDIT,
  COLUMNS,
  SERVICES_OF_KEYS,
  LEAST_PAYLOAD,
];

/** "STFR": tells our files from other programs' databases. */
const APPLICATION_ID = 0x53544652;

/**
 * Brings the file to the schema of this version, each step in a transaction of its own.
 * Throws `data_is_newer` for a file of a later version, and `store_failed` for another program's database.
 */
export function migrate(database: Database, nowMs: number): void {
  const known = readPragma(database, 'user_version');
  const owner = readPragma(database, 'application_id');
  if (owner !== APPLICATION_ID && (owner !== 0 || known !== 0 || hasTables(database))) {
    throw new StoreError(
      'store_failed',
      "The file is another program's database. Give the server a data folder of its own.",
    );
  }
  if (known > STEPS.length) {
    throw new StoreError(
      'data_is_newer',
      `The data was written by a later version (schema ${known}, this one knows ${STEPS.length}). ` +
        'Start that version, or another data folder.',
    );
  }
  for (const [index, step] of STEPS.entries()) {
    if (index < known) continue;
    database.execute('BEGIN IMMEDIATE');
    try {
      database.execute(step);
      if (index === 0) seed(database, nowMs);
      database.execute(
        `PRAGMA user_version = ${index + 1}; PRAGMA application_id = ${APPLICATION_ID}; COMMIT`,
      );
    } catch (error) {
      if (database.inTransaction) database.execute('ROLLBACK');
      throw error;
    }
  }
}

function seed(database: Database, nowMs: number): void {
  database.run(
    `INSERT INTO meta (name, number) VALUES ('epoch', :epoch), ('rev_floor', 0), ('snapshot_bytes', 0)`,
    { epoch: nowMs },
  );
}

function readPragma(database: Database, name: 'user_version' | 'application_id'): number {
  return database.get<Record<string, number>>(`PRAGMA ${name}`)?.[name] ?? 0;
}

function hasTables(database: Database): boolean {
  return database.get('SELECT 1 FROM sqlite_schema LIMIT 1') !== undefined;
}
