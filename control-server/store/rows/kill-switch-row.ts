import type { KillSwitch } from '../../../src/protocol/api.ts';
import type { KillState } from '../../../src/protocol/kill-state.ts';
import { readOptionalInstant, toIso, toOptionalIso } from '../instant.ts';
import type { WantedKillSwitch } from '../kill-switch-store.ts';
import type { ServiceRef } from '../service-store.ts';

/** A row of `kill_switch`, in every database: an empty name means all. */
export interface KillSwitchRow {
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

/** An agent does not live for ever, and its released switch says nothing after a while. */
export const AGENT_SWITCH_KEPT_MS: number = 24 * 60 * 60_000;
/** Who releases a switch whose time is over. */
const EXPIRY = 'expiry';

/** The row of what a switch is set to. Throws `bad_value`. */
export function toKillSwitchRow(wanted: WantedKillSwitch, nowMs: number): KillSwitchRow {
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

/** The row of a switch whose time is over. */
export function released(row: KillSwitchRow, nowMs: number): KillSwitchRow {
  return { ...row, is_on: 0, changed_by: EXPIRY, changed_at: nowMs, expires_at: null };
}

/** The row as the API shows it. */
export function toKillSwitch(row: KillSwitchRow): KillSwitch {
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

/** Which of these switches are on for a service. One that names no environment is on in all of them. */
export function killedBy(switches: readonly KillSwitch[]): (ref: ServiceRef) => KillState {
  const active = switches.filter((killSwitch) => killSwitch.on);
  return (ref) => {
    const here = active.filter(({ environment }) => environment === null || environment === ref.environment);
    return {
      global: here.some(({ scope }) => scope === 'global'),
      service: here.some(({ scope, serviceName }) => scope === 'service' && serviceName === ref.serviceName),
      agents: here.flatMap(({ scope, instanceId }) => (scope === 'agent' ? (instanceId ?? []) : [])),
    };
  };
}

/** Those that are on or ever were. */
export const SELECT_KILL_SWITCHES =
  'SELECT * FROM kill_switch ORDER BY scope, service_name, environment, instance_id';

/** The one with these names: takes {@link namesOf}. */
export const SELECT_KILL_SWITCH: string = `SELECT * FROM kill_switch
  WHERE scope = :scope AND service_name = :serviceName AND environment = :environment
    AND instance_id = :instanceId`;

/** In the place of the one with the same names: takes {@link killSwitchValues}. */
export const WRITE_KILL_SWITCH: string = `INSERT INTO kill_switch
    (scope, service_name, environment, instance_id, is_on, reason, changed_by, changed_at, expires_at)
  VALUES (:scope, :serviceName, :environment, :instanceId, :isOn, :reason, :by, :at, :expiresAt)
  ON CONFLICT (scope, service_name, environment, instance_id) DO UPDATE SET
    is_on = excluded.is_on, reason = excluded.reason, changed_by = excluded.changed_by,
    changed_at = excluded.changed_at, expires_at = excluded.expires_at`;

/** What tells a switch from every other. */
export function namesOf(row: KillSwitchRow): Record<string, string> {
  return {
    scope: row.scope,
    serviceName: row.service_name,
    environment: row.environment,
    instanceId: row.instance_id,
  };
}

/** The values of {@link WRITE_KILL_SWITCH}. */
export function killSwitchValues(row: KillSwitchRow): Record<string, string | number | null> {
  return {
    ...namesOf(row),
    isOn: row.is_on,
    reason: row.reason,
    by: row.changed_by,
    at: row.changed_at,
    expiresAt: row.expires_at,
  };
}
