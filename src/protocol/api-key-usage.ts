/** What SDK keys are used for: `GET /api/key-usage`. Types only. */

/** What one key sent to this node since its start, and what it may. */
export interface KeyUsage {
  readonly keyId: string;
  /** Agents that are there with this key. */
  readonly agents: number;
  /** Services that it brought, over all nodes. */
  readonly services: number;
  /** Since midnight, UTC. */
  readonly snapshotsToday: number;
  readonly bytesToday: number;
  /** Requests that were asked to come back because of a limit. */
  readonly refusedToday: number;
  readonly limits: {
    readonly snapshotsPerSecond: number;
    readonly bytesPerDay: number;
    readonly agents: number;
    readonly services: number;
  };
}
