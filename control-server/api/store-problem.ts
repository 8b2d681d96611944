import { ProblemError } from '../http/problem.ts';
import type { StoreError, StoreErrorCode } from '../store/store-error.ts';

/** Status for each refusal of the store that a caller can do something about. */
const STATUS: Readonly<Partial<Record<StoreErrorCode, number>>> = {
  breakpoint_exists: 409,
  too_many_breakpoints: 409,
  too_many_webhooks: 409,
  too_many_tokens: 409,
  too_many_services: 429,
  user_exists: 409,
  last_admin: 409,
  too_many_pinned: 409,
  backup_not_supported: 409,
  version_mismatch: 412,
  bad_cursor: 400,
  bad_value: 400,
  release_not_written: 503,
};

/** The answer to an error of the store; null for anything else. A failing store says nothing of itself: SQL, paths. */
export function translateStoreError(error: unknown): ProblemError | null {
  if (!isStoreError(error)) return null;
  if (error.code === 'store_full') return noRoom(error);
  const status = STATUS[error.code];
  if (status !== undefined) return new ProblemError(status, error.code, error.message, { cause: error });
  return new ProblemError(
    503,
    'store_failed',
    'The server could not read or write its data. Its log has the reason; try again shortly.',
    { cause: error, headers: { 'retry-after': '5' } },
  );
}

/** 507 is a fault of the server for every client: the same request may succeed once there is room. */
function noRoom(cause: unknown): ProblemError {
  return new ProblemError(
    507,
    'disk_full',
    'The disk of the server is full, so nothing is stored. Make room in the file system of its data folder; it goes on by itself then.',
    { cause, headers: { 'retry-after': '30' } },
  );
}

/** By name: the store runs behind a seam that this room knows by its types only. */
function isStoreError(error: unknown): error is StoreError {
  return error instanceof Error && error.name === 'StoreError';
}
