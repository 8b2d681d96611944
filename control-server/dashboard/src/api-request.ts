/** A request that was not answered with what was asked for. The message says what happened and what to do. */
export class ApiError extends Error {
  /** HTTP status, or 0 when nothing answered. */
  readonly status: number;
  readonly code: string;
  /** Name of the field of the request that was refused; null when it is about no single one. */
  readonly field: string | null;

  constructor(
    status: number,
    code: string,
    message: string,
    options: ErrorOptions & { readonly field?: string | null } = {},
  ) {
    super(message, options);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.field = options.field ?? null;
  }
}

const REQUEST_TIMEOUT_MS = 15_000;

/** What a request carries beside its method and path. */
export interface RequestOptions {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** Lets the request outlive the page: for what must still happen when it is closed. */
  readonly keepalive?: boolean;
}

/** Asks the control server for JSON. Rejects with {@link ApiError}. */
export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(method, path, options);
  if (response.status === 204) return undefined as T;
  try {
    // The answer of our own server at the same version, typed by the protocol both are built from.
    return (await response.json()) as T;
  } catch (error) {
    throw new ApiError(
      response.status,
      'not_json',
      'Something between this page and the control server answered in its place. Check the proxy.',
      { cause: error },
    );
  }
}

/** Asks the control server for text. Rejects with {@link ApiError}. */
export async function requestText(path: string, options: RequestOptions = {}): Promise<string> {
  const response = await send('GET', path, {
    ...options,
    headers: { accept: 'text/plain', ...options.headers },
  });
  return response.text();
}

async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const hasBody = options.body !== undefined;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        accept: 'application/json',
        ...(hasBody && { 'content-type': 'application/json' }),
        ...options.headers,
      },
      signal: options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]),
      credentials: 'same-origin',
      ...(hasBody && { body: JSON.stringify(options.body) }),
      ...(options.keepalive === true && { keepalive: true }),
    });
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    throw new ApiError(
      0,
      'unreachable',
      'The control server does not answer. Check that it is running, then try again.',
      { cause: error },
    );
  }
  if (!response.ok) throw await readProblem(response);
  return response;
}

async function readProblem(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const problem = typeof body === 'object' && body !== null ? body : {};
  const code = 'code' in problem && typeof problem.code === 'string' ? problem.code : 'unknown';
  const detail =
    'detail' in problem && typeof problem.detail === 'string' && problem.detail !== ''
      ? problem.detail
      : `The control server answered ${response.status}. Try again in a moment.`;
  const field = 'field' in problem && typeof problem.field === 'string' ? problem.field : null;
  return new ApiError(response.status, code, detail, { field });
}

/** Parameters as the query of an address, with its `?`; what is undefined is left out. */
export function query(parameters: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

/** The options of a request that may be given up. */
export function optional(signal: AbortSignal | undefined): RequestOptions {
  return signal === undefined ? {} : { signal };
}
