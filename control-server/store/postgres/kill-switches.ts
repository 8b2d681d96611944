import type { KillSwitch } from '../../../src/protocol/api.ts';
import { readInstant } from '../instant.ts';
import type { KillSwitchControlChange, WantedKillSwitch } from '../kill-switch-store.ts';
import {
  AGENT_SWITCH_KEPT_MS,
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
import type { Session } from './database.ts';
import { bumpEnvironment, bumpEveryEnvironment, lockEnvironment } from './state-versions.ts';

/** Those that are on or ever were. */
export async function listKillSwitches(session: Session): Promise<KillSwitch[]> {
  const rows = await session.all<KillSwitchRow>(SELECT_KILL_SWITCHES);
  return rows.map(toKillSwitch);
}

/** Turns a switch on or off. One that names no environment changes the version of every environment. */
export async function setKillSwitch(
  session: Session,
  wanted: WantedKillSwitch,
  nowIso: string,
): Promise<KillSwitchControlChange> {
  const row = toKillSwitchRow(wanted, readInstant(nowIso, 'now'));
  await lock(session, row);
  await writeRow(session, row);
  return committed(session, row);
}

/** Like {@link setKillSwitch}, for a change that took effect before it could be written: what is newer stays. */
export async function setKillSwitchLate(
  session: Session,
  wanted: WantedKillSwitch,
  atIso: string,
): Promise<KillSwitchControlChange> {
  const row = toKillSwitchRow(wanted, readInstant(atIso, 'at'));
  await lock(session, row);
  const known = await session.get<KillSwitchRow>(`${SELECT_KILL_SWITCH} FOR UPDATE`, namesOf(row));
  if (known !== undefined && known.changed_at > row.changed_at) return committed(session, known);
  await writeRow(session, row);
  return committed(session, row);
}

/** Releases what has expired. Of several nodes one does. */
export async function expireKillSwitches(
  session: Session,
  nowIso: string,
): Promise<KillSwitchControlChange[]> {
  const nowMs = readInstant(nowIso, 'now');
  await session.run(`DELETE FROM kill_switch WHERE scope = 'agent' AND is_on = 0 AND changed_at <= :cutoff`, {
    cutoff: nowMs - AGENT_SWITCH_KEPT_MS,
  });
  const select = `SELECT * FROM kill_switch WHERE is_on = 1 AND expires_at <= :nowMs
    ORDER BY expires_at, scope, service_name, environment, instance_id`;
  // Nothing is locked while nothing has expired, which is nearly always.
  if ((await session.all(select, { nowMs })).length === 0) return [];
  await session.all('SELECT 1 FROM environment ORDER BY name FOR NO KEY UPDATE');
  const changes: KillSwitchControlChange[] = [];
  for (const expired of await session.all<KillSwitchRow>(`${select} FOR UPDATE`, { nowMs })) {
    const row = released(expired, nowMs);
    await writeRow(session, row);
    changes.push(await committed(session, row));
  }
  return changes;
}

/** Before the switch itself: a change that comes at the same time waits here, so none is lost. */
async function lock(session: Session, { environment }: KillSwitchRow): Promise<void> {
  if (environment !== '') await lockEnvironment(session, environment);
  else await session.all('SELECT 1 FROM environment ORDER BY name FOR NO KEY UPDATE');
}

async function writeRow(session: Session, row: KillSwitchRow): Promise<void> {
  await session.run(WRITE_KILL_SWITCH, killSwitchValues(row));
}

async function committed(session: Session, row: KillSwitchRow): Promise<KillSwitchControlChange> {
  const { environment, service_name: serviceName, changed_at: nowMs } = row;
  const notice = { serviceName, kind: 'kill_switch' } as const;
  return {
    kind: 'kill_switch',
    killSwitch: toKillSwitch(row),
    versions:
      environment === ''
        ? await bumpEveryEnvironment(session, notice, nowMs)
        : { [environment]: await bumpEnvironment(session, { ...notice, environment }, nowMs) },
  };
}
