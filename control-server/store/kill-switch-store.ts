import type { KillSwitch } from '../../src/protocol/api.ts';
import type { ControlChange } from './service-store.ts';

/** The kill switches of a store. */
export interface KillSwitchStore {
  listKillSwitches(): Promise<KillSwitch[]>;
  setKillSwitch(killSwitch: Omit<KillSwitch, 'at'>, nowIso: string): Promise<ControlChange>;
}
