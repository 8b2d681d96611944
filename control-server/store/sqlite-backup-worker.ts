/** The thread of one backup. */
import { DatabaseSync } from 'node:sqlite';
import { isMainThread, workerData } from 'node:worker_threads';
import type { BackupOptions } from './sqlite-backup.ts';

// oxlint-disable-next-line no-unsafe-type-assertion -- only backupSqlite starts this file
if (!isMainThread) copyDatabase(workerData as BackupOptions);

function copyDatabase({ file, target }: BackupOptions): void {
  const connection = new DatabaseSync(file, { readOnly: true });
  try {
    connection.exec('PRAGMA busy_timeout = 5000');
    // Without the free pages of the original. An empty file is taken for a new one.
    connection.prepare('VACUUM INTO :target').run({ target });
  } finally {
    connection.close();
  }
}
