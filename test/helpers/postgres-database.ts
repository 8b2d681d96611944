import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Client } from 'pg';
import { inject } from 'vitest';

/** The URL of a new, empty database on the PostgreSQL of this test run. It goes with it. */
export async function createPostgresDatabase(): Promise<string> {
  const clusterUrl = await text(connect(inject('postgresPort'), '127.0.0.1'));
  if (!clusterUrl.startsWith('postgres://')) throw new Error(clusterUrl);
  return createDatabaseOn(clusterUrl);
}

/** The same on a PostgreSQL of one's own. */
export async function createDatabaseOn(clusterUrl: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await query(clusterUrl, `CREATE DATABASE ${name}`);
  const url = new URL(clusterUrl);
  url.pathname = name;
  return url.href;
}

/** Runs one statement on a connection of its own. */
export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}
