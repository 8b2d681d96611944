import type { AuditEntry, AuditQuery } from '../../../../src/protocol/api-audit.ts';
import type { KeyUsage } from '../../../../src/protocol/api-key-usage.ts';
import type { ServerNode } from '../../../../src/protocol/api-nodes.ts';
import type { InvitedUser, NewUser, UserPatch, UserResource } from '../../../../src/protocol/api-people.ts';
import type {
  ServiceSettings,
  ServiceSettingsValues,
  Settings,
  SettingsValues,
} from '../../../../src/protocol/api-settings.ts';
import type { NewSdkKey, Page } from '../../../../src/protocol/api.ts';
import { ApiError, optional, query, request, requestText } from '../api-request.ts';

/** What the server says of itself. */
export interface ServerHealth {
  readonly version: string;
  readonly uptimeSeconds: number;
}

/** Whether a node takes work, and what is wrong with it. */
export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'unavailable';
  /** Stable codes: `disk_full`, `store_failed`, `closing`. */
  readonly problems: readonly string[];
}

/** Address of the audit that a query leaves, as a file to download. */
export function exportAuditPath(
  { cursor: _cursor, limit: _limit, ...filters }: AuditQuery,
  format: 'ndjson' | 'csv',
): string {
  return `/api/audit/export${query({ ...filters, format })}`;
}

const userPath = (id: string): string => `/api/users/${encodeURIComponent(id)}`;
const ifMatch = (version: number): { readonly 'if-match': string } => ({ 'if-match': `"${version}"` });

/** The calls that only administrators may make. All reject with {@link ApiError}. */
export const administration = {
  keyUsage: (signal?: AbortSignal): Promise<readonly KeyUsage[]> =>
    request('GET', '/api/key-usage', optional(signal)),
  rotateKey: (id: string, graceSeconds: number): Promise<NewSdkKey> =>
    request('POST', `/api/keys/${encodeURIComponent(id)}/rotate`, { body: { graceSeconds } }),

  users: (signal?: AbortSignal): Promise<readonly UserResource[]> =>
    request('GET', '/api/users', optional(signal)),
  createUser: (user: NewUser): Promise<InvitedUser> => request('POST', '/api/users', { body: user }),
  changeUser: (id: string, patch: UserPatch): Promise<UserResource> =>
    request('PATCH', userPath(id), { body: patch }),
  removeUser: (id: string): Promise<void> => request('DELETE', userPath(id)),
  inviteUser: (id: string): Promise<InvitedUser> => request('POST', `${userPath(id)}/invitation`),

  audit: (filter: AuditQuery, signal?: AbortSignal): Promise<Page<AuditEntry>> =>
    request('GET', `/api/audit${query({ ...filter })}`, optional(signal)),

  changeSettings: (values: SettingsValues, version: number): Promise<Settings> =>
    request('PUT', '/api/settings', { body: values, headers: ifMatch(version) }),
  changeServiceSettings: (
    service: string,
    values: ServiceSettingsValues,
    version: number,
  ): Promise<ServiceSettings> =>
    request('PUT', `/api/services/${encodeURIComponent(service)}/settings`, {
      body: values,
      headers: ifMatch(version),
    }),

  health: (signal?: AbortSignal): Promise<ServerHealth> => request('GET', '/api/health', optional(signal)),
  nodes: (signal?: AbortSignal): Promise<readonly ServerNode[]> =>
    request('GET', '/api/nodes', optional(signal)),
  readiness: async (signal?: AbortSignal): Promise<Readiness> => {
    try {
      return await request<Readiness>('GET', '/readyz', optional(signal));
    } catch (error) {
      if (error instanceof ApiError && error.status === 503) {
        return { status: 'unavailable', problems: [error.code] };
      }
      throw error;
    }
  },
  /** In the text format of Prometheus. */
  metrics: (signal?: AbortSignal): Promise<string> => requestText('/metrics', optional(signal)),
};
