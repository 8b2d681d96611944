import type { SignInMethods } from '../../../src/protocol/api-people.ts';
import type {
  AgentSummary,
  BreakpointPatch,
  BreakpointResource,
  KillSwitch,
  KillSwitchChange,
  LabelTotals,
  Me,
  NewBreakpoint,
  NewSdkKey,
  SdkKey,
  ServiceSummary,
  SnapshotQuery,
  SnapshotResource,
} from '../../../src/protocol/api.ts';
import type { SnapshotPage } from '../../../src/protocol/api-snapshots.ts';
import type { ServiceAddress } from './routes.ts';

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

/** The body of a request for an SDK key. */
export interface NewKeyRequest {
  readonly name: string;
  readonly environment?: string;
  readonly serviceName?: string;
}

const REQUEST_TIMEOUT_MS = 15_000;

interface RequestOptions {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** Lets the request outlive the page: for what must still happen when it is closed. */
  readonly keepalive?: boolean;
}

async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
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

function query(parameters: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

function ofService(service: ServiceAddress): string {
  return query({ service: service.serviceName, environment: service.environment });
}

function byId(resource: 'breakpoints' | 'snapshots' | 'keys', id: string): string {
  return `/api/${resource}/${encodeURIComponent(id)}`;
}

/** Address of a snapshot's raw JSON, to download. */
export function rawSnapshotPath(id: string): string {
  return `${byId('snapshots', id)}/raw`;
}

/** Every call of the dashboard API that the pages make. All reject with {@link ApiError}. */
export const api = {
  me: (signal?: AbortSignal): Promise<Me> => request('GET', '/api/me', optional(signal)),
  signInMethods: (): Promise<SignInMethods> => request('GET', '/api/sign-in-methods'),
  signIn: (name: string, password: string): Promise<Me> =>
    request('POST', '/api/session', { body: { name, password } }),
  signInWithCode: (code: string): Promise<void> => request('POST', '/api/session/code', { body: { code } }),
  /** Where to sign out of the identity provider as well, if the person came from one. */
  signOut: (): Promise<{ readonly signOutUrl: string } | undefined> => request('DELETE', '/api/session'),
  setUp: (code: string, name: string, password: string): Promise<Me> =>
    request('POST', '/api/setup', { body: { code, name, password } }),
  acceptInvitation: (code: string, password: string): Promise<Me> =>
    request('POST', '/api/invitation', { body: { code, password } }),

  services: (signal?: AbortSignal): Promise<readonly ServiceSummary[]> =>
    request('GET', '/api/services', optional(signal)),
  agents: (service: ServiceAddress, signal?: AbortSignal): Promise<readonly AgentSummary[]> =>
    request('GET', `/api/agents${ofService(service)}`, optional(signal)),
  labelCounts: (
    { serviceName, environment }: ServiceAddress,
    signal?: AbortSignal,
  ): Promise<readonly LabelTotals[]> =>
    request(
      'GET',
      `/api/services/${encodeURIComponent(serviceName)}/label-counts${query({ environment })}`,
      optional(signal),
    ),

  breakpoints: (service: ServiceAddress, signal?: AbortSignal): Promise<readonly BreakpointResource[]> =>
    request('GET', `/api/breakpoints${ofService(service)}`, optional(signal)),
  createBreakpoint: (breakpoint: NewBreakpoint): Promise<BreakpointResource> =>
    request('POST', '/api/breakpoints', { body: breakpoint }),
  changeBreakpoint: (id: string, patch: BreakpointPatch, version: number): Promise<BreakpointResource> =>
    request('PATCH', byId('breakpoints', id), {
      body: patch,
      headers: { 'if-match': `"${version}"` },
    }),
  switchBreakpoint: (id: string, enabled: boolean): Promise<BreakpointResource> =>
    request('POST', `${byId('breakpoints', id)}/${enabled ? 'enable' : 'disable'}`),
  deleteBreakpoint: (id: string, keepalive = false): Promise<void> =>
    request('DELETE', byId('breakpoints', id), { keepalive }),

  snapshots: (filter: SnapshotQuery, signal?: AbortSignal): Promise<SnapshotPage> =>
    request('GET', `/api/snapshots${query({ ...filter })}`, optional(signal)),
  snapshot: (id: string, signal?: AbortSignal): Promise<SnapshotResource> =>
    request('GET', byId('snapshots', id), optional(signal)),

  killSwitches: (signal?: AbortSignal): Promise<readonly KillSwitch[]> =>
    request('GET', '/api/kill-switch', optional(signal)),
  setKillSwitch: (change: KillSwitchChange): Promise<KillSwitch> =>
    request('PUT', '/api/kill-switch', { body: change }),

  keys: (signal?: AbortSignal): Promise<readonly SdkKey[]> => request('GET', '/api/keys', optional(signal)),
  createKey: (key: NewKeyRequest): Promise<NewSdkKey> => request('POST', '/api/keys', { body: key }),
  revokeKey: (id: string): Promise<void> => request('DELETE', byId('keys', id)),
};

function optional(signal: AbortSignal | undefined): RequestOptions {
  return signal === undefined ? {} : { signal };
}
