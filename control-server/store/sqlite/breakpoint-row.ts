import type { BreakpointResource } from '../../../src/protocol/api.ts';
import { readStrings } from '../../../src/protocol/json.ts';
import { toIso, toOptionalIso } from '../instant.ts';
import type { ServiceRef } from '../service-store.ts';
import type { Database } from './database.ts';

/** A row of `breakpoint`. */
export interface BreakpointRow {
  readonly id: string;
  readonly environment: string;
  readonly service_name: string;
  readonly label: string | null;
  readonly function_name: string;
  readonly file_path: string;
  readonly line_number: number;
  readonly enabled: number;
  readonly mode: BreakpointResource['mode'];
  readonly condition: string | null;
  readonly max_captures: number;
  readonly capture_count: number;
  readonly expire_at: number | null;
  readonly stack_depth: number | null;
  readonly max_depth: number | null;
  readonly max_payload_bytes: number | null;
  readonly capture_expressions: string;
  readonly log_message: string | null;
  readonly version: number;
  readonly origin: BreakpointResource['origin'];
  readonly created_at: number;
  readonly updated_at: number;
  readonly last_hit_at: number | null;
}

/** The row as the API and the agents see it. */
export function toBreakpoint(row: BreakpointRow): BreakpointResource {
  return {
    id: row.id,
    serviceName: row.service_name,
    environment: row.environment,
    label: row.label,
    functionName: row.function_name,
    filePath: row.file_path,
    lineNumber: row.line_number,
    enabled: row.enabled === 1,
    mode: row.mode,
    condition: row.condition,
    maxCaptures: row.max_captures,
    captureCount: row.capture_count,
    expireAt: toOptionalIso(row.expire_at),
    stackDepth: row.stack_depth,
    maxDepth: row.max_depth,
    maxPayloadBytes: row.max_payload_bytes,
    captureExpressions: readStrings(JSON.parse(row.capture_expressions)),
    logMessage: row.log_message,
    version: row.version,
    origin: row.origin,
    createdAt: toIso(row.created_at),
    updatedAt: toIso(row.updated_at),
    lastHitAt: toOptionalIso(row.last_hit_at),
  };
}

/** The row of this id. */
export function readRow(database: Database, id: string): BreakpointRow | undefined {
  return database.get<BreakpointRow>('SELECT * FROM breakpoint WHERE id = :id', { id });
}

/** Adds the row; the unique indexes refuse a second one for its place. */
export function insertRow(database: Database, row: BreakpointRow): void {
  database.run(
    `INSERT INTO breakpoint (
       id, environment, service_name, label, function_name, file_path, line_number, enabled, mode, condition,
       max_captures, capture_count, expire_at, stack_depth, max_depth, max_payload_bytes, capture_expressions,
       log_message, version, origin, created_at, updated_at, last_hit_at)
     VALUES (
       :id, :environment, :service_name, :label, :function_name, :file_path, :line_number, :enabled, :mode, :condition,
       :max_captures, :capture_count, :expire_at, :stack_depth, :max_depth, :max_payload_bytes, :capture_expressions,
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
