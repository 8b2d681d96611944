import type { DashboardHint } from '../../src/protocol/api.ts';
import type { ClusterStore } from '../store/cluster-store.ts';

/** Tells this node's dashboards of snapshots that other nodes stored. */
export interface SnapshotWatch {
  /** This node stored some, and has told its dashboards. */
  noteOwn(count: number): void;
  /** Looks for others; to be called each second while a dashboard watches. */
  look(): Promise<void>;
  /** Nobody watches: what comes meanwhile is no news for who comes later. */
  rest(): void;
}

/** @param encodeCursor the place of a snapshot in the list, as a hint says it */
export function createSnapshotWatch(
  cluster: Pick<ClusterStore, 'readNewestSequence' | 'readNewSnapshots'>,
  tell: (hint: DashboardHint) => void,
  encodeCursor: (sequence: number) => string,
): SnapshotWatch {
  let newest: number | null = null;
  // Counted of all nodes, less what this one told itself: below zero while it was told and not yet seen.
  let foreign = 0;

  return {
    noteOwn(count) {
      if (newest !== null) foreign -= count;
    },
    async look() {
      if (newest === null) {
        newest = await cluster.readNewestSequence();
        return;
      }
      const found = await cluster.readNewSnapshots(newest);
      if (found.count === 0) return;
      newest = found.newest;
      foreign += found.count;
      if (foreign <= 0) return;
      tell({
        topic: 'snapshots',
        count: foreign,
        cursor: encodeCursor(found.newest),
        services: found.services,
      });
      foreign = 0;
    },
    rest() {
      newest = null;
      foreign = 0;
    },
  };
}
