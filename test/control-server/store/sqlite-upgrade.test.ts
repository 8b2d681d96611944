import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { createSqliteStore } from '../../../control-server/store/sqlite-store.ts';
import { FIRST_TABLES } from '../../../control-server/store/sqlite/schema/first-tables.ts';
import { KILL_SWITCH_OF_AGENTS } from '../../../control-server/store/sqlite/schema/kill-switch-of-agents.ts';
import { SETTINGS_AND_WEBHOOKS } from '../../../control-server/store/sqlite/schema/settings-and-webhooks.ts';
import { encodeSnapshot } from '../../../src/protocol/snapshot.ts';
import { aSnapshot } from '../../helpers/a-snapshot.ts';
import { later, NOW } from './opened-store.ts';

/** "STFR". */
const APPLICATION_ID = 0x53_54_46_52;

test('a file from before there was an index of texts has all of it soon', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stillframe-upgrade-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'stillframe.db');
  writeOldFile(file);
  const store = await createSqliteStore({ file });
  onTestFinished(() => store.close());
  expect(await store.readSearchLag()).toEqual({ pending: 2, indexedThrough: null });
  await store.indexTexts();
  const found = async (query: Parameters<typeof store.listSnapshots>[0]) =>
    (await store.listSnapshots(query)).items.map(({ id }) => id);
  expect(await found({ q: 'checkout' })).toEqual(['b', 'a']);
  expect(await found({ q: 'first' })).toEqual(['a']);
  expect(await found({ flag: 'jwt' })).toEqual(['a']);
  expect(await found({ from: later(60_000) })).toEqual(['b']);
  expect(await found({ pinned: false, service: 'shop', file: '/app/src/order.ts' })).toEqual(['b', 'a']);
  expect(await store.sweep(later(8 * 24 * 60 * 60_000))).toEqual({ deletedSnapshots: 2 });
});

/** As the version before left it: two snapshots, a minute apart. */
function writeOldFile(file: string): void {
  const database = new DatabaseSync(file);
  for (const step of [FIRST_TABLES, KILL_SWITCH_OF_AGENTS, SETTINGS_AND_WEBHOOKS]) database.exec(step);
  database.exec(`
    INSERT INTO meta (name, number) VALUES ('epoch', 1), ('rev_floor', 0), ('snapshot_bytes', 20);
    INSERT INTO environment (name, rev) VALUES ('default', 0);
    INSERT INTO service (environment, name, first_seen_at, last_seen_at) VALUES ('default', 'shop', 1, 1);
    PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 3;`);
  const snapshot = database.prepare(`
    INSERT INTO snapshot (id, environment, service_name, label, file_path, line_number, function_name, mode,
      captured_at, received_at, preview, flags, size_bytes)
    VALUES (:id, 'default', 'shop', 'checkout', '/app/src/order.ts', 42, 'placeOrder', 'snapshot', :at, :at, '', :flags, 10)`);
  const body = database.prepare('INSERT INTO snapshot_body (sequence, body) VALUES (:sequence, :body)');
  for (const [id, minute, flags, text] of [
    ['a', 0, '["jwt","email"]', 'first'],
    ['b', 1, '[]', 'second'],
  ] as const) {
    const { lastInsertRowid } = snapshot.run({ id, flags, at: Date.parse(NOW) + minute * 60_000 });
    const encoded = encodeSnapshot(aSnapshot({ snapshotId: id, variables: { text } }));
    body.run({ sequence: lastInsertRowid, body: JSON.stringify(encoded) });
  }
  database.close();
}
