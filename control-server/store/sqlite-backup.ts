import { open, rename, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { StoreError } from './store-error.ts';

/** What the thread of a backup is started with. */
export interface BackupOptions {
  readonly file: string;
  readonly target: string;
}

/**
 * Copies a database that is in use into a new file, in a thread with a connection of its own: it reads one state of the
 * file, whatever is written meanwhile, and holds up nobody. Rejects with `file_exists`.
 */
export async function backupSqlite(file: string, target: string): Promise<void> {
  const partial = `${target}.partial`;
  // Takes the name, for its owner only; a backup that was cut short is empty under it, and no backup.
  await createNew(target);
  try {
    await createNew(partial);
    try {
      await copy({ file, target: partial });
      await flush(partial);
      await rename(partial, target);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  } catch (cause) {
    await rm(target, { force: true });
    if (cause instanceof StoreError) throw cause;
    throw new StoreError('store_failed', 'The database could not complete the backup.', { cause });
  }
}

async function createNew(file: string): Promise<void> {
  try {
    await (await open(file, 'wx', 0o600)).close();
  } catch (cause) {
    if (!isTaken(cause)) {
      throw new StoreError('store_failed', `The backup cannot be written to ${file}.`, { cause });
    }
    throw new StoreError('file_exists', `There is a file ${file} already. Give the backup another name.`, {
      cause,
    });
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

function copy(workerData: BackupOptions): Promise<void> {
  const entry = new URL(`./sqlite-backup-worker${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(entry, {
    name: 'stillframe-backup',
    workerData,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The thread of the backup ended with exit code ${code}.`));
    });
  });
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
