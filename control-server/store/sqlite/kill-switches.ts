import type { KillSwitch } from '../../../src/protocol/api.ts';
import type { KillState } from '../../../src/protocol/kill-state.ts';
import { readInstant } from '../instant.ts';
import type { KillSwitchControlChange, WantedKillSwitch } from '../kill-switch-store.ts';
import {
  AGENT_SWITCH_KEPT_MS,
  killedBy,
  killSwitchValues,
  namesOf,
  released,
  SELECT_KILL_SWITCH,
  SELECT_KILL_SWITCHES,
  toKillSwitch,
  toKillSwitchRow,
  WRITE_KILL_SWITCH,
} from '../rows/kill-switch-row.ts';
import type { KillSwitchRow } from '../rows/kill-switch-row.ts';
import type { ServiceRef } from '../service-store.ts';
import type { Database } from './database.ts';
import { bumpEnvironment, bumpEveryEnvironment } from './state-versions.ts';

/** Those that are on or ever were. */
export function listKillSwitches(database: Database): KillSwitch[] {
  return database.all<KillSwitchRow>(SELECT_KILL_SWITCHES).map(toKillSwitch);
}

/** Turns a switch on or off. One that names no environment changes the version of every environment. */
export function setKillSwitch(
  database: Database,
  wanted: WantedKillSwitch,
  nowIso: string,
): KillSwitchControlChange {
  const row = toKillSwitchRow(wanted, readInstant(nowIso, 'now'));
  writeRow(database, row);
  return committed(database, row);
}

/** Like {@link setKillSwitch}, for a change that took effect before it could be written: what is newer stays. */
export function setKillSwitchLate(
  database: Database,
  wanted: WantedKillSwitch,
  atIso: string,
): KillSwitchControlChange {
  const row = toKillSwitchRow(wanted, readInstant(atIso, 'at'));
  const known = database.get<KillSwitchRow>(SELECT_KILL_SWITCH, namesOf(row));
  if (known !== undefined && known.changed_at > row.changed_at) return committed(database, known);
  writeRow(database, row);
  return committed(database, row);
}

/** Releases what has expired. */
export function expireKillSwitches(database: Database, nowIso: string): KillSwitchControlChange[] {
  const nowMs = readInstant(nowIso, 'now');
  database.run(`DELETE FROM kill_switch WHERE scope = 'agent' AND is_on = 0 AND changed_at <= :cutoff`, {
    cutoff: nowMs - AGENT_SWITCH_KEPT_MS,
  });
  return database
    .all<KillSwitchRow>(
      `SELECT * FROM kill_switch WHERE is_on = 1 AND expires_at IS NOT NULL AND expires_at <= :nowMs
       ORDER BY expires_at, scope, service_name, environment, instance_id`,
      { nowMs },
    )
    .map((expired) => {
      const row = released(expired, nowMs);
      writeRow(database, row);
      return committed(database, row);
    });
}

/** Which switches are on for a service. */
export function readKilled(database: Database): (ref: ServiceRef) => KillState {
  return killedBy(listKillSwitches(database));
}

function writeRow(database: Database, row: KillSwitchRow): void {
  database.run(WRITE_KILL_SWITCH, killSwitchValues(row));
}

function committed(database: Database, row: KillSwitchRow): KillSwitchControlChange {
  return {
    kind: 'kill_switch',
    killSwitch: toKillSwitch(row),
    versions:
      row.environment === ''
        ? bumpEveryEnvironment(database)
        : { [row.environment]: bumpEnvironment(database, row.environment) },
  };
}
