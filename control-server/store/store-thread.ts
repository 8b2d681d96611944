import type { Worker } from 'node:worker_threads';
import type { AuditStamp, RecordedCallName } from './audit-store.ts';
import type { MortalThread } from './lasting-thread.ts';
import type { StoreCallName, StoreCalls } from './store-calls.ts';
import { StoreError } from './store-error.ts';
import { restoreError } from './thread-messages.ts';
import type { ThreadMessage, ThreadRequest } from './thread-messages.ts';

/** The store's thread, seen from the outside. */
export interface StoreThread {
  /** Rejects with a {@link StoreError}; with `store_failed` at once while there is no thread. */
  call<Name extends StoreCallName>(
    name: Name,
    ...args: Parameters<StoreCalls[Name]>
  ): Promise<ReturnType<StoreCalls[Name]>>;
  /** Like {@link StoreThread.call}, with an entry in the audit that is written together with the change. */
  callRecorded<Name extends RecordedCallName>(
    stamp: AuditStamp,
    name: Name,
    args: Parameters<StoreCalls[Name]>,
  ): Promise<ReturnType<StoreCalls[Name]>>;
  /** Lets what was called finish, then ends the thread. */
  close(): Promise<void>;
}

interface PendingCall {
  resolve(value: unknown): void;
  reject(error: StoreError): void;
}

/** Resolves once the thread has opened its database; rejects with what it says instead. */
export async function connectStoreThread(worker: Worker): Promise<MortalThread> {
  const lost = Promise.withResolvers<StoreError>();
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const pending = new Map<number, PendingCall>();
  let lastId = 0;
  // Why no call can be made any more.
  let gone: StoreError | null = null;
  let isClosing = false;

  const giveUp = (error: StoreError): void => {
    gone ??= error;
    for (const call of pending.values()) call.reject(gone);
    pending.clear();
    started.reject(gone);
  };

  worker.on('message', (message: ThreadMessage) => {
    switch (message.kind) {
      case 'ready':
        started.resolve();
        return;
      case 'failed':
        giveUp(restoreError(message.error));
        return;
      case 'value':
        pending.get(message.id)?.resolve(message.value);
        pending.delete(message.id);
        return;
      case 'error':
        pending.get(message.id)?.reject(restoreError(message.error));
        pending.delete(message.id);
    }
  });
  const fail = (cause: unknown): void => {
    giveUp(
      new StoreError(
        'store_failed',
        'The store has stopped. Try again shortly: a server that runs starts it again.',
        { cause },
      ),
    );
    void worker.terminate(); // after a message that cannot be read it would run on
  };
  worker.on('error', fail);
  worker.on('messageerror', fail);
  worker.on('exit', (code) => {
    fail(new Error(`The store's thread ended with exit code ${code}.`));
    ended.resolve();
    // Not before: until then it may hold the database.
    if (!isClosing && gone !== null) lost.resolve(gone);
  });

  const send = (request: ThreadRequest): void => {
    // oxlint-disable-next-line require-post-message-target-origin -- a rule for windows; this is a thread
    worker.postMessage(request);
  };

  const ask = <Name extends StoreCallName>(
    name: Name,
    args: Parameters<StoreCalls[Name]>,
    stamp: AuditStamp | null,
  ): Promise<ReturnType<StoreCalls[Name]>> =>
    new Promise<ReturnType<StoreCalls[Name]>>((resolve, reject) => {
      if (gone !== null) {
        reject(gone);
        return;
      }
      const id = ++lastId;
      try {
        send({ kind: 'call', id, name, args, stamp });
      } catch (cause) {
        reject(new StoreError('store_failed', `The store cannot be given this ${name}.`, { cause }));
        return;
      }
      pending.set(id, {
        // The thread runs the function of this name, whose result this is.
        // oxlint-disable-next-line no-unsafe-type-assertion
        resolve: (value) => resolve(value as ReturnType<StoreCalls[Name]>),
        reject,
      });
    });

  const thread: MortalThread = {
    lost: lost.promise,
    call: (name, ...args) => ask(name, args, null),
    callRecorded: (stamp, name, args) => ask(name, args, stamp),
    close: async () => {
      if (gone === null) {
        send({ kind: 'close' });
        // What was called before is still answered: only new calls are refused.
        gone = new StoreError('store_failed', 'The store is closed.');
        isClosing = true;
      }
      await ended.promise;
    },
  };

  try {
    await started.promise;
  } catch (error) {
    await ended.promise;
    throw error;
  }
  return thread;
}
