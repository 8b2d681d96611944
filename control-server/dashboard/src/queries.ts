import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import type {
  AgentSummary,
  BreakpointResource,
  KillSwitch,
  LabelTotals,
  Me,
  SdkKey,
  ServiceSummary,
  SnapshotResource,
} from '../../../src/protocol/api.ts';
import type { ServiceSettings, Settings } from '../../../src/protocol/api-settings.ts';
import { api } from './api-client.ts';
import { ApiError } from './api-request.ts';
import type { ServiceAddress } from './routes.ts';

/** How one resource is fetched and under which key it is kept. */
export interface ResourceQuery<T> {
  readonly queryKey: readonly string[];
  readonly queryFn: (context: { readonly signal: AbortSignal }) => Promise<T>;
  readonly staleTime?: number;
}

/**
 * The cache of everything that the pages have fetched. Hints of the server say what is stale, so nothing is polled.
 * Any 401 means that the session is over, wherever it is noticed.
 */
export function createQueryClient(): QueryClient {
  const noteFailure = (error: unknown): void => {
    if (error instanceof ApiError && error.status === 401) client.setQueryData(meQuery.queryKey, null);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: noteFailure }),
    mutationCache: new MutationCache({ onError: noteFailure }),
    defaultOptions: {
      // Also while the browser believes to be offline: the server may be on this machine.
      mutations: { networkMode: 'always' },
      queries: {
        networkMode: 'always',
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        // A refusal stays one; silence and overload may pass.
        retry: (failures, error) =>
          failures < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
      },
    },
  });
  return client;
}

/** Who is signed in; null says that nobody is. */
export const meQuery: ResourceQuery<Me | null> = {
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    try {
      return await api.me(signal);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
};

/** All services with their figures. */
export const servicesQuery: ResourceQuery<readonly ServiceSummary[]> = {
  queryKey: ['services'],
  queryFn: ({ signal }) => api.services(signal),
};

/** The kill switches that are or were on. */
export const killSwitchesQuery: ResourceQuery<readonly KillSwitch[]> = {
  queryKey: ['kill-switch'],
  queryFn: ({ signal }) => api.killSwitches(signal),
};

/** What administrators set for the whole server. */
export const settingsQuery: ResourceQuery<Settings> = {
  queryKey: ['settings'],
  queryFn: ({ signal }) => api.settings(signal),
};

/** What administrators set for one service. */
export function serviceSettingsQuery(serviceName: string): ResourceQuery<ServiceSettings> {
  return {
    queryKey: ['settings', serviceName],
    queryFn: ({ signal }) => api.serviceSettings(serviceName, signal),
  };
}

/** The SDK keys. */
export const keysQuery: ResourceQuery<readonly SdkKey[]> = {
  queryKey: ['keys'],
  queryFn: ({ signal }) => api.keys(signal),
};

/** The running instances of a service. */
export function agentsQuery(service: ServiceAddress): ResourceQuery<readonly AgentSummary[]> {
  return {
    queryKey: ['agents', service.environment, service.serviceName],
    queryFn: ({ signal }) => api.agents(service, signal),
  };
}

/** The breakpoints of a service. */
export function breakpointsQuery(service: ServiceAddress): ResourceQuery<readonly BreakpointResource[]> {
  return {
    queryKey: ['breakpoints', service.environment, service.serviceName],
    queryFn: ({ signal }) => api.breakpoints(service, signal),
  };
}

/** What the agents of a service counted by label. */
export function labelCountsQuery(service: ServiceAddress): ResourceQuery<readonly LabelTotals[]> {
  return {
    queryKey: ['label-counts', service.environment, service.serviceName],
    queryFn: ({ signal }) => api.labelCounts(service, signal),
  };
}

/** One snapshot; it never changes. */
export function snapshotQuery(id: string): ResourceQuery<SnapshotResource> {
  return {
    queryKey: ['snapshot', id],
    queryFn: ({ signal }) => api.snapshot(id, signal),
    staleTime: Number.POSITIVE_INFINITY,
  };
}
