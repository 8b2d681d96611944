/** The thread that holds an exclusive lock: `node:sqlite` is the one way to the system's file locks without an addon. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { LockMessage } from './exclusive-lock.ts';

/** SQLITE_BUSY: another connection has the lock. */
const BUSY = 5;

if (parentPort !== null) serve(parentPort, String(workerData));

function serve(port: NonNullable<typeof parentPort>, file: string): void {
  const send = (message: LockMessage): void => {
    // oxlint-disable-next-line require-post-message-target-origin -- a rule for windows; this is a thread
    port.postMessage(message);
  };
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(file, { timeout: 0 });
    // No journal beside the lock: nothing is ever written.
    connection.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    connection?.close();
    const isHeld = error instanceof Error && 'errcode' in error && error.errcode === BUSY;
    send({
      state: isHeld ? 'held' : 'failed',
      reason: error instanceof Error ? error.message : String(error),
    });
    return;
  }
  const held = connection;
  port.once('message', () => {
    held.close();
    port.close();
  });
  send({ state: 'taken', reason: '' });
}
