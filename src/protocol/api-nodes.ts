/** The processes of the control server. Types only. */

/** What a process says of itself to the others. */
export interface NodeFacts {
  /** Name of its machine or container. */
  readonly host: string;
  /** Version of the control server. */
  readonly version: string;
  /** Agents that it knows of. */
  readonly agents: number;
  /** How much of the file system of its data folder is used, in percent; null when that says nothing of itself. */
  readonly diskUsedPercent: number | null;
  /** Beyond so much it stores no snapshots; 100: until it is full. */
  readonly diskLimitPercent: number;
}

/** One row of `GET /api/nodes`: a process of the control server, alone or one of those that share a database. */
export interface ServerNode extends NodeFacts {
  readonly id: string;
  readonly startedAt: string;
  readonly lastSeenAt: string;
  /** True for the one that answers. */
  readonly current: boolean;
  /** False: the database has not heard of it for 15 s. */
  readonly alive: boolean;
}
