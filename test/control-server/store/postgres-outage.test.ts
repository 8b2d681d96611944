import { expect, onTestFinished, test } from 'vitest';
import { createPostgresStore } from '../../../control-server/store/postgres-store.ts';
import { startPostgres } from '../../helpers/postgres-cluster.ts';
import { createDatabaseOn, createPostgresDatabase, query } from '../../helpers/postgres-database.ts';
import { NOW } from './opened-store.ts';
import { snapshotsOf } from './snapshots-of.ts';

const AWAY = { name: 'StoreError', code: 'store_failed' };

test('while the database is away every call fails at once, and works again by itself', async () => {
  const cluster = await startPostgres();
  onTestFinished(() => cluster.end());
  const store = await createPostgresStore({ url: await createDatabaseOn(cluster.url) });
  onTestFinished(() => store.close());
  await store.storeSnapshots('default', snapshotsOf(2), NOW);
  await cluster.stop();
  expect(await store.ping()).toBe(false);
  const refused = await Promise.allSettled(
    Array.from({ length: 40 }, () => store.storeSnapshots('default', snapshotsOf(2, {}, 'away-'), NOW)),
  );
  for (const outcome of refused) expect(outcome).toMatchObject({ status: 'rejected', reason: AWAY });
  await expect(store.listServices(NOW)).rejects.toMatchObject(AWAY);
  await cluster.start();
  expect(await store.ping()).toBe(true);
  expect(await store.storeSnapshots('default', snapshotsOf(2), NOW)).toMatchObject({
    outcomes: ['duplicate', 'duplicate'],
  });
});

test('a connection that breaks fails what runs on it, and nothing else', async () => {
  const url = await createPostgresDatabase();
  const store = await createPostgresStore({ url });
  onTestFinished(() => store.close());
  await Promise.all(Array.from({ length: 20 }, () => store.listServices(NOW)));
  await query(
    url,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  await Promise.allSettled(Array.from({ length: 20 }, () => store.listServices(NOW)));
  for (let index = 0; index < 20; index++) expect(await store.listServices(NOW)).toEqual([]);
});

test('a transaction that PostgreSQL gives up is done again', async () => {
  const url = await createPostgresDatabase();
  const store = await createPostgresStore({ url });
  onTestFinished(() => store.close());
  await query(
    url,
    `CREATE SEQUENCE tries;
     CREATE FUNCTION give_up_twice() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF nextval('tries') < 3 THEN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END IF;
         RETURN NEW;
       END $$;
     CREATE TRIGGER give_up BEFORE INSERT ON service FOR EACH ROW EXECUTE FUNCTION give_up_twice()`,
  );
  expect(await store.touchService({ environment: 'default', serviceName: 'shop' }, NOW)).toEqual({
    created: true,
  });
});

test('a batch that the database refuses takes none of its neighbours with it', async () => {
  const url = await createPostgresDatabase();
  const store = await createPostgresStore({ url });
  onTestFinished(() => store.close());
  await query(url, `ALTER TABLE snapshot ADD CHECK (trace_id <> 'bad')`);
  const [, ...settled] = await Promise.allSettled([
    store.storeSnapshots('default', snapshotsOf(1, {}, 'first-'), NOW),
    store.storeSnapshots('default', snapshotsOf(1, { traceId: 'good' }, 'a-'), NOW),
    store.storeSnapshots('default', snapshotsOf(1, { traceId: 'bad' }, 'b-'), NOW),
    store.storeSnapshots('default', snapshotsOf(1, { traceId: 'good' }, 'c-'), NOW),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('a database that cannot be reached is refused at the start, without its password', async () => {
  const error: unknown = await createPostgresStore({ url: 'postgres://ann:hunter2@127.0.0.1:9/none' }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject(AWAY);
  const { message, cause } = error as Error;
  expect(`${message} ${String(cause)}`).toContain('ECONNREFUSED');
  expect(`${message} ${String(cause)}`).not.toContain('hunter2');
});

test('data of a later version is refused, and left as it is', async () => {
  const url = await createPostgresDatabase();
  await (await createPostgresStore({ url })).close();
  await query(url, 'UPDATE stillframe_schema SET version = 999');
  await expect(createPostgresStore({ url })).rejects.toMatchObject({
    code: 'data_is_newer',
    message: expect.stringContaining('999'),
  });
  expect(await query(url, 'SELECT version FROM stillframe_schema')).toEqual([{ version: 999 }]);
});

test('a database that cannot hold every text is refused', async () => {
  const url = new URL(await createPostgresDatabase());
  await query(url.href, `CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'`);
  url.pathname = 'latin';
  await expect(createPostgresStore({ url: url.href })).rejects.toMatchObject({
    ...AWAY,
    message: expect.stringContaining('UTF8'),
  });
  await expect(query(url.href, 'SELECT 1 FROM meta')).rejects.toThrow('does not exist');
});
