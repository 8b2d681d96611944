import type {
  BreakpointPatch,
  BreakpointResource,
  KillSwitch,
  NewBreakpoint,
  SdkKey,
} from '../../src/protocol/api.ts';
import type { Page, SnapshotQuery, SnapshotResource, SnapshotSummary } from '../../src/protocol/api.ts';
import type { Registration } from '../../src/protocol/breakpoint.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';

/** A service in one environment: the unit that agents subscribe to. */
export interface ServiceRef {
  readonly environment: string;
  readonly serviceName: string;
}

/** The whole control state of one service as the store has it. */
export interface ServiceState extends ServiceRef {
  readonly breakpoints: readonly BreakpointResource[];
  readonly killed: { readonly global: boolean; readonly service: boolean };
  /** `"<epoch>-<rev>"` of the environment. */
  readonly version: string;
}

/** A committed control change: what live streams have to be told. */
export type ControlChange =
  | {
      readonly kind: 'breakpoint_created' | 'breakpoint_updated';
      readonly breakpoint: BreakpointResource;
      readonly version: string;
    }
  | {
      readonly kind: 'breakpoint_deleted';
      readonly breakpoint: BreakpointResource;
      readonly version: string;
    }
  | {
      readonly kind: 'kill_switch';
      readonly killSwitch: KillSwitch;
      /** New version of every environment that the switch touches. */
      readonly versions: Readonly<Record<string, string>>;
    };

/** A key as it is checked: never its secret, only the hash. */
export interface StoredKey extends SdkKey {
  /** SHA-256 of the secret, hex. */
  readonly secretHash: string;
}

/** A local account. */
export interface StoredUser {
  readonly id: string;
  readonly name: string;
  /** `scrypt$N$r$p$salt$hash`, base64url. */
  readonly passwordHash: string;
  readonly role: 'admin' | 'operator' | 'viewer';
  readonly createdAt: string;
}

/** A signed-in browser. */
export interface StoredSession {
  /** SHA-256 of the cookie's value, hex. */
  readonly idHash: string;
  readonly userName: string;
  readonly role: 'admin' | 'operator' | 'viewer';
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** What became of one snapshot of a batch; `limit`: its breakpoint has all that its `maxCaptures` allows. */
export type StoreOutcome = 'stored' | 'duplicate' | 'limit';

/** A stored snapshot's place, for the live hint. */
export interface StoredBatch {
  readonly outcomes: readonly StoreOutcome[];
  /** Cursor of the newest that was stored, or null when none was. */
  readonly cursor: string | null;
  /** Breakpoints whose limit was reached by this batch, already disabled and committed. */
  readonly changes: readonly ControlChange[];
}

/** What one sweep of the retention did. */
export interface SweepResult {
  readonly deletedSnapshots: number;
}

/** One service with the figures that only the store knows. */
export interface StoredService extends ServiceRef {
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly breakpoints: { readonly total: number; readonly enabled: number };
  readonly snapshotsLastHour: number;
  readonly killed: { readonly global: boolean; readonly service: boolean };
  readonly release: string | null;
  readonly commit: string | null;
}

/**
 * All that the control server remembers. One interface, one contract suite; every method resolves after the commit.
 * A rejected promise carries a {@link StoreError}.
 */
export interface Store {
  // Services
  listServices(nowIso: string): Promise<StoredService[]>;
  /** Notes that a service exists (an agent asked for its state). */
  touchService(ref: ServiceRef, nowIso: string): Promise<{ readonly created: boolean }>;
  /**
   * All breakpoints of a service, enabled or not, without those whose `expireAt` has passed.
   * @param nowIso default: this machine's clock
   */
  readServiceState(ref: ServiceRef, nowIso?: string): Promise<ServiceState>;

  // Breakpoints
  listBreakpoints(filter: Partial<ServiceRef>): Promise<BreakpointResource[]>;
  readBreakpoint(id: string): Promise<BreakpointResource | null>;
  /**
   * A label that an agent met: the known breakpoint, with its call site filled in when it had none, or a new one.
   * Rejects with `too_many_breakpoints`.
   */
  registerLabel(
    environment: string,
    registration: Registration,
    nowIso: string,
  ): Promise<{
    readonly created: boolean;
    readonly breakpoint: BreakpointResource;
    readonly change: ControlChange | null;
  }>;
  /** Rejects with `breakpoint_exists`, `too_many_breakpoints` or `bad_value`. */
  createBreakpoint(
    breakpoint: NewBreakpoint & { readonly environment: string },
    nowIso: string,
  ): Promise<ControlChange>;
  /**
   * Null when there is none; rejects with `version_mismatch` or `bad_value`. Enabling a breakpoint that has reached its
   * `maxCaptures` starts its count anew, since it would be disabled again by the next hit.
   */
  patchBreakpoint(
    id: string,
    patch: BreakpointPatch,
    expectedVersion: number | null,
    nowIso: string,
  ): Promise<ControlChange | null>;
  /** Its snapshots stay until retention takes them. */
  deleteBreakpoint(id: string, nowIso: string): Promise<ControlChange | null>;
  /** Disables what has expired, and says so: to be called each second. */
  expireBreakpoints(nowIso: string): Promise<ControlChange[]>;

  // Kill switch
  listKillSwitches(): Promise<KillSwitch[]>;
  setKillSwitch(killSwitch: Omit<KillSwitch, 'at'>, nowIso: string): Promise<ControlChange>;

  // Snapshots
  /**
   * Stores each snapshot exactly once by its id, and never more of a breakpoint than its `maxCaptures`, however many
   * come at the same time.
   * @param environment the one of the key, which wins over what a snapshot says of itself
   */
  storeSnapshots(environment: string, snapshots: readonly Snapshot[], nowIso: string): Promise<StoredBatch>;
  /**
   * One page. `from` (inclusive) and `to` (exclusive) compare `receivedAt`, which no agent's clock can skew. Rejects with
   * `bad_cursor` or `bad_value`.
   */
  listSnapshots(query: SnapshotQuery): Promise<Page<SnapshotSummary>>;
  readSnapshot(id: string): Promise<SnapshotResource | null>;
  deleteSnapshot(id: string): Promise<boolean>;
  /** Deletes what retention no longer allows, in slices that let other calls in between: to be called each minute. `close` ends it early. */
  sweep(nowIso: string): Promise<SweepResult>;

  // Keys, people
  createKey(key: StoredKey): Promise<void>;
  readKey(id: string): Promise<StoredKey | null>;
  listKeys(): Promise<SdkKey[]>;
  /** Notes a use of the key, to the minute. */
  touchKey(id: string, nowIso: string): Promise<void>;
  revokeKey(id: string, nowIso: string): Promise<boolean>;
  countUsers(): Promise<number>;
  /** Rejects with `user_exists`. */
  createUser(user: StoredUser): Promise<void>;
  readUser(name: string): Promise<StoredUser | null>;
  createSession(session: StoredSession): Promise<void>;
  readSession(idHash: string, nowIso: string): Promise<StoredSession | null>;
  deleteSession(idHash: string): Promise<void>;

  /** After a backup was restored: versions from here on are later than any that was given out before. */
  startNewEpoch(nowIso: string): Promise<void>;
  /** True when the store answers; never rejects. */
  ping(): Promise<boolean>;
  /** Commits what is pending and ends. */
  close(): Promise<void>;
}

/** Stable codes of {@link StoreError}. */
export type StoreErrorCode =
  | 'breakpoint_exists'
  | 'too_many_breakpoints'
  | 'version_mismatch'
  | 'user_exists'
  | 'bad_cursor'
  | 'bad_value'
  | 'data_folder_in_use'
  | 'data_folder_unusable'
  | 'data_is_newer'
  | 'store_failed';

/** What a store refuses, with a code and a sentence that says what to do. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
