import type { AuditStamp } from './audit-store.ts';
import { StoreError } from './store-error.ts';
import type { StoreErrorCode } from './store-error.ts';
import type { StoreCallName } from './store-calls.ts';
import type { Retention } from './retention.ts';

/** What the store's thread is started with. */
export interface ThreadOptions {
  readonly file: string;
  readonly groupCommitMs: number;
  readonly retention: Retention;
}

/** To the thread. After `close` nothing follows. */
export type ThreadRequest =
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly name: StoreCallName;
      readonly args: readonly unknown[];
      /** Of a change that is to be recorded. */
      readonly stamp: AuditStamp | null;
    }
  | { readonly kind: 'close' };

/** From the thread: first `ready` or `failed`, then one answer for each call. */
export type ThreadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly error: CarriedError }
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: CarriedError };

/** A {@link StoreError} between threads, which keep no classes. */
export interface CarriedError {
  readonly code: StoreErrorCode;
  readonly message: string;
  readonly cause: string | null;
}

/** SQLITE_FULL: the disk, or what the database may grow to. */
const SQLITE_FULL = 13;

/**
 * What the store refused keeps its code; anything else is `store_failed`, or `store_full` when there is no room, with the
 * database's own words as cause.
 */
export function carryError(error: unknown, doing: string): CarriedError {
  if (error instanceof StoreError) return { code: error.code, message: error.message, cause: null };
  const isFull = error instanceof Error && 'errcode' in error && error.errcode === SQLITE_FULL;
  return {
    code: isFull ? 'store_full' : 'store_failed',
    message: `The database could not complete ${doing}.`,
    cause: error instanceof Error ? error.message : String(error),
  };
}

/** The error on the other side of {@link carryError}. */
export function restoreError(carried: CarriedError): StoreError {
  const options = carried.cause === null ? {} : { cause: new Error(carried.cause) };
  return new StoreError(carried.code, carried.message, options);
}
