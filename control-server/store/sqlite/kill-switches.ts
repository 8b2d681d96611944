import type { KillSwitch } from '../../../src/protocol/api.ts';
import { readInstant, toIso } from '../instant.ts';
import type { ControlChange, ServiceRef } from '../service-store.ts';
import type { Database } from './database.ts';
import { bumpEnvironment, bumpEveryEnvironment } from './state-versions.ts';

interface KillSwitchRow {
  readonly scope: KillSwitch['scope'];
  readonly service_name: string;
  readonly environment: string;
  readonly is_on: number;
  readonly reason: string | null;
  readonly changed_by: string | null;
  readonly changed_at: number;
}

/** Those that are on or ever were. */
export function listKillSwitches(database: Database): KillSwitch[] {
  return database
    .all<KillSwitchRow>('SELECT * FROM kill_switch ORDER BY scope, service_name, environment')
    .map((row) => ({
      scope: row.scope,
      serviceName: row.service_name === '' ? null : row.service_name,
      environment: row.environment === '' ? null : row.environment,
      on: row.is_on === 1,
      reason: row.reason,
      by: row.changed_by,
      at: toIso(row.changed_at),
    }));
}

/** Turns a switch on or off. One that names no environment changes the version of every environment. */
export function setKillSwitch(
  database: Database,
  killSwitch: Omit<KillSwitch, 'at'>,
  nowIso: string,
): ControlChange {
  const { scope, on, reason, by } = killSwitch;
  const serviceName = scope === 'global' ? null : killSwitch.serviceName;
  const { environment } = killSwitch;
  const at = readInstant(nowIso, 'now');
  database.run(
    `INSERT INTO kill_switch (scope, service_name, environment, is_on, reason, changed_by, changed_at)
     VALUES (:scope, :serviceName, :environment, :isOn, :reason, :by, :at)
     ON CONFLICT DO UPDATE SET is_on = :isOn, reason = :reason, changed_by = :by, changed_at = :at`,
    {
      scope,
      serviceName: serviceName ?? '',
      environment: environment ?? '',
      isOn: on ? 1 : 0,
      reason,
      by,
      at,
    },
  );
  return {
    kind: 'kill_switch',
    killSwitch: { scope, serviceName, environment, on, reason, by, at: toIso(at) },
    versions:
      environment === null
        ? bumpEveryEnvironment(database)
        : Object.fromEntries([[environment, bumpEnvironment(database, environment)]]),
  };
}

/** Which switches are on for a service. One that names no environment is on in all of them. */
export function readKilled(database: Database): (ref: ServiceRef) => { global: boolean; service: boolean } {
  const active = listKillSwitches(database).filter((killSwitch) => killSwitch.on);
  return (ref) => {
    const here = active.filter(({ environment }) => environment === null || environment === ref.environment);
    return {
      global: here.some(({ scope }) => scope === 'global'),
      service: here.some(({ scope, serviceName }) => scope === 'service' && serviceName === ref.serviceName),
    };
  };
}
