/** Why a delivery failed, as a stable code that people see beside it. */
export type DeliveryErrorCode =
  | 'address_not_allowed'
  | 'name_not_found'
  | 'connection_failed'
  | 'tls_failed'
  | 'timeout'
  | 'redirected'
  | `status_${number}`;

/** One request of a delivery that did not succeed. */
export class DeliveryError extends Error {
  readonly code: DeliveryErrorCode;
  /** HTTP status of the answer, or null when there was none. */
  readonly status: number | null;

  constructor(code: DeliveryErrorCode, status: number | null = null, options?: ErrorOptions) {
    super(`The webhook was not delivered: ${code}.`, options);
    this.name = 'DeliveryError';
    this.code = code;
    this.status = status;
  }
}

/** True when the same request may succeed a little later. */
export function isRetryable({ code, status }: DeliveryError): boolean {
  if (status !== null) return status >= 500 || status === 408 || status === 429;
  return code === 'timeout' || code === 'connection_failed' || code === 'name_not_found';
}
