import { randomBytes } from 'node:crypto';
import { Client, DatabaseError } from 'pg';
import { StoreError } from '../store-error.ts';
import { connectionConfig } from './database.ts';
import { LOCKS } from './locks.ts';
import { ACCESS_TABLES } from './schema/access-tables.ts';
import { COLUMNS_AND_QUESTIONS } from './schema/columns-and-questions.ts';
import { FIRST_TABLES } from './schema/first-tables.ts';
import { LEAST_PAYLOAD } from './schema/least-payload.ts';
import { NODE_FACTS } from './schema/node-facts.ts';
import { SERVICES_OF_KEYS } from './schema/services-of-keys.ts';

/** The steps from an empty database to the schema of today. A step that was released is never edited, only followed. */
const STEPS: readonly string[] = [
  FIRST_TABLES + ACCESS_TABLES,
  NODE_FACTS,
  COLUMNS_AND_QUESTIONS,
  SERVICES_OF_KEYS,
  LEAST_PAYLOAD,
];

/** What another node may take for its migration until this one gives up. */
const WAIT_MS = 60_000;
const UNDEFINED_TABLE = '42P01';

/**
 * Brings the database to the schema of this version, each step in a transaction of its own. Nodes that start together
 * wait for the one that is first.
 * Throws `data_is_newer` for a database of a later version, and `store_failed` for one that cannot hold every text.
 */
export async function migrate(url: string, nowMs: number): Promise<void> {
  const client = new Client({ ...connectionConfig(url), lock_timeout: WAIT_MS });
  client.on('error', () => undefined); // it reaches the query that is under way
  await client.connect();
  try {
    await requireUtf8(client);
    // Ends with the connection, whatever happens.
    await client.query(`SELECT pg_advisory_lock(${LOCKS.migrate})`);
    const known = await readVersion(client);
    if (known > STEPS.length) {
      throw new StoreError(
        'data_is_newer',
        `The data was written by a later version (schema ${known}, this one knows ${STEPS.length}). ` +
          'Start that version, or give this one another database.',
      );
    }
    for (const [index, step] of STEPS.entries()) {
      if (index >= known) await apply(client, step, index + 1, nowMs);
    }
  } finally {
    await client.end();
  }
}

async function apply(client: Client, step: string, version: number, nowMs: number): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(step);
    if (version === 1) {
      await client.query(
        `INSERT INTO meta (name, number) VALUES ('epoch', $1), ('rev_floor', 0), ('pinned_bytes', 0),
           ('indexed_through', 0)`,
        [nowMs],
      );
      await client.query(
        'CREATE TABLE stillframe_schema (version integer NOT NULL, instance_id text NOT NULL)',
      );
      await client.query('INSERT INTO stillframe_schema (version, instance_id) VALUES (0, $1)', [
        randomBytes(16).toString('hex'),
      ]);
    }
    await client.query('UPDATE stillframe_schema SET version = $1', [version]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** Zero for a database without our tables. */
async function readVersion(client: Client): Promise<number> {
  try {
    const { rows } = await client.query<{ version: number }>('SELECT version FROM stillframe_schema');
    return rows[0]?.version ?? 0;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === UNDEFINED_TABLE) return 0;
    throw error;
  }
}

async function requireUtf8(client: Client): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>('SHOW server_encoding');
  const encoding = rows[0]?.server_encoding;
  if (encoding === 'UTF8') return;
  throw new StoreError(
    'store_failed',
    `The database stores text as ${encoding}. Create one with ENCODING 'UTF8' for this server.`,
  );
}
