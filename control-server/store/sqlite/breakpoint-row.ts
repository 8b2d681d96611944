import type { BreakpointRow } from '../rows/breakpoint-row.ts';
import type { ServiceRef } from '../service-store.ts';
import type { Database } from './database.ts';

/** The row of this id. */
export function readRow(database: Database, id: string): BreakpointRow | undefined {
  return database.get<BreakpointRow>('SELECT * FROM breakpoint WHERE id = :id', { id });
}

/** Adds the row; the unique indexes refuse a second one for its place. */
export function insertRow(database: Database, row: BreakpointRow): void {
  database.run(
    `INSERT INTO breakpoint (
       id, environment, service_name, label, function_name, file_path, line_number, column_number, enabled, mode,
       condition, max_captures, capture_count, expire_at, stack_depth, max_depth, max_payload_bytes, capture_expressions,
       log_message, version, origin, created_at, updated_at, last_hit_at)
     VALUES (
       :id, :environment, :service_name, :label, :function_name, :file_path, :line_number, :column_number, :enabled, :mode,
       :condition, :max_captures, :capture_count, :expire_at, :stack_depth, :max_depth, :max_payload_bytes, :capture_expressions,
       :log_message, :version, :origin, :created_at, :updated_at, :last_hit_at)`,
    { ...row },
  );
}

/** Writes what may change of a row. Its identity, origin and creation stay. */
export function updateRow(database: Database, row: BreakpointRow): void {
  database.run(
    `UPDATE breakpoint SET
       function_name = :functionName, file_path = :filePath, line_number = :lineNumber, enabled = :enabled,
       mode = :mode, condition = :condition, max_captures = :maxCaptures, capture_count = :captureCount,
       expire_at = :expireAt, stack_depth = :stackDepth, max_depth = :maxDepth, max_payload_bytes = :maxPayloadBytes,
       capture_expressions = :captureExpressions, log_message = :logMessage, version = :version,
       updated_at = :updatedAt, last_hit_at = :lastHitAt
     WHERE id = :id`,
    {
      id: row.id,
      functionName: row.function_name,
      filePath: row.file_path,
      lineNumber: row.line_number,
      enabled: row.enabled,
      mode: row.mode,
      condition: row.condition,
      maxCaptures: row.max_captures,
      captureCount: row.capture_count,
      expireAt: row.expire_at,
      stackDepth: row.stack_depth,
      maxDepth: row.max_depth,
      maxPayloadBytes: row.max_payload_bytes,
      captureExpressions: row.capture_expressions,
      logMessage: row.log_message,
      version: row.version,
      updatedAt: row.updated_at,
      lastHitAt: row.last_hit_at,
    },
  );
}

/** The breakpoints of a label in one service, the oldest first: one for each function that uses it. */
export function listByLabel(database: Database, ref: ServiceRef, label: string): BreakpointRow[] {
  return database.all<BreakpointRow>(
    `SELECT * FROM breakpoint
     WHERE environment = :environment AND service_name = :serviceName AND label = :label
     ORDER BY created_at, id`,
    { environment: ref.environment, serviceName: ref.serviceName, label },
  );
}
