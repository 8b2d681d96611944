import type { BreakpointResource } from '../../../src/protocol/api.ts';
import { readStrings } from '../../../src/protocol/json.ts';
import { toIso, toOptionalIso } from '../instant.ts';

/** A row of `breakpoint`, in every database. */
export interface BreakpointRow {
  readonly id: string;
  readonly environment: string;
  readonly service_name: string;
  readonly label: string | null;
  readonly function_name: string;
  readonly file_path: string;
  readonly line_number: number;
  /** Null: the first place on the line. */
  readonly column_number: number | null;
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
    ...(row.column_number === null ? {} : { columnNumber: row.column_number }),
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
