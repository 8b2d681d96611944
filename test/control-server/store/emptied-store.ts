import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, onTestFinished } from 'vitest';
import type { Retention } from '../../../control-server/store/retention.ts';
import { createSqliteStore } from '../../../control-server/store/sqlite-store.ts';
import type { Store } from '../../../control-server/store/store.ts';
import type { OpenStore } from './opened-store.ts';

/**
 * Opens an empty SQLite store for each test of a file. Tests that ask for nothing special share one store that is emptied
 * in between: the thread keeps nothing in memory, and its start is most of what a store costs.
 */
export function createStoreOpener(): OpenStore {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-contract-'));
  const file = join(folder, 'shared.db');
  let shared: Store | null = null;
  let opened = 0;
  afterAll(async () => {
    await shared?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const openFile = (path: string, retention: Partial<Retention> = {}) =>
    createSqliteStore({ file: path, groupCommitMs: 1, retention });

  return async (retention) => {
    if (retention !== undefined) {
      const own = join(folder, `${++opened}.db`);
      let store = await openFile(own, retention);
      onTestFinished(() => store.close());
      return {
        store,
        async reopen() {
          await store.close();
          store = await openFile(own, retention);
          return store;
        },
      };
    }
    empty(file);
    // A test may have closed it.
    if (shared === null || !(await shared.ping())) shared = await openFile(file);
    return {
      store: shared,
      async reopen() {
        await shared?.close();
        shared = await openFile(file);
        return shared;
      },
    };
  };
}

/** Leaves the file as a new one is: tables without rows, and versions that begin anew. */
function empty(file: string): void {
  if (!existsSync(file)) return;
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  const namesOf = (condition: string): string[] =>
    database
      .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND ${condition}`)
      .all()
      .map(({ name }) => String(name));
  // The tables of the index of texts, with those that SQLite keeps for them.
  for (const name of namesOf(`sql LIKE 'CREATE VIRTUAL TABLE%'`)) database.exec(`DROP TABLE ${name}`);
  const tables = namesOf(`name NOT IN ('meta', 'sqlite_schema')`);
  database.exec(
    `BEGIN IMMEDIATE; ${tables.map((name) => `DELETE FROM ${name};`).join(' ')}
     UPDATE meta SET number = 0 WHERE name <> 'epoch'; COMMIT`,
  );
  database.close();
}
