/** What kept a request from its answer: a closed list of stable codes. */
export type DeliveryErrorCode =
  /** The server was not reached, or the connection broke. */
  | 'network'
  | 'timeout'
  /** A status of 4xx or 5xx; `status` says which. */
  | 'status'
  /** A status of 3xx: redirects are never followed, so that the key reaches no other origin. */
  | 'redirect'
  /** Something that is not the protocol: a login page, half a JSON text, more than the limit. */
  | 'bad_answer'
  /** The circuit breaker is open. */
  | 'breaker_open'
  /** Our own side gave up: shutdown, or a kill. */
  | 'aborted'
  /** The `apiKey` function threw, or gave no key. */
  | 'api_key'
  /** It did not answer in time, and may a moment later. */
  | 'api_key_timeout'
  /** A fault of our own. */
  | 'internal';

/** Why a request to the control server failed. */
export class DeliveryError extends Error {
  // Defined, not assigned: a program may have frozen `Error.prototype`, which has one.
  override readonly name: string = 'DeliveryError';
  readonly code: DeliveryErrorCode;
  /** HTTP status, when there was an answer. */
  readonly status: number | null;
  /** What the server asked for in `Retry-After`, in milliseconds, uncapped. */
  readonly retryAfterMs: number | null;

  constructor(
    code: DeliveryErrorCode,
    message: string,
    details: {
      readonly status?: number;
      readonly retryAfterMs?: number | null;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.status = details.status ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

/** True when the same request may succeed a moment later. */
export function isRetryable(error: unknown): boolean {
  return (
    error instanceof DeliveryError &&
    (isServerFault(error) || error.status === 408 || error.status === 429 || error.code === 'api_key_timeout')
  );
}

/** True for what counts against the server: not reached, too late, 5xx, or no answer of the protocol. */
export function isServerFault(error: unknown): boolean {
  if (!(error instanceof DeliveryError)) return false;
  switch (error.code) {
    case 'network':
    case 'timeout':
    case 'bad_answer':
      return true;
    case 'status':
      return error.status !== null && error.status >= 500;
    default:
      return false;
  }
}

/** True when the server answered, although not with what was hoped for: it is there. */
export function isAnswer(error: unknown): boolean {
  return error instanceof DeliveryError && (error.code === 'status' || error.code === 'redirect');
}

/** True when the server answered that it did not take what it was sent. It may have before a 5xx, and what else went wrong. */
export function isRefusal(error: unknown): boolean {
  return isAnswer(error) && !isServerFault(error);
}

/** True when the server does not accept the key, or there is none that it could. */
export function isAccessDenied(error: unknown): boolean {
  return (
    error instanceof DeliveryError &&
    (error.status === 401 || error.status === 403 || error.code === 'api_key')
  );
}

const TIMEOUT_CODES = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

/** Errors of undici that say what we did, not what the network did. */
const OWN_CODES = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_INVALID_RETURN_VALUE',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
]);

/** Our own giving up, seen by undici. */
const ABORT_CODES = new Set(['UND_ERR_ABORTED', 'UND_ERR_DESTROYED', 'UND_ERR_CLOSED', 'ABORT_ERR']);

/** Any error on the way of a request as a {@link DeliveryError}; one that has no error code is a fault of our own. */
export function toDeliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof Error && error.name === 'HTTPParserError') {
    return new DeliveryError('bad_answer', 'The answer is not HTTP', { cause: error });
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string' || OWN_CODES.has(code)) {
    return new DeliveryError('internal', `The request could not be made: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (TIMEOUT_CODES.has(code)) {
    return new DeliveryError('timeout', `The control server did not answer in time (${code})`, {
      cause: error,
    });
  }
  if (ABORT_CODES.has(code)) {
    return new DeliveryError('aborted', 'The request was given up', { cause: error });
  }
  return new DeliveryError('network', `The control server cannot be reached (${code})`, { cause: error });
}

/** What a program throws out of a `toJSON` of its own may have no text. */
function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'something was thrown that is no error';
  }
}
