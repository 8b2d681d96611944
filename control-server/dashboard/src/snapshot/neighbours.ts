import { useQuery } from '@tanstack/react-query';
import type { SnapshotQuery, SnapshotResource, SnapshotSummary } from '../../../../src/protocol/api.ts';
import { api } from '../api-client.ts';
import type { ServiceAddress } from '../routes.ts';

/** Ids of the hits of the same label just after and just before a snapshot; null where there is none. */
export interface Neighbours {
  readonly newer: string | null;
  readonly older: string | null;
}

const NONE: Neighbours = { newer: null, older: null };
/** Among so many hits up to its own instant a snapshot is looked for. */
const LOOK_BACK = 20;

/** The neighbours, or none while they are not known: the page does not wait for them. */
export function useNeighbours(snapshot: SnapshotResource, service: ServiceAddress): Neighbours {
  const { data = NONE } = useQuery({
    queryKey: ['snapshots', 'neighbours', snapshot.id],
    queryFn: ({ signal }) => findNeighbours(snapshot, service, signal),
    enabled: snapshot.label !== null,
    retry: false,
  });
  return data;
}

/** A snapshot does not carry its own cursor, so it is found in the list that ends with it; what follows is asked then. */
async function findNeighbours(
  snapshot: SnapshotResource,
  service: ServiceAddress,
  signal: AbortSignal,
): Promise<Neighbours> {
  const hits: SnapshotQuery = {
    service: service.serviceName,
    environment: service.environment,
    ...(snapshot.label !== null && { label: snapshot.label }),
  };
  const upTo = new Date(Date.parse(snapshot.receivedAt) + 1).toISOString();
  const { items } = await api.snapshots({ ...hits, to: upTo, limit: LOOK_BACK }, signal);
  const at = items.findIndex((item) => item.id === snapshot.id);
  const own: SnapshotSummary | undefined = items[at];
  if (own === undefined) return NONE;
  const { items: following } = await api.snapshots({ ...hits, after: own.cursor, limit: 1 }, signal);
  return { newer: following[0]?.id ?? null, older: items[at + 1]?.id ?? null };
}
