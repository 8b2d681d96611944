import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { createPostgresStore } from '../../../control-server/store/postgres-store.ts';
import { LOCKS } from '../../../control-server/store/postgres/locks.ts';
import { createPostgresDatabase, query } from '../../helpers/postgres-database.ts';
import { NOW } from './opened-store.ts';
import { snapshotsOf } from './snapshots-of.ts';
import { eventually } from '../../helpers/until.ts';

async function open() {
  const url = await createPostgresDatabase();
  const store = await createPostgresStore({ url });
  onTestFinished(() => store.close());
  const find = async (): Promise<string[]> =>
    (await store.listSnapshots({ q: 'checkout' })).items.map(({ id }) => id);
  return { url, store, find };
}

/** A connection that holds the lock of the texts until it lets go. */
async function holdTexts(url: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query(`SELECT pg_advisory_lock(${LOCKS.texts})`);
  return {
    client,
    async isWaitedFor() {
      const { rows } = await client.query(
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
      );
      return rows.length > 0;
    },
    letGo: () => client.query(`SELECT pg_advisory_unlock(${LOCKS.texts})`),
  };
}

test('a body that cannot be read, and a text that the database refuses, keep no other out of the index', async () => {
  const { url, store, find } = await open();
  await store.storeSnapshots('default', snapshotsOf(70), NOW);
  await query(url, `UPDATE snapshot SET body = 'torn' WHERE id = 'id-2'`);
  await query(
    url,
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       IF EXISTS (SELECT 1 FROM snapshot WHERE sequence = NEW.sequence AND id IN ('id-1', 'id-69'))
       THEN RAISE EXCEPTION 'string is too long for tsvector' USING ERRCODE = '54000'; END IF;
       RETURN NEW;
     END $$`,
  );
  await query(
    url,
    'CREATE TRIGGER refuse BEFORE INSERT ON snapshot_text FOR EACH ROW EXECUTE FUNCTION refuse()',
  );
  await store.indexTexts();
  const searchable = Array.from({ length: 70 }, (_, index) => `id-${70 - index}`).filter(
    (id) => !['id-1', 'id-2', 'id-69'].includes(id),
  );
  expect(await find()).toEqual(searchable.slice(0, 50));
  expect(await store.readSearchLag()).toEqual({ pending: 0, indexedThrough: NOW });
  expect(await store.readStats()).toMatchObject({ snapshots: 70, unindexedSnapshots: 3 });
  await store.indexTexts();
  expect(await store.readStats()).toMatchObject({ unindexedSnapshots: 3 });
});

test('a fault of the database is none of the text: nothing is skipped, and all is indexed later', async () => {
  const { url, store, find } = await open();
  await store.storeSnapshots('default', snapshotsOf(2), NOW);
  await query(url, 'ALTER TABLE snapshot_text RENAME TO away');
  await expect(store.indexTexts()).rejects.toMatchObject({ code: 'store_failed' });
  expect(await store.readSearchLag()).toMatchObject({ pending: 2 });
  await query(url, 'ALTER TABLE away RENAME TO snapshot_text');
  await store.indexTexts();
  expect(await find()).toEqual(['id-2', 'id-1']);
  expect(await store.readStats()).toMatchObject({ unindexedSnapshots: 0 });
});

test('what is deleted while it is being indexed leaves no words behind', async () => {
  const { url, store, find } = await open();
  await store.storeSnapshots('default', snapshotsOf(3), NOW);
  const texts = await holdTexts(url);
  const indexing = store.indexTexts();
  await eventually(async () => expect(await texts.isWaitedFor()).toBe(true));
  await texts.client.query(`DELETE FROM snapshot WHERE id = 'id-2'`);
  await texts.letGo();
  await indexing;
  expect(await find()).toEqual(['id-3', 'id-1']);
  expect(await query(url, 'SELECT count(*)::int AS texts FROM snapshot_text')).toEqual([{ texts: 2 }]);
});

test('a deletion waits for the index that is being written', async () => {
  const { url, store } = await open();
  await store.storeSnapshots('default', snapshotsOf(3), NOW);
  const texts = await holdTexts(url);
  let isDeleted = false;
  const deleting = store.deleteSnapshot('id-2').then((known) => (isDeleted = known));
  await eventually(async () => expect(await texts.isWaitedFor()).toBe(true));
  expect(isDeleted).toBe(false);
  await texts.letGo();
  expect(await deleting).toBe(true);
  expect(await query(url, 'SELECT id FROM snapshot ORDER BY id')).toEqual([{ id: 'id-1' }, { id: 'id-3' }]);
});
