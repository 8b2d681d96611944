import type { SnapshotSummary } from '../../../src/protocol/api.ts';
import { readStrings } from '../../../src/protocol/json.ts';
import { encodeCursor } from '../cursor.ts';
import { toIso } from '../instant.ts';

/** The columns of a list, of the table `snapshot` as `s`. */
export const SUMMARY_COLUMNS = `s.sequence, s.id, s.environment, s.service_name, s.label, s.file_path, s.line_number,
  s.function_name, s.breakpoint_id, s.instance_id, s.trace_id, s.mode, s.captured_at, s.received_at, s.preview, s.flags,
  s.pinned, s.size_bytes`;

/** A row of {@link SUMMARY_COLUMNS}. */
export interface SnapshotRow {
  readonly sequence: number;
  readonly id: string;
  readonly environment: string;
  readonly service_name: string;
  readonly label: string | null;
  readonly file_path: string;
  readonly line_number: number;
  readonly function_name: string;
  readonly breakpoint_id: string | null;
  readonly instance_id: string | null;
  readonly trace_id: string | null;
  readonly mode: SnapshotSummary['mode'];
  readonly captured_at: number;
  readonly received_at: number;
  readonly preview: string;
  readonly flags: string;
  readonly pinned: number;
  readonly size_bytes: number;
}

/** The row as the API shows it. */
export function toSummary(row: SnapshotRow): SnapshotSummary {
  return {
    id: row.id,
    cursor: encodeCursor(row.sequence),
    serviceName: row.service_name,
    environment: row.environment,
    label: row.label,
    filePath: row.file_path,
    lineNumber: row.line_number,
    functionName: row.function_name,
    breakpointId: row.breakpoint_id,
    instanceId: row.instance_id,
    traceId: row.trace_id,
    mode: row.mode,
    capturedAt: toIso(row.captured_at),
    receivedAt: toIso(row.received_at),
    preview: row.preview,
    flags: readStrings(JSON.parse(row.flags)),
    pinned: row.pinned === 1,
    sizeBytes: row.size_bytes,
  };
}
