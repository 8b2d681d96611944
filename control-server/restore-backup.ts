import { constants, existsSync } from 'node:fs';
import { chmod, copyFile, open, rename, rm } from 'node:fs/promises';
import { openDataFolder } from './data-folder.ts';
import { requireWholeSqlite } from './store/sqlite-check.ts';
import { createSqliteStore } from './store/sqlite-store.ts';
import { StoreError } from './store/store-error.ts';

/**
 * Makes a backup the database of a data folder that has none yet, with a new epoch: agents that were told more than the
 * backup knows take its state all the same. Rejects with `data_folder_in_use`, `file_exists`, `backup_damaged`,
 * `data_is_newer` and `store_failed`; the folder then has no database, as before.
 *
 * @returns the file that the data is in now
 */
export async function restoreBackup(backup: string, dataFolder: string): Promise<string> {
  const folder = await openDataFolder(dataFolder);
  try {
    const { databaseFile } = folder;
    if (existsSync(databaseFile)) {
      throw new StoreError(
        'file_exists',
        `The data folder has a database already: ${databaseFile}. Move it away, or name another folder by --data-dir.`,
      );
    }
    // Not under its name until all is done: a server that starts meanwhile would take a part of it.
    const unfinished = `${databaseFile}.restoring`;
    await removeDatabase(unfinished);
    try {
      await copyFile(backup, unfinished, constants.COPYFILE_EXCL);
      await chmod(unfinished, 0o600);
      await requireWholeSqlite(unfinished);
      await beginAnew(unfinished);
      await rename(unfinished, databaseFile);
    } catch (error) {
      await removeDatabase(unfinished);
      throw error;
    }
    return databaseFile;
  } finally {
    await folder.close();
  }
}

async function beginAnew(file: string): Promise<void> {
  const store = await createSqliteStore({ file });
  try {
    await store.startNewEpoch(new Date().toISOString());
  } finally {
    await store.close();
  }
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeDatabase(file: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(file + suffix, { force: true });
}
