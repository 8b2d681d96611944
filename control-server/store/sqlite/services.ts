import type { KillState } from '../../../src/protocol/kill-state.ts';
import { oldestMinute, STEP_MINUTES, stepsByService } from '../hour-of-snapshots.ts';
import type { StepCount } from '../hour-of-snapshots.ts';
import { readInstant, toIso } from '../instant.ts';
import { requireRoomForService } from '../service-rules.ts';
import type { ServiceBringer, ServiceRef, StoredService } from '../service-store.ts';
import type { Database } from './database.ts';
import { readKilled } from './kill-switches.ts';
import { ensureEnvironment } from './state-versions.ts';

/** A service is noted as seen once in this time at most: agents poll, and each note is a write. */
const SEEN_GRANULARITY_MS = 1_000;
const MINUTE_MS = 60_000;
/** A service that comes back later is simply new again. */
const FORGOTTEN_AFTER_MS: number = 30 * 24 * 60 * MINUTE_MS;
const MAX_PRUNED = 500;

/** Makes sure that the service exists and notes when it was seen. Returns whether it is new. Throws `too_many_services`. */
export function touchService(
  database: Database,
  ref: ServiceRef,
  nowMs: number,
  bringer: ServiceBringer | null = null,
): boolean {
  if (bringer !== null && !hasService(database, ref)) {
    requireRoomForService(bringer, countServicesOf(database, bringer.keyId));
  }
  ensureEnvironment(database, ref.environment);
  const key = { environment: ref.environment, serviceName: ref.serviceName, nowMs };
  const { changes } = database.run(
    `INSERT OR IGNORE INTO service (environment, name, first_seen_at, last_seen_at, key_id)
     VALUES (:environment, :serviceName, :nowMs, :nowMs, :keyId)`,
    { ...key, keyId: bringer?.keyId ?? null },
  );
  if (changes > 0) return true;
  database.run(
    `UPDATE service SET last_seen_at = :nowMs
     WHERE environment = :environment AND name = :serviceName AND last_seen_at <= :nowMs - :granularityMs`,
    { ...key, granularityMs: SEEN_GRANULARITY_MS },
  );
  return false;
}

/** Of the keys that brought any. */
export function countServicesByKey(database: Database): { keyId: string; services: number }[] {
  return database.all<{ keyId: string; services: number }>(
    'SELECT key_id AS keyId, count(*) AS services FROM service WHERE key_id IS NOT NULL GROUP BY key_id',
  );
}

function hasService(database: Database, { environment, serviceName }: ServiceRef): boolean {
  const found = database.get(
    'SELECT 1 FROM service WHERE environment = :environment AND name = :serviceName',
    {
      environment,
      serviceName,
    },
  );
  return found !== undefined;
}

function countServicesOf(database: Database, keyId: string): number {
  const row = database.get<{ services: number }>(
    'SELECT count(*) AS services FROM service WHERE key_id = :keyId',
    { keyId },
  );
  return row?.services ?? 0;
}

/** Notes what a service's snapshots say: the release that runs, and how many there were in this minute. */
export function noteActivity(
  database: Database,
  ref: ServiceRef,
  activity: { readonly snapshots: number; readonly release: string | null; readonly commit: string | null },
  nowMs: number,
): void {
  const { environment, serviceName } = ref;
  const { release, commit, snapshots } = activity;
  database.run(
    `UPDATE service SET release = coalesce(:release, release), commit_id = coalesce(:commit, commit_id)
     WHERE environment = :environment AND name = :serviceName
       AND (release IS NOT coalesce(:release, release) OR commit_id IS NOT coalesce(:commit, commit_id))`,
    { environment, serviceName, release, commit },
  );
  database.run(
    `INSERT INTO service_activity (environment, service_name, minute, snapshots)
     VALUES (:environment, :serviceName, :minute, :snapshots)
     ON CONFLICT DO UPDATE SET snapshots = snapshots + :snapshots`,
    { environment, serviceName, minute: Math.floor(nowMs / MINUTE_MS), snapshots },
  );
}

/**
 * Forgets some of the services that nobody saw for long and that have nothing: names made of pods or builds would pile
 * up for ever. Returns whether there were any.
 */
export function pruneServices(database: Database, nowMs: number): boolean {
  const { changes } = database.run(
    `DELETE FROM service WHERE (environment, name) IN (
       SELECT environment, name FROM service s
       WHERE last_seen_at < :cutoff
         AND NOT EXISTS (SELECT 1 FROM breakpoint b WHERE b.environment = s.environment AND b.service_name = s.name)
         AND NOT EXISTS (SELECT 1 FROM snapshot n WHERE n.environment = s.environment AND n.service_name = s.name)
       LIMIT :limit)`,
    { cutoff: nowMs - FORGOTTEN_AFTER_MS, limit: MAX_PRUNED },
  );
  return changes > 0;
}

/** Forgets the activity that no list shows any more. */
export function pruneActivity(database: Database, nowMs: number): void {
  database.run('DELETE FROM service_activity WHERE minute <= :minute', { minute: oldestMinute(nowMs) });
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
export function listServices(database: Database, nowIso: string): StoredService[] {
  const rows = database.all<ServiceRow>(
    `SELECT s.*,
       (SELECT count(*) FROM breakpoint b
         WHERE b.environment = s.environment AND b.service_name = s.name) AS total,
       (SELECT count(*) FROM breakpoint b
         WHERE b.environment = s.environment AND b.service_name = s.name AND b.enabled = 1) AS enabled
     FROM service s ORDER BY s.name, s.environment`,
  );
  const minute = oldestMinute(readInstant(nowIso, 'now'));
  const stepsOf = stepsByService(
    database.all<StepCount>(
      // Numbers are bound as floating point.
      `SELECT environment, service_name, CAST((minute - :minute - 1) / ${STEP_MINUTES} AS INTEGER) AS step,
         sum(snapshots) AS snapshots
       FROM service_activity WHERE minute > :minute GROUP BY 1, 2, 3`,
      { minute },
    ),
  );
  const killed = readKilled(database);
  return rows.map((row) => {
    const ref = { environment: row.environment, serviceName: row.name };
    const steps = stepsOf(ref);
    return {
      ...ref,
      firstSeenAt: toIso(row.first_seen_at),
      lastSeenAt: toIso(row.last_seen_at),
      breakpoints: { total: row.total, enabled: row.enabled },
      snapshotsLastHour: steps.reduce((sum, count) => sum + count, 0),
      snapshotsByFiveMinutes: steps,
      killed: shownOf(killed(ref)),
      release: row.release,
      commit: row.commit_id,
    };
  });
}

/** A list of services says nothing of single agents. */
function shownOf({ global, service }: KillState): StoredService['killed'] {
  return { global, service };
}
