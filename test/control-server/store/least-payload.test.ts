import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { createPostgresStore } from '../../../control-server/store/postgres-store.ts';
import { createSqliteStore } from '../../../control-server/store/sqlite-store.ts';
import type { Store } from '../../../control-server/store/store.ts';
import { createPostgresDatabase, query } from '../../helpers/postgres-database.ts';
import { NOW } from './opened-store.ts';

const TITLE = 'a breakpoint of before, with less for a snapshot than agents go by, has what they make of it:';

test(`${TITLE} SQLite`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stillframe-upgrade-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'stillframe.db');
  await keepBreakpoints(await createSqliteStore({ file }));
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 7');
  database.close();
  await expectRaised(await createSqliteStore({ file }));
});

test(`${TITLE} PostgreSQL`, async () => {
  const url = await createPostgresDatabase();
  await keepBreakpoints(await createPostgresStore({ url }));
  await query(url, 'UPDATE stillframe_schema SET version = 4');
  await expectRaised(await createPostgresStore({ url }));
});

async function keepBreakpoints(store: Store): Promise<void> {
  for (const maxPayloadBytes of [1, 1_023, 1_024, 1_025, null]) {
    const label = String(maxPayloadBytes);
    await store.createBreakpoint(
      { serviceName: 'shop', environment: 'default', label, maxPayloadBytes },
      NOW,
    );
  }
  await store.close();
}

async function expectRaised(store: Store): Promise<void> {
  const breakpoints = await store.listBreakpoints({});
  await store.close();
  const limits = breakpoints.map(({ label, maxPayloadBytes }) => [label, maxPayloadBytes]);
  expect(Object.fromEntries(limits)).toEqual({
    '1': 1_024,
    '1023': 1_024,
    '1024': 1_024,
    '1025': 1_025,
    null: null,
  });
}
