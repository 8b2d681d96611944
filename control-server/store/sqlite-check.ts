import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { StoreError } from './store-error.ts';

/** Looks through a whole file, in a thread of its own. Rejects with `backup_damaged` for one that is torn, empty or no database. */
export async function requireWholeSqlite(file: string): Promise<void> {
  const entry = new URL(`./sqlite-check-worker${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(entry, {
    name: 'stillframe-check',
    workerData: file,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('exit', () => resolve());
    });
  } catch (cause) {
    throw new StoreError(
      'backup_damaged',
      'This file is no whole backup: it is empty, torn, or no database of this program. Take another one.',
      { cause },
    );
  }
}
