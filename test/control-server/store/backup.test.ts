import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { restoreBackup } from '../../../control-server/restore-backup.ts';
import { createSqliteStore } from '../../../control-server/store/sqlite-store.ts';
import type { Store } from '../../../control-server/store/store.ts';
import { parseStateVersion } from '../../../src/protocol/state-version.ts';
import { CHECKOUT, NOW, SHOP } from './opened-store.ts';
import { until } from '../../helpers/until.ts';
import { snapshotsOf } from './snapshots-of.ts';

test('a backup under ingest has every snapshot that was confirmed before it began', async () => {
  const folder = await temporaryFolder();
  const store = await openStore(join(folder, 'stillframe.db'));
  await store.registerLabel('default', CHECKOUT, NOW);
  const progress = { batches: 0, isDone: false };
  const ingest = async (writer: number): Promise<void> => {
    while (!progress.isDone) {
      const batch = await store.storeSnapshots(
        'default',
        snapshotsOf(20, {}, `${writer}-${progress.batches}-`),
        NOW,
      );
      progress.batches += batch.outcomes.includes('stored') ? 1 : 0;
    }
  };
  const writers = [ingest(1), ingest(2)];
  // Storing comes first, so this takes as long as the writers go on.
  const indexing = store.indexTexts();
  await until('fifty batches', () => progress.batches >= 50);
  const { cursor } = await store.storeSnapshots('default', snapshotsOf(1, {}, 'before-'), NOW);
  const file = join(folder, 'backup.db');
  await store.backup(file);
  progress.isDone = true;
  await Promise.all([...writers, indexing]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await readdir(folder)).filter((name) => name.startsWith('backup'))).toEqual(['backup.db']);

  const restored = join(folder, 'restored');
  expect(await restoreBackup(file, restored)).toBe(join(restored, 'stillframe.db'));
  const copy = await openStore(join(restored, 'stillframe.db'));
  const before = new Set(await idsUntil(store, cursor ?? ''));
  expect(before.size).toBeGreaterThan(1_000);
  const kept = new Set(await idsUntil(copy, 'sn-zzzzzzz'));
  expect([...before].filter((id) => !kept.has(id))).toEqual([]);
  // A batch is in it whole or not at all, and so are its hits.
  expect(kept.size % 20).toBe(1);
  const [breakpoint] = await copy.listBreakpoints({});
  expect(breakpoint).toMatchObject({ label: 'checkout', captureCount: kept.size });
  await copy.indexTexts();
  expect((await copy.listSnapshots({ q: 'checkout', limit: 1 })).items).toHaveLength(1);
});

test('a restored backup begins a new epoch, so that agents take its state for newer', async () => {
  const folder = await temporaryFolder();
  const store = await openStore(join(folder, 'stillframe.db'));
  await store.registerLabel('default', CHECKOUT, NOW);
  const file = join(folder, 'backup.db');
  await store.backup(file);
  await store.setKillSwitch(
    { scope: 'global', serviceName: null, environment: null, on: true, by: 'ada', reason: null },
    NOW,
  );
  const told = parseStateVersion((await store.readServiceState(SHOP, NOW)).version);
  await restoreBackup(file, join(folder, 'restored'));
  const copy = await openStore(join(folder, 'restored', 'stillframe.db'));
  const state = await copy.readServiceState(SHOP, NOW);
  expect(parseStateVersion(state.version)?.epoch).toBeGreaterThan(told?.epoch ?? Infinity);
  expect(state).toMatchObject({ killed: { global: false }, breakpoints: [{ label: 'checkout' }] });
});

test('a backup has the file format of a store, and none of its free pages', async () => {
  const folder = await temporaryFolder();
  const store = await createSqliteStore({ file: join(folder, 'stillframe.db'), retention: { maxAgeMs: 1 } });
  onTestFinished(() => store.close());
  const variables = { text: 'x'.repeat(100_000) };
  await store.storeSnapshots('default', snapshotsOf(60, { variables }), NOW);
  await store.sweep('2026-11-22T00:00:00Z');
  await store.backup(join(folder, 'backup.db'));
  const database = new DatabaseSync(join(folder, 'backup.db'));
  onTestFinished(() => database.close());
  const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  expect(pragma('page_size')).toBe(8_192);
  expect(pragma('auto_vacuum')).toBe(2);
  expect(pragma('freelist_count')).toBe(0);
  expect(pragma('integrity_check')).toBe('ok');
});

test('a backup is written over nothing, and nothing is left of one that fails', async () => {
  const folder = await temporaryFolder();
  const store = await openStore(join(folder, 'stillframe.db'));
  const taken = join(folder, 'taken');
  await writeFile(taken, 'precious');
  await expect(store.backup(taken)).rejects.toMatchObject({ name: 'StoreError', code: 'file_exists' });
  expect((await stat(taken)).size).toBe(8);
  await writeFile(join(folder, 'half.partial'), 'precious');
  await expect(store.backup(join(folder, 'half'))).rejects.toMatchObject({ code: 'file_exists' });
  expect(existsSync(join(folder, 'half'))).toBe(false);
  await expect(store.backup(join(folder, 'missing', 'file'))).rejects.toMatchObject({ code: 'store_failed' });
  expect(await store.ping()).toBe(true);
});

test('a restore touches no data that is there, and leaves nothing of what is no backup', async () => {
  const folder = await temporaryFolder();
  const data = join(folder, 'data');
  const text = join(folder, 'text');
  await writeFile(text, 'not a database, but long enough to be looked at as one'.repeat(20));
  await expect(restoreBackup(text, data)).rejects.toMatchObject({ code: 'backup_damaged' });
  await expect(restoreBackup(join(folder, 'missing'), data)).rejects.toMatchObject({ code: 'ENOENT' });
  expect((await readdir(data)).filter((name) => name.includes('.db'))).toEqual([]);

  const store = await openStore(join(folder, 'stillframe.db'));
  await store.backup(join(folder, 'backup.db'));
  await restoreBackup(join(folder, 'backup.db'), data);
  await expect(restoreBackup(join(folder, 'backup.db'), data)).rejects.toMatchObject({ code: 'file_exists' });
});

test('a restore takes no backup that is empty, cut short or torn in the middle', async () => {
  const folder = await temporaryFolder();
  const store = await openStore(join(folder, 'stillframe.db'));
  await store.storeSnapshots('default', snapshotsOf(500), NOW);
  await store.backup(join(folder, 'backup.db'));
  const whole = await readFile(join(folder, 'backup.db'));
  const torn = Buffer.from(whole);
  // The head of a page in the middle of the file.
  torn.fill(0xff, 40 * 8_192, 40 * 8_192 + 512);
  for (const [name, bytes] of Object.entries({
    empty: Buffer.alloc(0),
    'cut short': whole.subarray(0, Math.floor(whole.length / 2)),
    torn,
  })) {
    const file = join(folder, name);
    const data = join(folder, `data of ${name}`);
    await writeFile(file, bytes);
    await expect(restoreBackup(file, data), name).rejects.toMatchObject({ code: 'backup_damaged' });
    expect((await readdir(data)).filter((entry) => entry.includes('.db'))).toEqual([]);
  }
});

async function idsUntil(store: Store, cursor: string): Promise<string[]> {
  const ids: string[] = [];
  let before: string | null = cursor;
  while (before !== null) {
    const page: Awaited<ReturnType<Store['listSnapshots']>> = await store.listSnapshots({
      before,
      limit: 500,
    });
    ids.push(...page.items.map(({ id }) => id));
    before = page.nextCursor;
  }
  return ids;
}

async function openStore(file: string): Promise<Store> {
  const store = await createSqliteStore({ file });
  onTestFinished(() => store.close());
  return store;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stillframe-backup-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
