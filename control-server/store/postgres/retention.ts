import { readInstant } from '../instant.ts';
import type { Retention } from '../retention.ts';
import { pruneAudit } from './audit.ts';
import { codeOf } from './database.ts';
import type { Database, Session } from './database.ts';
import { pruneInvitations } from './invitations.ts';
import { LOCKS } from './locks.ts';
import { dropPartitions, ensurePartitions, listPartitionDays } from './partitions.ts';
import { pruneActivity, pruneServices } from './services.ts';
import { pruneSessions } from './sessions.ts';
import { DAY_MS } from './snapshot-day.ts';
import { pruneMinutes } from './snapshot-minutes.ts';
import { deleteSequences, totalBytes } from './snapshot-usage.ts';

/** One slice of a sweep: short enough that no node waits for it. */
const MAX_SLICE_ROWS = 500;
/**
 * Whole days go at once, so a snapshot may stay about a day longer than its age allows, unless the age itself is of that
 * order. The hour is for what was delivered late.
 */
const DAY_GRACE_MS: number = DAY_MS + 60 * 60_000;
const MIN_AGE_FOR_DAYS_MS: number = 2 * DAY_MS;
/** Changes are read by nodes within seconds. */
const CHANGES_KEPT_MS: number = DAY_MS;
/** Waiting longer for a reader of the partition would hold up those behind. */
const DROP_LOCK_TIMEOUT = '2s';
const LOCK_NOT_AVAILABLE = '55P03';

/** One slice of a sweep. */
export interface SweepSlice {
  readonly deletedSnapshots: number;
  readonly isDone: boolean;
}

/** The next slice of what retention no longer allows. Of several nodes one sweeps at a time; the others are done at once. */
export async function sweepSlice(
  database: Database,
  retention: Retention,
  nowIso: string,
): Promise<SweepSlice> {
  const nowMs = readInstant(nowIso, 'now');
  try {
    return await database.transaction((session) => runSlice(session, retention, nowMs));
  } catch (error) {
    if (codeOf(error) === LOCK_NOT_AVAILABLE) return { deletedSnapshots: 0, isDone: true };
    throw error;
  }
}

async function runSlice(session: Session, retention: Retention, nowMs: number): Promise<SweepSlice> {
  const lock = await session.get<{ taken: boolean }>(
    `SELECT pg_try_advisory_xact_lock(${LOCKS.sweep}) AS taken`,
  );
  if (lock?.taken !== true) return { deletedSnapshots: 0, isDone: true };
  await ensurePartitions(session, nowMs);
  // The counts belong to the ingest.
  await session.get(`SELECT pg_advisory_xact_lock(${LOCKS.ingest})`);
  const dropped = await dropOldestDay(session, nowMs - retention.maxAgeMs);
  if (dropped !== null) return { deletedSnapshots: dropped, isDone: false };
  const sequences =
    (await firstNonEmpty([
      () => olderThan(session, retention.maxAgeMs, nowMs),
      () => beyondCount(session, retention.maxSnapshotsPerBreakpoint),
      () => beyondBytes(session, retention.maxTotalBytes),
    ])) ?? [];
  if (sequences.length > 0) {
    const deletedSnapshots = await deleteSequences(session, sequences);
    return { deletedSnapshots, isDone: deletedSnapshots === 0 };
  }
  return { deletedSnapshots: 0, isDone: !(await pruneOthers(session, retention, nowMs)) };
}

async function pruneOthers(session: Session, retention: Retention, nowMs: number): Promise<boolean> {
  await pruneSessions(session, nowMs);
  await pruneInvitations(session, nowMs);
  await pruneActivity(session, nowMs);
  await pruneMinutes(session);
  await session.run('DELETE FROM control_change WHERE changed_at < :cutoff', {
    cutoff: nowMs - CHANGES_KEPT_MS,
  });
  const services = await pruneServices(session, nowMs);
  const audit = await pruneAudit(session, nowMs - retention.maxAuditAgeMs);
  return services || audit;
}

async function dropOldestDay(session: Session, cutoffMs: number): Promise<number | null> {
  const old = (await listPartitionDays(session)).filter((day) => (day + 1) * DAY_MS <= cutoffMs);
  if (old.length === 0) return null;
  await session.run(`SET LOCAL lock_timeout = '${DROP_LOCK_TIMEOUT}'`);
  for (const day of old) {
    const dropped = await dropPartitions(session, day, cutoffMs);
    if (dropped !== null) return dropped;
  }
  return null;
}

async function firstNonEmpty(
  rules: readonly (() => Promise<readonly number[]>)[],
): Promise<readonly number[] | undefined> {
  for (const rule of rules) {
    const found = await rule();
    if (found.length > 0) return found;
  }
  return undefined;
}

async function olderThan(session: Session, maxAgeMs: number, nowMs: number): Promise<number[]> {
  const graceMs = maxAgeMs >= MIN_AGE_FOR_DAYS_MS ? DAY_GRACE_MS : 0;
  const cutoff = nowMs - maxAgeMs;
  const inDefault = await select(session, 'snapshot_default', 'received_at < :cutoff', 'received_at', {
    cutoff,
  });
  if (inDefault.length > 0) return inDefault;
  return select(session, 'snapshot', 'received_at < :cutoff', 'received_at', { cutoff: cutoff - graceMs });
}

async function beyondCount(session: Session, maxSnapshots: number): Promise<number[]> {
  const usage = await session.get<{ breakpoint_id: string; snapshots: number }>(
    `SELECT breakpoint_id, sum(snapshots)::bigint AS snapshots FROM snapshot_usage
     WHERE breakpoint_id <> '' GROUP BY 1 HAVING sum(snapshots) > :maxSnapshots LIMIT 1`,
    { maxSnapshots },
  );
  if (usage === undefined) return [];
  const sequences = await select(session, 'snapshot', 'breakpoint_id = :breakpointId', 'sequence', {
    breakpointId: usage.breakpoint_id,
  });
  return sequences.slice(0, usage.snapshots - maxSnapshots);
}

async function beyondBytes(session: Session, maxBytes: number): Promise<number[]> {
  const excess = (await totalBytes(session)) - maxBytes;
  if (excess <= 0) return [];
  const oldest = await session.all<{ sequence: number; size_bytes: number }>(
    'SELECT sequence, size_bytes FROM snapshot WHERE pinned = 0 ORDER BY sequence LIMIT :limit',
    { limit: MAX_SLICE_ROWS },
  );
  let sum = 0;
  const reached = oldest.findIndex((row) => (sum += row.size_bytes) >= excess);
  return oldest.slice(0, reached === -1 ? oldest.length : reached + 1).map(({ sequence }) => sequence);
}

/** The first sequences of a slice, without pinned snapshots. */
async function select(
  session: Session,
  table: 'snapshot' | 'snapshot_default',
  condition: string,
  order: 'received_at' | 'sequence',
  parameters: Readonly<Record<string, string | number>>,
): Promise<number[]> {
  const rows = await session.all<{ sequence: number }>(
    `SELECT sequence FROM ${table} WHERE ${condition} AND pinned = 0 ORDER BY ${order} LIMIT :limit`,
    { ...parameters, limit: MAX_SLICE_ROWS },
  );
  return rows.map(({ sequence }) => sequence);
}
