import type { KillSwitch } from '../../src/protocol/api.ts';
import type { ControlChange } from './service-store.ts';

/** What a kill switch is set to. */
export interface WantedKillSwitch extends Pick<
  KillSwitch,
  'scope' | 'serviceName' | 'environment' | 'on' | 'reason' | 'by'
> {
  /** For the scope `agent`. */
  readonly instanceId?: string | null;
  readonly expiresAt?: string | null;
}

/** A change of a kill switch. */
export type KillSwitchControlChange = Extract<ControlChange, { readonly kind: 'kill_switch' }>;

/** The kill switches of a store. */
export interface KillSwitchStore {
  listKillSwitches(): Promise<KillSwitch[]>;
  /** Rejects with `bad_value` for an instant that is none. */
  setKillSwitch(wanted: WantedKillSwitch, nowIso: string): Promise<KillSwitchControlChange>;
  /**
   * Writes a change that took effect at `atIso`, while nothing could be written. A switch that was changed later than that
   * stays as it is; the versions count the change in any case, since agents have been told of one.
   */
  setKillSwitchLate(wanted: WantedKillSwitch, atIso: string): Promise<KillSwitchControlChange>;
  /** Releases what has expired, and forgets agents' switches that were released a day ago: to be called each second. */
  expireKillSwitches(nowIso: string): Promise<KillSwitchControlChange[]>;
}
