import { oldestMinute, STEP_MINUTES, stepsByService } from '../hour-of-snapshots.ts';
import type { StepCount } from '../hour-of-snapshots.ts';
import { readInstant, toIso } from '../instant.ts';
import { killedBy } from '../rows/kill-switch-row.ts';
import { requireRoomForService } from '../service-rules.ts';
import type { ServiceBringer, ServiceRef, StoredService } from '../service-store.ts';
import type { Session } from './database.ts';
import { listKillSwitches } from './kill-switches.ts';
import { ensureEnvironment } from './state-versions.ts';

/** A service is noted as seen once in this time at most: agents poll, and each note is a write. */
const SEEN_GRANULARITY_MS = 1_000;
const MINUTE_MS = 60_000;
/** A service that comes back later is simply new again. */
const FORGOTTEN_AFTER_MS: number = 30 * 24 * 60 * MINUTE_MS;
const MAX_PRUNED = 500;

/** Makes sure that the service exists and notes when it was seen. Returns whether it is new. Throws `too_many_services`. */
export async function touchService(
  session: Session,
  ref: ServiceRef,
  nowMs: number,
  bringer: ServiceBringer | null = null,
): Promise<boolean> {
  const key = { environment: ref.environment, serviceName: ref.serviceName };
  const known = await session.get<{ last_seen_at: number }>(
    'SELECT last_seen_at FROM service WHERE environment = :environment AND name = :serviceName',
    key,
  );
  if (known !== undefined && known.last_seen_at > nowMs - SEEN_GRANULARITY_MS) return false;
  if (known === undefined) {
    await ensureEnvironment(session, ref.environment);
    if (bringer !== null) {
      // One at a time of each key, or several would count the same room.
      await session.get('SELECT 1 FROM sdk_key WHERE id = :keyId FOR UPDATE', { keyId: bringer.keyId });
      requireRoomForService(bringer, await countServicesOf(session, bringer.keyId));
    }
    const { changes } = await session.run(
      `INSERT INTO service (environment, name, first_seen_at, last_seen_at, key_id)
       VALUES (:environment, :serviceName, :nowMs, :nowMs, :keyId) ON CONFLICT DO NOTHING`,
      { ...key, nowMs, keyId: bringer?.keyId ?? null },
    );
    return changes > 0;
  }
  await session.run(
    `UPDATE service SET last_seen_at = :nowMs
     WHERE environment = :environment AND name = :serviceName
       AND last_seen_at <= :nowMs::bigint - :granularityMs::bigint`,
    { ...key, nowMs, granularityMs: SEEN_GRANULARITY_MS },
  );
  return false;
}

/** Of the keys that brought any. */
export function countServicesByKey(session: Session): Promise<{ keyId: string; services: number }[]> {
  return session.all(
    `SELECT key_id AS "keyId", count(*) AS services FROM service WHERE key_id IS NOT NULL GROUP BY key_id`,
  );
}

async function countServicesOf(session: Session, keyId: string): Promise<number> {
  const row = await session.get<{ services: number }>(
    'SELECT count(*) AS services FROM service WHERE key_id = :keyId',
    { keyId },
  );
  return row?.services ?? 0;
}

/** Notes what a service's snapshots say: the release that runs, and how many there were in this minute. */
export async function noteActivity(
  session: Session,
  ref: ServiceRef,
  activity: { readonly snapshots: number; readonly release: string | null; readonly commit: string | null },
  nowMs: number,
): Promise<void> {
  const { environment, serviceName } = ref;
  const { release, commit, snapshots } = activity;
  await session.run(
    `UPDATE service SET release = coalesce(:release, release), commit_id = coalesce(:commit, commit_id)
     WHERE environment = :environment AND name = :serviceName
       AND (release IS DISTINCT FROM coalesce(:release, release)
         OR commit_id IS DISTINCT FROM coalesce(:commit, commit_id))`,
    { environment, serviceName, release, commit },
  );
  await session.run(
    `INSERT INTO service_activity (environment, service_name, minute, snapshots)
     VALUES (:environment, :serviceName, :minute, :snapshots)
     ON CONFLICT (environment, service_name, minute)
       DO UPDATE SET snapshots = service_activity.snapshots + excluded.snapshots`,
    { environment, serviceName, minute: Math.floor(nowMs / MINUTE_MS), snapshots },
  );
}

/**
 * Forgets some of the services that nobody saw for long and that have nothing: names made of pods or builds would pile
 * up for ever. Returns whether there were any.
 */
export async function pruneServices(session: Session, nowMs: number): Promise<boolean> {
  const { changes } = await session.run(
    `DELETE FROM service WHERE (environment, name) IN (
       SELECT environment, name FROM service s
       WHERE last_seen_at < :cutoff
         AND NOT EXISTS (SELECT 1 FROM breakpoint b WHERE b.environment = s.environment AND b.service_name = s.name)
         AND NOT EXISTS (SELECT 1 FROM snapshot n WHERE n.environment = s.environment AND n.service_name = s.name)
       LIMIT :limit FOR UPDATE SKIP LOCKED)`,
    { cutoff: nowMs - FORGOTTEN_AFTER_MS, limit: MAX_PRUNED },
  );
  return changes > 0;
}

/** Forgets the activity that no list shows any more. */
export async function pruneActivity(session: Session, nowMs: number): Promise<void> {
  await session.run('DELETE FROM service_activity WHERE minute <= :minute', { minute: oldestMinute(nowMs) });
}

interface ServiceRow {
  readonly environment: string;
  readonly name: string;
  readonly first_seen_at: number;
  readonly last_seen_at: number;
  readonly release: string | null;
  readonly commit_id: string | null;
  readonly total: number;
  readonly enabled: number;
}

/** All services by name, with the figures of their lists. */
export async function listServices(session: Session, nowIso: string): Promise<StoredService[]> {
  const rows = await session.all<ServiceRow>(
    `SELECT s.*,
       coalesce(b.total, 0) AS total, coalesce(b.enabled, 0) AS enabled
     FROM service s
       LEFT JOIN (
         SELECT environment, service_name, count(*) AS total, sum(enabled) AS enabled
         FROM breakpoint GROUP BY 1, 2
       ) b ON b.environment = s.environment AND b.service_name = s.name
     ORDER BY s.name, s.environment`,
  );
  const stepsOf = stepsByService(
    await session.all<StepCount>(
      `SELECT environment, service_name, (minute - :minute::bigint - 1) / ${STEP_MINUTES} AS step,
         sum(snapshots)::bigint AS snapshots
       FROM service_activity WHERE minute > :minute GROUP BY 1, 2, 3`,
      { minute: oldestMinute(readInstant(nowIso, 'now')) },
    ),
  );
  const killedIn = killedBy(await listKillSwitches(session));
  return rows.map((row) => {
    const ref = { environment: row.environment, serviceName: row.name };
    const { global, service } = killedIn(ref);
    const steps = stepsOf(ref);
    return {
      ...ref,
      firstSeenAt: toIso(row.first_seen_at),
      lastSeenAt: toIso(row.last_seen_at),
      breakpoints: { total: row.total, enabled: row.enabled },
      snapshotsLastHour: steps.reduce((sum, count) => sum + count, 0),
      snapshotsByFiveMinutes: steps,
      killed: { global, service },
      release: row.release,
      commit: row.commit_id,
    };
  });
}
