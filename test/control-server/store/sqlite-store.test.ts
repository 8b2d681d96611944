import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { createSqliteStore } from '../../../control-server/store/sqlite-store.ts';
import { createStoreOpener } from './emptied-store.ts';
import { CHECKOUT, NOW } from './opened-store.ts';
import { snapshotsOf } from './snapshots-of.ts';
import { describeStoreContract } from './store-contract.ts';

describeStoreContract('the SQLite store', createStoreOpener());

test('leaves one file, readable for its owner only', async () => {
  const file = await temporaryFile();
  const store = await createSqliteStore({ file });
  await store.storeSnapshots('default', snapshotsOf(3), NOW);
  for (const name of await readdir(join(file, '..'))) {
    expect((await stat(join(file, '..', name))).mode & 0o077, name).toBe(0);
  }
  await store.close();
  expect(await readdir(join(file, '..'))).toEqual(['stillframe.db']);
});

test('keeps its file as it promises: durable, in large pages, able to shrink', async () => {
  const file = await temporaryFile();
  await (await createSqliteStore({ file })).close();
  const database = open(file);
  const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  expect(pragma('journal_mode')).toBe('wal');
  expect(pragma('page_size')).toBe(8_192);
  expect(pragma('auto_vacuum')).toBe(2); // incremental
});

test('gives the space of deleted snapshots back', async () => {
  const file = await temporaryFile();
  const store = await createSqliteStore({ file, retention: { maxAgeMs: 1 } });
  const variables = { text: 'x'.repeat(200_000) };
  for (let batch = 0; batch < 5; batch++) {
    await store.storeSnapshots('default', snapshotsOf(40, { variables }, `${batch}-`), NOW);
  }
  const full = (await stat(file)).size;
  await store.sweep('2026-11-22T00:00:00Z');
  await store.close();
  const spare = 1_024 * 8_192;
  expect(full).toBeGreaterThan(3 * spare);
  expect((await stat(file)).size).toBeLessThan(spare * 1.1);
});

test('finds a rare word beyond the rows that it looks at in one go', async () => {
  const file = await temporaryFile();
  const store = await createSqliteStore({ file, retention: { maxAgeMs: 60_000 } });
  onTestFinished(() => store.close());
  const wanted = { label: 'needles', variables: { name: 'needle' } };
  await store.storeSnapshots('default', snapshotsOf(2, wanted, 'first-'), NOW);
  for (let batch = 0; batch < 33; batch++) {
    await store.storeSnapshots('default', snapshotsOf(1_000, {}, `${batch}-`), NOW);
  }
  await store.storeSnapshots('default', snapshotsOf(1, wanted, 'last-'), NOW);
  await store.indexTexts();
  const newest = await store.listSnapshots({ q: 'needle' });
  expect(newest.items.map(({ id }) => id)).toEqual(['last-1', 'first-2', 'first-1']);
  const page = await store.listSnapshots({ q: 'needle', limit: 2 });
  const rest = await store.listSnapshots({ q: 'needle', before: page.nextCursor ?? '' });
  expect(rest).toMatchObject({ items: [{ id: 'first-1' }], nextCursor: null });
  const ofLabel = await store.listSnapshots({ q: 'place', label: 'needles' });
  expect(ofLabel.items.map(({ id }) => id)).toEqual(['last-1', 'first-2', 'first-1']);
  const ofNone = await store.listSnapshots({ q: 'place', label: 'needles', instance: 'nobody' });
  expect(ofNone).toMatchObject({ items: [], nextCursor: null });
  const oldest = await store.listSnapshots({ q: 'needle', after: 'sn-0' });
  expect(oldest.items.map(({ id }) => id)).toEqual(['first-1', 'first-2', 'last-1']);

  // A part of the index of which no snapshot is left goes as a whole.
  const parts = () =>
    open(file).prepare(`SELECT count(*) AS parts FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL%'`).get();
  expect(parts()).toEqual({ parts: 2 });
  await store.sweep('2026-11-22T00:00:00Z');
  expect(parts()).toEqual({ parts: 1 });
  await store.storeSnapshots('default', snapshotsOf(1, wanted, 'new-'), '2026-11-22T00:00:00Z');
  await store.indexTexts();
  expect((await store.listSnapshots({ q: 'needle' })).items).toMatchObject([{ id: 'new-1' }]);
});

test('refuses data of a later version, and leaves it as it is', async () => {
  const file = await temporaryFile();
  await (await createSqliteStore({ file })).close();
  const database = open(file);
  database.exec('PRAGMA user_version = 999');
  await expect(createSqliteStore({ file })).rejects.toMatchObject({
    name: 'StoreError',
    code: 'data_is_newer',
    message: expect.stringContaining('999'),
  });
  expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 999 });
});

test("refuses another program's database and what is no database", async () => {
  const file = await temporaryFile();
  open(file).exec('CREATE TABLE theirs (a)');
  await expect(createSqliteStore({ file })).rejects.toMatchObject({
    code: 'store_failed',
    message: expect.stringContaining("another program's"),
  });
  const text = join(file, '..', 'text');
  await writeFile(text, 'not a database, but long enough to be looked at as one'.repeat(20));
  await expect(createSqliteStore({ file: text })).rejects.toMatchObject({ code: 'store_failed' });
  const missing = join(file, '..', 'missing', 'file');
  await expect(createSqliteStore({ file: missing })).rejects.toMatchObject({
    code: 'store_failed',
    cause: expect.objectContaining({ message: expect.stringContaining('ENOENT') }),
  });
});

test('writes that arrive together share one transaction', async () => {
  const file = await temporaryFile();
  await (await createSqliteStore({ file })).close();
  // However long the machine takes: nothing is committed before the store closes.
  const store = await createSqliteStore({ file, groupCommitMs: 600_000 });
  const reader = open(file);
  const count = () => reader.prepare('SELECT count(*) AS breakpoints FROM breakpoint').get()?.['breakpoints'];
  const labels = Array.from({ length: 20 }, (_, index) => `label ${index}`);
  const seen = new Set([count()]);
  const poll = setInterval(() => seen.add(count()), 1);
  const written = Promise.all(
    labels.map((label) => store.registerLabel('default', { ...CHECKOUT, label }, NOW)),
  );
  await Promise.all([written, store.close()]);
  clearInterval(poll);
  expect([...seen.add(count())]).toEqual([0, 20]);
});

test('a write that fails takes nothing of its neighbours with it', async () => {
  const file = await temporaryFile();
  const store = await createSqliteStore({ file, groupCommitMs: 20 });
  onTestFinished(() => store.close());
  const [first, failed, last] = await Promise.allSettled([
    store.registerLabel('default', CHECKOUT, NOW),
    store.createBreakpoint({ environment: 'default', serviceName: 'shop', label: 'checkout' }, NOW),
    store.storeSnapshots('default', snapshotsOf(2), NOW),
  ]);
  expect(first.status).toBe('fulfilled');
  expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'breakpoint_exists' } });
  expect(last).toMatchObject({ status: 'fulfilled', value: { outcomes: ['stored', 'stored'] } });
});

test('prints nothing', async () => {
  const file = await temporaryFile();
  const url = new URL('../../../control-server/store/sqlite-store.ts', import.meta.url).href;
  const program = `
    const { createSqliteStore } = await import(${JSON.stringify(url)});
    const store = await createSqliteStore({ file: ${JSON.stringify(file)} });
    await store.ping();
    await store.close();`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(run).toMatchObject({ status: 0, stdout: '', stderr: '' });
});

async function temporaryFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stillframe-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'stillframe.db');
}

function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  onTestFinished(() => database.close());
  return database;
}
