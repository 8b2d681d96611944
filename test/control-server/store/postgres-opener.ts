import { afterAll, onTestFinished } from 'vitest';
import { createPostgresStore } from '../../../control-server/store/postgres-store.ts';
import type { Store } from '../../../control-server/store/store.ts';
import { createPostgresDatabase, query } from '../../helpers/postgres-database.ts';
import type { OpenStore } from './opened-store.ts';

/** Leaves a database as a new one is: tables without rows, and versions that begin anew. */
const EMPTY = `DO $$ BEGIN
  EXECUTE (SELECT 'TRUNCATE ' || string_agg(format('%I', tablename), ', ') || ' RESTART IDENTITY'
    FROM pg_tables
    WHERE schemaname = 'public' AND tablename NOT IN ('meta', 'stillframe_schema'));
  PERFORM setval('snapshot_sequence', 1, false);
  UPDATE meta SET number = 0 WHERE name <> 'epoch';
END $$`;

/**
 * Opens an empty PostgreSQL store for each test of a file. Tests that ask for nothing special share one store that is
 * emptied in between.
 */
export function createPostgresOpener(): OpenStore {
  let url: string | null = null;
  let shared: Store | null = null;
  afterAll(() => shared?.close());

  return async (retention) => {
    if (retention !== undefined) {
      const own = await createPostgresDatabase();
      const open = () => createPostgresStore({ url: own, retention });
      let store = await open();
      onTestFinished(() => store.close());
      return {
        store,
        async reopen() {
          await store.close();
          store = await open();
          return store;
        },
      };
    }
    if (url === null) url = await createPostgresDatabase();
    else await query(url, EMPTY);
    const same = url;
    // A test may have closed it.
    if (shared === null || !(await shared.ping())) shared = await createPostgresStore({ url: same });
    return {
      store: shared,
      async reopen() {
        await shared?.close();
        shared = await createPostgresStore({ url: same });
        return shared;
      },
    };
  };
}
