import { useQuery } from '@tanstack/react-query';
import type { SnapshotQuery, SnapshotResource } from '../../../../src/protocol/api.ts';
import { api } from '../api-client.ts';
import type { ServiceAddress } from '../routes.ts';

/** Ids of the hits just after and just before a snapshot; null where there is none. */
export interface Neighbours {
  readonly newer: string | null;
  readonly older: string | null;
}

const NONE: Neighbours = { newer: null, older: null };

/** The hits of the same label or breakpoint, or none while they are not known: the page does not wait for them. */
export function useNeighbours(snapshot: SnapshotResource, service: ServiceAddress): Neighbours {
  const { data = NONE } = useQuery({
    queryKey: ['snapshots', 'neighbours', snapshot.id],
    queryFn: ({ signal }) => findNeighbours(snapshot, service, signal),
    enabled: snapshot.label !== null || snapshot.breakpointId !== null,
    retry: false,
  });
  return data;
}

async function findNeighbours(
  snapshot: SnapshotResource,
  service: ServiceAddress,
  signal: AbortSignal,
): Promise<Neighbours> {
  const { label, breakpointId, cursor } = snapshot;
  const hits: SnapshotQuery = {
    service: service.serviceName,
    environment: service.environment,
    limit: 1,
    ...(label !== null ? { label } : breakpointId !== null && { breakpoint: breakpointId }),
  };
  const [newer, older] = await Promise.all([
    api.snapshots({ ...hits, after: cursor }, signal),
    api.snapshots({ ...hits, before: cursor }, signal),
  ]);
  return { newer: newer.items[0]?.id ?? null, older: older.items[0]?.id ?? null };
}
