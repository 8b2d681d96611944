/** Stable codes of {@link StoreError}. */
export type StoreErrorCode =
  | 'breakpoint_exists'
  | 'too_many_breakpoints'
  | 'too_many_webhooks'
  | 'too_many_tokens'
  | 'too_many_services'
  | 'version_mismatch'
  | 'user_exists'
  | 'last_admin'
  | 'too_many_pinned'
  | 'file_exists'
  | 'backup_not_supported'
  | 'backup_damaged'
  | 'bad_cursor'
  | 'bad_value'
  | 'data_folder_in_use'
  | 'data_folder_unusable'
  | 'data_is_newer'
  | 'release_not_written'
  | 'store_full'
  | 'store_failed';

/** What a store refuses, with a code and a sentence that says what to do. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}

/** True when the database does not answer or takes nothing, so that the same call may succeed later. */
export function isStoreAway(error: unknown): boolean {
  return error instanceof StoreError && (error.code === 'store_failed' || error.code === 'store_full');
}
