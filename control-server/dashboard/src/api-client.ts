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
import type { ServiceSettings, Settings } from '../../../src/protocol/api-settings.ts';
import type { SnapshotPage } from '../../../src/protocol/api-snapshots.ts';
import { optional, query, request } from './api-request.ts';
import type { ServiceAddress } from './routes.ts';

/** The body of a request for an SDK key. */
export interface NewKeyRequest {
  readonly name: string;
  readonly environment?: string;
  readonly serviceName?: string;
  readonly expiresAt?: string;
}

function ofService(service: ServiceAddress): string {
  return query({ service: service.serviceName, environment: service.environment });
}

/** Only of the version that was seen: refused with 412 when it is another one by now. */
function ifMatch(version: number): Record<string, string> {
  return { 'if-match': `"${version}"` };
}

function byId(resource: 'breakpoints' | 'snapshots' | 'keys', id: string): string {
  return `/api/${resource}/${encodeURIComponent(id)}`;
}

/** Address of a snapshot's raw JSON, to download. */
export function rawSnapshotPath(id: string): string {
  return `${byId('snapshots', id)}/raw`;
}

/** Address of the snapshots that a query leaves, as a file to download. */
export function exportSnapshotsPath(
  { before: _before, after: _after, limit: _limit, ...filters }: SnapshotQuery,
  format: 'ndjson' | 'json' | 'csv',
): string {
  return `/api/snapshots/export${query({ ...filters, format })}`;
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
  breakpoint: (id: string): Promise<BreakpointResource> => request('GET', byId('breakpoints', id)),
  createBreakpoint: (breakpoint: NewBreakpoint): Promise<BreakpointResource> =>
    request('POST', '/api/breakpoints', { body: breakpoint }),
  changeBreakpoint: (id: string, patch: BreakpointPatch, version: number): Promise<BreakpointResource> =>
    request('PATCH', byId('breakpoints', id), {
      body: patch,
      headers: ifMatch(version),
    }),
  /** @param version the one that it has to have; not given: any */
  switchBreakpoint: (id: string, enabled: boolean, version?: number): Promise<BreakpointResource> =>
    request(
      'POST',
      `${byId('breakpoints', id)}/${enabled ? 'enable' : 'disable'}`,
      version === undefined ? {} : { headers: ifMatch(version) },
    ),
  deleteBreakpoint: (id: string, version: number, keepalive = false): Promise<void> =>
    request('DELETE', byId('breakpoints', id), { headers: ifMatch(version), keepalive }),

  snapshots: (filter: SnapshotQuery, signal?: AbortSignal): Promise<SnapshotPage> =>
    request('GET', `/api/snapshots${query({ ...filter })}`, optional(signal)),
  snapshot: (id: string, signal?: AbortSignal): Promise<SnapshotResource> =>
    request('GET', byId('snapshots', id), optional(signal)),
  pinSnapshot: (id: string, pinned: boolean): Promise<void> =>
    request(pinned ? 'PUT' : 'DELETE', `${byId('snapshots', id)}/pin`),

  settings: (signal?: AbortSignal): Promise<Settings> => request('GET', '/api/settings', optional(signal)),

  serviceSettings: (service: string, signal?: AbortSignal): Promise<ServiceSettings> =>
    request('GET', `/api/services/${encodeURIComponent(service)}/settings`, optional(signal)),

  killSwitches: (signal?: AbortSignal): Promise<readonly KillSwitch[]> =>
    request('GET', '/api/kill-switch', optional(signal)),
  setKillSwitch: (change: KillSwitchChange): Promise<KillSwitch> =>
    request('PUT', '/api/kill-switch', { body: change }),

  keys: (signal?: AbortSignal): Promise<readonly SdkKey[]> => request('GET', '/api/keys', optional(signal)),
  createKey: (key: NewKeyRequest): Promise<NewSdkKey> => request('POST', '/api/keys', { body: key }),
  revokeKey: (id: string): Promise<void> => request('DELETE', byId('keys', id)),
};
