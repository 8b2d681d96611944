import type { BreakpointResource, KillSwitch } from '../../src/protocol/api.ts';
import type { KillState } from '../../src/protocol/kill-state.ts';

/** A service in one environment: the unit that agents subscribe to. */
export interface ServiceRef {
  readonly environment: string;
  readonly serviceName: string;
}

/** The key of an agent that speaks for a service. */
export interface ServiceBringer {
  readonly keyId: string;
  readonly maxServices: number;
}

/** The whole control state of one service as the store has it. */
export interface ServiceState extends ServiceRef {
  readonly breakpoints: readonly BreakpointResource[];
  readonly killed: KillState;
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

/** One service with the figures that only the store knows. */
export interface StoredService extends ServiceRef {
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly breakpoints: { readonly total: number; readonly enabled: number };
  readonly snapshotsLastHour: number;
  /** The same in twelve steps, the oldest first. */
  readonly snapshotsByFiveMinutes: readonly number[];
  readonly killed: { readonly global: boolean; readonly service: boolean };
  readonly release: string | null;
  readonly commit: string | null;
}

/** What a store knows of services, and what their agents are told. */
export interface ServiceStore {
  listServices(nowIso: string): Promise<StoredService[]>;
  /**
   * Notes that a service exists (an agent asked for its state). Rejects with `too_many_services` when it is new, and its key
   * has brought as many as it may.
   */
  touchService(
    ref: ServiceRef,
    nowIso: string,
    bringer?: ServiceBringer,
  ): Promise<{ readonly created: boolean }>;
  /** How many of the services that there are each key has brought, of the keys that brought any. */
  countServicesByKey(): Promise<readonly { readonly keyId: string; readonly services: number }[]>;
  /**
   * All breakpoints of a service, enabled or not, without those whose `expireAt` has passed.
   * @param nowIso default: this machine's clock
   */
  readServiceState(ref: ServiceRef, nowIso?: string): Promise<ServiceState>;
}
