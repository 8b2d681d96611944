import type { SnapshotCalls } from './snapshot-calls.ts';
import type { SnapshotStore } from './snapshot-store.ts';
import type { Store } from './store.ts';

/** A method of the store as its thread runs it: without the promise. */
type Synchronous<Method> = Method extends (...args: infer Args) => Promise<infer Result>
  ? (...args: Args) => Result
  : never;

type Split = 'recording' | 'readServiceState' | keyof SnapshotStore | 'backup' | 'ping' | 'close';

/**
 * What the store's thread can be asked: the methods of {@link Store}, but for those that are prepared, finished or
 * repeated on the caller's side.
 */
export type StoreCalls = {
  readonly [Name in Exclude<keyof Store, Split>]: Synchronous<Store[Name]>;
} & SnapshotCalls & {
    readonly readServiceState: (
      ...args: Required<Parameters<Store['readServiceState']>>
    ) => Awaited<ReturnType<Store['readServiceState']>>;
    readonly ping: () => boolean;
  };

/** Name of a call. */
export type StoreCallName = keyof StoreCalls;
