/** Stable codes of {@link ControlServerError}. */
export type ControlServerErrorCode =
  | 'bad_option'
  | 'no_credentials'
  | 'port_in_use'
  | 'listen_failed'
  | 'tls_unusable'
  | 'data_folder_in_use'
  | 'data_folder_unusable'
  | 'data_is_newer'
  | 'store_failed';

/** Why a control server did not start: a stable code, and a sentence that says what to do next. */
export class ControlServerError extends Error {
  readonly code: ControlServerErrorCode;

  constructor(code: ControlServerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ControlServerError';
    this.code = code;
  }
}
