import { encodeCursor } from '../cursor.ts';
import type { BreakpointRow } from '../rows/breakpoint-row.ts';
import type { SnapshotRecord } from '../snapshot-record.ts';
import type { StoreOutcome } from '../snapshot-store.ts';
import type { Session } from './database.ts';
import { LOCKS } from './locks.ts';
import { noteActivity, touchService } from './services.ts';
import { noteMinutes } from './snapshot-minutes.ts';
import { findStored, insertSnapshots } from './snapshot-rows.ts';
import type { NewSnapshot } from './snapshot-rows.ts';
import { addUsage } from './snapshot-usage.ts';

/** Snapshots that came together. */
export interface IngestBatch {
  readonly environment: string;
  readonly records: readonly SnapshotRecord[];
  readonly nowMs: number;
  /** From another server: neither hits, which a limit could refuse, nor activity of today. */
  readonly isImport: boolean;
}

/** What became of a batch. */
export interface IngestResult {
  readonly outcomes: readonly StoreOutcome[];
  readonly cursor: string | null;
  /** Breakpoints without a capture left, which are still to be disabled. */
  readonly spentIds: readonly string[];
}

interface Decision {
  readonly outcomes: readonly StoreOutcome[];
  readonly stored: readonly NewSnapshot[];
  readonly spentIds: readonly string[];
}

/**
 * Stores what is new of some batches and counts its hits, in one transaction. One node does at a time: so sequences
 * become visible in their order, and who follows a list misses nothing; and nothing can change between the look and the
 * insert. Services are written before breakpoints, as every change does, or two could wait for each other.
 */
export async function ingest(session: Session, batches: readonly IngestBatch[]): Promise<IngestResult[]> {
  await session.get(`SELECT pg_advisory_xact_lock(${LOCKS.ingest})`);
  const stored = await findStored(
    session,
    batches.flatMap(({ records }) => records.map(({ id }) => id)),
  );
  await touchServices(session, batches, stored);
  const breakpoints = await lockBreakpoints(session, batches);
  const left = new Map(breakpoints.map((row) => [row.id, capturesLeft(row)]));
  const decisions = batches.map((batch) => decide(batch, stored, breakpoints, left));
  const all = decisions.flatMap((decision) => decision.stored);
  const sequences = all.length === 0 ? [] : await insertSnapshots(session, all);
  if (all.length > 0) {
    await noteMinutes(session, all, sequences);
    await addUsage(
      session,
      all.map(({ record }) => record),
    );
  }
  await noteServices(session, batches, decisions);
  await countHits(session, batches, decisions);
  let end = 0;
  return decisions.map((decision) => {
    end += decision.stored.length;
    const newest = decision.stored.length === 0 ? undefined : sequences[end - 1];
    return {
      outcomes: decision.outcomes,
      cursor: newest === undefined ? null : encodeCursor(newest),
      spentIds: decision.spentIds,
    };
  });
}

function decide(
  { environment, records, nowMs, isImport }: IngestBatch,
  stored: Set<string>,
  breakpoints: readonly BreakpointRow[],
  left: Map<string, number>,
): Decision {
  const find = createBreakpointFinder(environment, breakpoints);
  const enabled = new Set(breakpoints.filter((row) => row.enabled === 1).map(({ id }) => id));
  const snapshots: NewSnapshot[] = [];
  const spentIds = new Set<string>();
  const outcomes = records.map((record): StoreOutcome => {
    // First: a delivery that is repeated when its breakpoint is spent is a duplicate all the same.
    if (stored.has(record.id)) return 'duplicate';
    const breakpointId = find(record);
    const remaining = isImport || breakpointId === null ? Infinity : (left.get(breakpointId) ?? Infinity);
    if (breakpointId !== null && remaining <= 1 && enabled.has(breakpointId)) spentIds.add(breakpointId);
    if (remaining <= 0) return 'limit';
    if (breakpointId !== null) left.set(breakpointId, remaining - 1);
    stored.add(record.id);
    snapshots.push({ record: { ...record, breakpointId }, environment, nowMs });
    return 'stored';
  });
  return { outcomes, stored: snapshots, spentIds: [...spentIds] };
}

function capturesLeft({ max_captures: max, capture_count: count }: BreakpointRow): number {
  return max === 0 ? Infinity : max - count;
}

/** Every breakpoint that a snapshot may belong to, the oldest first; nobody else counts or changes them meanwhile. */
async function lockBreakpoints(session: Session, batches: readonly IngestBatch[]): Promise<BreakpointRow[]> {
  const ids = new Set<string>();
  const labels = new Map<string, readonly [string, string, string]>();
  for (const { environment, records } of batches) {
    for (const { breakpointId, serviceName, label } of records) {
      if (breakpointId !== null) ids.add(breakpointId);
      if (label === null) continue;
      const place = [environment, serviceName, label] as const;
      labels.set(JSON.stringify(place), place);
    }
  }
  const places = [...labels.values()];
  const rows = await session.all<BreakpointRow>(
    `SELECT * FROM breakpoint
     WHERE id = ANY (:ids::text[])
       OR (environment, service_name, label) IN (
         SELECT * FROM unnest(:environments::text[], :services::text[], :labels::text[]))
     ORDER BY id FOR NO KEY UPDATE`,
    {
      ids: [...ids],
      environments: places.map(([environment]) => environment),
      services: places.map(([, service]) => service),
      labels: places.map(([, , label]) => label),
    },
  );
  return rows.toSorted((a, b) => a.created_at - b.created_at || (a.id < b.id ? -1 : 1));
}

/**
 * Finds the breakpoint that a snapshot belongs to: by its id, else by its label. An id of another service or
 * environment is refused, or a key could spend what belongs to others; one that is unknown is kept, since its
 * breakpoint may have been deleted meanwhile.
 */
function createBreakpointFinder(
  environment: string,
  breakpoints: readonly BreakpointRow[],
): (record: SnapshotRecord) => string | null {
  const byId = new Map(breakpoints.map((row) => [row.id, row]));
  const byLabel = Map.groupBy(
    breakpoints.filter((row) => row.environment === environment),
    (row) => JSON.stringify([row.service_name, row.label]),
  );
  return ({ breakpointId, serviceName, label, functionName }) => {
    const named = breakpointId === null ? undefined : byId.get(breakpointId);
    if (named?.environment === environment && named.service_name === serviceName) return named.id;
    const ofLabel = label === null ? [] : (byLabel.get(JSON.stringify([serviceName, label])) ?? []);
    const matching = ofLabel.find((row) => row.function_name === functionName) ?? ofLabel[0];
    return matching?.id ?? (named === undefined ? breakpointId : null);
  };
}

async function touchServices(
  session: Session,
  batches: readonly IngestBatch[],
  stored: ReadonlySet<string>,
): Promise<void> {
  const seen = new Map<string, readonly [environment: string, serviceName: string, nowMs: number]>();
  for (const { environment, records, nowMs } of batches) {
    for (const { id, serviceName } of records) {
      if (!stored.has(id))
        seen.set(JSON.stringify([environment, serviceName]), [environment, serviceName, nowMs]);
    }
  }
  for (const [, [environment, serviceName, nowMs]] of [...seen].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    await touchService(session, { environment, serviceName }, nowMs);
  }
}

async function noteServices(
  session: Session,
  batches: readonly IngestBatch[],
  decisions: readonly Decision[],
): Promise<void> {
  for (const [index, { environment, nowMs, isImport }] of batches.entries()) {
    if (isImport) continue;
    const records = (decisions[index]?.stored ?? []).map(({ record }) => record);
    for (const [serviceName, ofService] of Map.groupBy(records, (record) => record.serviceName)) {
      const activity = {
        snapshots: ofService.length,
        release: ofService.findLast((record) => record.release !== null)?.release ?? null,
        commit: ofService.findLast((record) => record.commit !== null)?.commit ?? null,
      };
      await noteActivity(session, { environment, serviceName }, activity, nowMs);
    }
  }
}

async function countHits(
  session: Session,
  batches: readonly IngestBatch[],
  decisions: readonly Decision[],
): Promise<void> {
  const hits = new Map<string, { count: number; atMs: number }>();
  for (const [index, { isImport }] of batches.entries()) {
    if (isImport) continue;
    for (const { record, nowMs } of decisions[index]?.stored ?? []) {
      if (record.breakpointId === null) continue;
      const known = hits.get(record.breakpointId)?.count ?? 0;
      hits.set(record.breakpointId, { count: known + 1, atMs: nowMs });
    }
  }
  if (hits.size === 0) return;
  await session.run(
    `UPDATE breakpoint b SET capture_count = b.capture_count + h.hits, last_hit_at = h.at
     FROM unnest(:ids::text[], :hits::bigint[], :at::bigint[]) AS h (id, hits, at) WHERE b.id = h.id`,
    {
      ids: [...hits.keys()],
      hits: [...hits.values()].map(({ count }) => count),
      at: [...hits.values()].map(({ atMs }) => atMs),
    },
  );
}
