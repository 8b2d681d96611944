import { isRecord, readText } from '../../src/protocol/json.ts';
import { CommandError, splitSentence } from './command-error.ts';

/** Where a control server is, and what opens it. */
export interface ServerAddress {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string | null;
  /** By whom it was named: the options or the environment, or a server that runs here with its own or the demo's data folder. */
  readonly source: 'given' | 'serve' | 'demo';
}

/** The dashboard API as a command calls it. Every failure is a {@link CommandError}. */
export interface ApiClient {
  readonly address: ServerAddress;
  get<T>(path: string): Promise<T>;
  /** Resolves with undefined where the server answers without a body. */
  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T>;
}

const REQUEST_TIMEOUT_MS = 10_000;

/** Talks to one server by the global fetch. */
export function createApiClient(address: ServerAddress): ApiClient {
  async function request<T>(method: string, path: string, body: unknown): Promise<T> {
    let status: number;
    let text: string;
    try {
      const response = await fetch(address.url + path, {
        method,
        headers: {
          ...authorization(address),
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      throw toConnectionError(error, address.url);
    }
    const answer = text === '' ? undefined : parseJson(text);
    if (status < 200 || status >= 300) throw toRefusal(status, answer, address);
    if (text !== '' && answer === undefined) throw notStillframe(address.url);
    // The types of src/protocol/api.ts describe what this very product answers; commands only show the fields.
    return answer as T;
  }
  return {
    address,
    get: (path) => request('GET', path, undefined),
    send: (method, path, body) => request(method, path, body),
  };
}

/** The header that carries the token; none without one. */
export function authorization(address: ServerAddress): Record<string, string> {
  return address.token === null ? {} : { authorization: `Bearer ${address.token}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notStillframe(url: string): CommandError {
  return new CommandError(
    'not_stillframe',
    `What answers at ${url} is not a Stillframe control server`,
    'Check --url or STILLFRAME_URL.',
  );
}

/** An answer that is not 2xx. A refusal says its reason as problem+json. */
export function toRefusal(status: number, answer: unknown, address: ServerAddress): CommandError {
  const code = isRecord(answer) ? readText(answer['code'], null) : null;
  if (code === null) return notStillframe(address.url);
  // Before there is an account the server speaks of the set-up link instead, which opens nothing for a command.
  if (status === 401) {
    return new CommandError(
      'not_signed_in',
      address.token === null
        ? `The server at ${address.url} wants a token`
        : `The server at ${address.url} does not take this token`,
      'Give a personal token by --token or STILLFRAME_TOKEN, or on its machine the one in server.json of its data folder, which is new at each start.',
    );
  }
  const detail = isRecord(answer) ? readText(answer['detail'], `It answered ${status}`) : '';
  const { what, nextStep } = splitSentence(detail);
  return new CommandError(code, what, nextStep);
}

const CERTIFICATE_ERROR = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;

/** A request that got no answer. */
export function toConnectionError(error: unknown, url: string): CommandError {
  const code = findErrorCode(error);
  if (code !== null && CERTIFICATE_ERROR.test(code)) {
    return new CommandError(
      'tls_not_trusted',
      `The certificate of ${url} is not trusted: ${code}`,
      'Name it in NODE_EXTRA_CA_CERTS, and use a host name that it was made for in --url.',
      { cause: error },
    );
  }
  const isTimeout = error instanceof Error && error.name === 'TimeoutError';
  return new CommandError(
    isTimeout ? 'server_timeout' : 'server_unreachable',
    isTimeout
      ? `The server at ${url} did not answer within ${REQUEST_TIMEOUT_MS / 1_000} s`
      : `Nothing answers at ${url}${code === null ? '' : `: ${code}`}`,
    'Check that it runs, and --url or STILLFRAME_URL.',
    { cause: error },
  );
}

function findErrorCode(error: unknown): string | null {
  for (let at = error, level = 0; at instanceof Error && level < 5; at = at.cause, level += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if (at instanceof AggregateError && at.errors.length > 0) return findErrorCode(at.errors[0]);
  }
  return null;
}
