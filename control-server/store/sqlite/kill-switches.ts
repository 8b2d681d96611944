import type { KillSwitch } from '../../../src/protocol/api.ts';
import type { KillState } from '../../../src/protocol/kill-state.ts';
import { readInstant, readOptionalInstant, toIso, toOptionalIso } from '../instant.ts';
import type { KillSwitchControlChange, WantedKillSwitch } from '../kill-switch-store.ts';
import type { ServiceRef } from '../service-store.ts';
import type { Database } from './database.ts';
import { bumpEnvironment, bumpEveryEnvironment } from './state-versions.ts';

interface KillSwitchRow {
  readonly scope: KillSwitch['scope'];
  readonly service_name: string;
  readonly environment: string;
  readonly instance_id: string;
  readonly is_on: number;
  readonly reason: string | null;
  readonly changed_by: string | null;
  readonly changed_at: number;
  readonly expires_at: number | null;
}

/** Who releases a switch whose time is over. */
const EXPIRY = 'expiry';
/** An agent does not live for ever, and its released switch says nothing after a while. */
const AGENT_SWITCH_KEPT_MS = 24 * 60 * 60_000;

/** Those that are on or ever were. */
export function listKillSwitches(database: Database): KillSwitch[] {
  return database
    .all<KillSwitchRow>('SELECT * FROM kill_switch ORDER BY scope, service_name, environment, instance_id')
    .map(toKillSwitch);
}

/** Turns a switch on or off. One that names no environment changes the version of every environment. */
export function setKillSwitch(
  database: Database,
  wanted: WantedKillSwitch,
  nowIso: string,
): KillSwitchControlChange {
  const row = toRow(wanted, readInstant(nowIso, 'now'));
  writeRow(database, row);
  return committed(database, row);
}

/** Like {@link setKillSwitch}, for a change that took effect before it could be written: what is newer stays. */
export function setKillSwitchLate(
  database: Database,
  wanted: WantedKillSwitch,
  atIso: string,
): KillSwitchControlChange {
  const row = toRow(wanted, readInstant(atIso, 'at'));
  const known = database.get<KillSwitchRow>(
    `SELECT * FROM kill_switch
     WHERE scope = :scope AND service_name = :serviceName AND environment = :environment
       AND instance_id = :instanceId`,
    {
      scope: row.scope,
      serviceName: row.service_name,
      environment: row.environment,
      instanceId: row.instance_id,
    },
  );
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
      const row = { ...expired, is_on: 0, changed_by: EXPIRY, changed_at: nowMs, expires_at: null };
      writeRow(database, row);
      return committed(database, row);
    });
}

/** Which switches are on for a service. One that names no environment is on in all of them. */
export function readKilled(database: Database): (ref: ServiceRef) => KillState {
  const active = listKillSwitches(database).filter((killSwitch) => killSwitch.on);
  return (ref) => {
    const here = active.filter(({ environment }) => environment === null || environment === ref.environment);
    return {
      global: here.some(({ scope }) => scope === 'global'),
      service: here.some(({ scope, serviceName }) => scope === 'service' && serviceName === ref.serviceName),
      agents: here.flatMap(({ scope, instanceId }) => (scope === 'agent' ? (instanceId ?? []) : [])),
    };
  };
}

function toRow(wanted: WantedKillSwitch, nowMs: number): KillSwitchRow {
  const { scope, on, reason, by } = wanted;
  return {
    scope,
    service_name: scope === 'service' ? (wanted.serviceName ?? '') : '',
    environment: scope === 'agent' ? '' : (wanted.environment ?? ''),
    instance_id: scope === 'agent' ? (wanted.instanceId ?? '') : '',
    is_on: on ? 1 : 0,
    reason,
    changed_by: by,
    changed_at: nowMs,
    expires_at: on ? readOptionalInstant(wanted.expiresAt, 'expiresAt') : null,
  };
}

function writeRow(database: Database, row: KillSwitchRow): void {
  database.run(
    `INSERT INTO kill_switch
       (scope, service_name, environment, instance_id, is_on, reason, changed_by, changed_at, expires_at)
     VALUES (:scope, :serviceName, :environment, :instanceId, :isOn, :reason, :by, :at, :expiresAt)
     ON CONFLICT DO UPDATE SET
       is_on = :isOn, reason = :reason, changed_by = :by, changed_at = :at, expires_at = :expiresAt`,
    {
      scope: row.scope,
      serviceName: row.service_name,
      environment: row.environment,
      instanceId: row.instance_id,
      isOn: row.is_on,
      reason: row.reason,
      by: row.changed_by,
      at: row.changed_at,
      expiresAt: row.expires_at,
    },
  );
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

function toKillSwitch(row: KillSwitchRow): KillSwitch {
  return {
    scope: row.scope,
    serviceName: row.service_name === '' ? null : row.service_name,
    environment: row.environment === '' ? null : row.environment,
    instanceId: row.instance_id === '' ? null : row.instance_id,
    on: row.is_on === 1,
    reason: row.reason,
    by: row.changed_by,
    at: toIso(row.changed_at),
    expiresAt: toOptionalIso(row.expires_at),
    written: true,
  };
}
