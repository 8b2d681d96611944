/** The thread that looks through one file: it reads all of it, so it ends with an error for one that is damaged or empty. */
import { DatabaseSync } from 'node:sqlite';
import { isMainThread, workerData } from 'node:worker_threads';

if (!isMainThread) requireWhole(String(workerData));

function requireWhole(file: string): void {
  const connection = new DatabaseSync(file, { readOnly: true });
  try {
    // An empty file is a database to SQLite, and what a backup that was cut short leaves behind.
    const tables = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'snapshot'").get();
    if (tables === undefined) throw new Error('There is nothing in it.');
    const found = connection.prepare('PRAGMA quick_check(1)').get();
    if (found?.['quick_check'] !== 'ok') throw new Error(String(found?.['quick_check']));
  } finally {
    connection.close();
  }
}
