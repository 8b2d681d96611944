import { closeSync, openSync } from 'node:fs';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** The first thing that the lock's thread says. */
export interface LockMessage {
  readonly state: 'taken' | 'held' | 'failed';
  readonly reason: string;
}

/** A lock that this process holds. */
export interface ExclusiveLock {
  release(): Promise<void>;
}

/**
 * Takes the lock on a file, or returns null when another holder has it. The operating system holds it for the process
 * and drops it when the process ends, however it ends: a lock is never stale, and a process id that is used again
 * means nothing. It does not keep the process alive. Rejects when the file cannot be opened or locked.
 */
export async function takeExclusiveLock(file: string): Promise<ExclusiveLock | null> {
  closeSync(openSync(file, 'a', 0o600));
  const entry = new URL(`./exclusive-lock-worker${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(entry, {
    name: 'stillframe-lock',
    workerData: file,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: 16 },
  });
  const { state, reason } = await firstMessage(worker);
  if (state === 'taken') {
    worker.unref();
    return { release: () => endLock(worker) };
  }
  await worker.terminate();
  if (state === 'held') return null;
  throw new Error(reason);
}

function firstMessage(worker: Worker): Promise<LockMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<LockMessage>();
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', (code) => reject(new Error(`The lock's thread ended with exit code ${code}.`)));
  return promise;
}

async function endLock(worker: Worker): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  worker.once('exit', () => resolve());
  worker.ref();
  // oxlint-disable-next-line require-post-message-target-origin -- a rule for windows; this is a thread
  worker.postMessage('release');
  if (worker.threadId === -1) resolve(); // it has ended already, and says so no second time
  await promise;
}
