import { toStorableText } from '../../../src/protocol/storable-text.ts';
import { encodeCursor } from '../cursor.ts';
import { readInstant } from '../instant.ts';
import type { SnapshotRecord, StoredBody } from '../snapshot-record.ts';
import type { ControlChange } from '../service-store.ts';
import type { StoredBatch, StoreOutcome } from '../snapshot-store.ts';
import { countHits, createCaptureTaker } from './breakpoint-limits.ts';
import type { TakeCapture } from './breakpoint-limits.ts';
import { listByLabel, readRow } from './breakpoint-row.ts';
import type { Database } from './database.ts';
import { noteActivity, touchService } from './services.ts';
import { addUsage, deleteSequences } from './snapshot-usage.ts';

const MINUTE_MS = 60_000;

interface BodyRow {
  readonly sequence: number;
  readonly id: string;
  readonly environment: string;
  readonly breakpoint_id: string | null;
  readonly received_at: number;
  readonly pinned: number;
  readonly size_bytes: number;
  readonly body: string;
}

/** Stores what is new of a batch and counts its hits. */
export function storeSnapshots(
  database: Database,
  environment: string,
  records: readonly SnapshotRecord[],
  nowIso: string,
): StoredBatch {
  const nowMs = readInstant(nowIso, 'now');
  const { stored, ...batch } = insertNew(database, environment, records, nowMs, createCaptureTaker(database));
  noteServices(database, environment, stored, nowMs);
  return { ...batch, changes: countAllHits(database, stored, nowMs) };
}

/** Stores what is new of a batch from another server: neither a hit nor an activity of today. */
export function importSnapshots(
  database: Database,
  environment: string,
  records: readonly SnapshotRecord[],
  nowIso: string,
): StoredBatch {
  const nowMs = readInstant(nowIso, 'now');
  const { stored, ...batch } = insertNew(database, environment, records, nowMs, () => true);
  for (const serviceName of new Set(stored.map((record) => record.serviceName))) {
    touchService(database, { environment, serviceName }, nowMs);
  }
  return { ...batch, changes: [] };
}

function insertNew(
  database: Database,
  environment: string,
  records: readonly SnapshotRecord[],
  nowMs: number,
  takeCapture: TakeCapture,
): Pick<StoredBatch, 'outcomes' | 'cursor'> & { readonly stored: readonly SnapshotRecord[] } {
  const findBreakpoint = createBreakpointFinder(database, environment);
  const outcomes: StoreOutcome[] = [];
  const stored: SnapshotRecord[] = [];
  let oldest: number | null = null;
  let newest: number | null = null;
  for (const record of records) {
    // First: a delivery that is repeated when its breakpoint is spent is a duplicate all the same.
    if (isStored(database, record.id)) {
      outcomes.push('duplicate');
      continue;
    }
    const found = { ...record, breakpointId: findBreakpoint(record) };
    if (!takeCapture(found.breakpointId)) {
      outcomes.push('limit');
      continue;
    }
    newest = insertSnapshot(database, environment, found, nowMs);
    oldest ??= newest;
    outcomes.push('stored');
    stored.push(found);
  }
  addUsage(database, stored);
  if (oldest !== null && newest !== null) noteMinute(database, nowMs, oldest, newest);
  return { outcomes, cursor: newest === null ? null : encodeCursor(newest), stored };
}

function noteMinute(database: Database, nowMs: number, first: number, last: number): void {
  database.run(
    `INSERT INTO snapshot_minute (minute, first_sequence, last_sequence) VALUES (:minute, :first, :last)
     ON CONFLICT DO UPDATE SET
       first_sequence = min(first_sequence, :first), last_sequence = max(last_sequence, :last)`,
    { minute: Math.floor(nowMs / MINUTE_MS), first, last },
  );
}

/** The bodies with what their rows say of them, in the order of the ids; without those that are gone. */
export function readSnapshotBodies(database: Database, ids: readonly string[]): StoredBody[] {
  return database
    .all<BodyRow>(
      `SELECT s.sequence, s.id, s.environment, s.breakpoint_id, s.received_at, s.pinned, s.size_bytes, b.body
       FROM json_each(:ids) wanted
       CROSS JOIN snapshot s ON s.id = wanted.value
       CROSS JOIN snapshot_body b ON b.sequence = s.sequence
       ORDER BY wanted.key`,
      // JSON would keep what the database does not.
      { ids: JSON.stringify(ids.map(toStorableText)) },
    )
    .map((row) => ({
      id: row.id,
      cursor: encodeCursor(row.sequence),
      environment: row.environment,
      breakpointId: row.breakpoint_id,
      receivedAt: row.received_at,
      isPinned: row.pinned === 1,
      sizeBytes: row.size_bytes,
      body: row.body,
    }));
}

/** False when there is none. */
export function deleteSnapshot(database: Database, id: string): boolean {
  const row = database.get<{ sequence: number }>('SELECT sequence FROM snapshot WHERE id = :id', { id });
  return row !== undefined && deleteSequences(database, [row.sequence]) > 0;
}

function isStored(database: Database, id: string): boolean {
  return database.get('SELECT 1 FROM snapshot WHERE id = :id', { id }) !== undefined;
}

/** Its sequence. */
function insertSnapshot(
  database: Database,
  environment: string,
  record: SnapshotRecord,
  nowMs: number,
): number {
  const { lastRowId } = database.run(
    `INSERT INTO snapshot (
       id, environment, service_name, label, file_path, line_number, function_name, breakpoint_id, instance_id,
       trace_id, mode, captured_at, received_at, preview, flags, size_bytes)
     VALUES (
       :id, :environment, :serviceName, :label, :filePath, :lineNumber, :functionName, :breakpointId, :instanceId,
       :traceId, :mode, :capturedAt, :nowMs, :preview, :flags, :sizeBytes)`,
    {
      id: record.id,
      environment,
      serviceName: record.serviceName,
      label: record.label,
      filePath: record.filePath,
      lineNumber: record.lineNumber,
      functionName: record.functionName,
      breakpointId: record.breakpointId,
      instanceId: record.instanceId,
      traceId: record.traceId,
      mode: record.mode,
      capturedAt: record.capturedAt,
      nowMs,
      preview: record.preview,
      flags: record.flags,
      sizeBytes: record.sizeBytes,
    },
  );
  database.run('INSERT INTO snapshot_body (sequence, body) VALUES (:sequence, :body)', {
    sequence: lastRowId,
    body: record.body,
  });
  if (record.flags !== '[]') {
    database.run(
      'INSERT OR IGNORE INTO snapshot_flag (flag, sequence) SELECT value, :sequence FROM json_each(:flags)',
      { sequence: lastRowId, flags: record.flags },
    );
  }
  return lastRowId;
}

/**
 * Finds the breakpoint that a snapshot belongs to: by its id, else by its label. An id of another service or
 * environment is refused, or a key could spend what belongs to others; one that is unknown is kept, since its
 * breakpoint may have been deleted meanwhile.
 */
function createBreakpointFinder(
  database: Database,
  environment: string,
): (record: SnapshotRecord) => string | null {
  const known = new Map<string, string | null>();
  return (record) => {
    const { serviceName, label, functionName } = record;
    const key = JSON.stringify([record.breakpointId, serviceName, label, functionName]);
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const found = find(database, environment, record);
    known.set(key, found);
    return found;
  };
}

function find(database: Database, environment: string, record: SnapshotRecord): string | null {
  const { breakpointId, serviceName, label, functionName } = record;
  const named = breakpointId === null ? undefined : readRow(database, breakpointId);
  if (named?.environment === environment && named.service_name === serviceName) return named.id;
  const ofLabel = label === null ? [] : listByLabel(database, { environment, serviceName }, label);
  const matching = ofLabel.find((row) => row.function_name === functionName) ?? ofLabel[0];
  return matching?.id ?? (named === undefined ? breakpointId : null);
}

function noteServices(
  database: Database,
  environment: string,
  stored: readonly SnapshotRecord[],
  nowMs: number,
): void {
  const byService = Map.groupBy(stored, (record) => record.serviceName);
  for (const [serviceName, records] of byService) {
    const ref = { environment, serviceName };
    touchService(database, ref, nowMs);
    const activity = {
      snapshots: records.length,
      release: records.findLast((record) => record.release !== null)?.release ?? null,
      commit: records.findLast((record) => record.commit !== null)?.commit ?? null,
    };
    noteActivity(database, ref, activity, nowMs);
  }
}

function countAllHits(database: Database, stored: readonly SnapshotRecord[], nowMs: number): ControlChange[] {
  const byBreakpoint = Map.groupBy(stored, (record) => record.breakpointId);
  return [...byBreakpoint].flatMap(([id, records]) => {
    const change = id === null ? undefined : countHits(database, id, records.length, nowMs);
    return change === undefined ? [] : [change];
  });
}
