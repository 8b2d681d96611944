import type { SnapshotResource } from '../../src/protocol/api.ts';
import { toCsvCell } from './csv-cell.ts';

const COLUMNS: readonly (readonly [name: string, cell: (snapshot: SnapshotResource) => string])[] = [
  ['id', ({ id }) => id],
  ['received_at', ({ receivedAt }) => receivedAt],
  ['captured_at', ({ capturedAt }) => capturedAt],
  ['service_name', ({ serviceName }) => serviceName],
  ['environment', ({ environment }) => environment ?? ''],
  ['label', ({ label }) => label ?? ''],
  ['function_name', ({ functionName }) => functionName],
  ['file_path', ({ filePath }) => filePath],
  ['line_number', ({ lineNumber }) => String(lineNumber)],
  ['mode', ({ mode }) => mode],
  ['breakpoint_id', ({ breakpointId }) => breakpointId ?? ''],
  ['instance_id', ({ instanceId }) => instanceId ?? ''],
  ['trace_id', ({ traceId }) => traceId ?? ''],
  ['flags', ({ securityFlags }) => [...new Set(securityFlags.map(({ type }) => type))].join(' ')],
  ['pinned', ({ pinned }) => String(pinned)],
  ['log_message', ({ logMessage }) => logMessage ?? ''],
  ['variables', ({ variables }) => JSON.stringify(variables)],
];

/** The first line of the file, by RFC 4180. */
export const CSV_HEAD: string = toLine(COLUMNS.map(([name]) => name));

/** One snapshot as a line. No cell is a formula: a `'` stands before what would be one. */
export function toCsvLine(snapshot: SnapshotResource): string {
  return toLine(COLUMNS.map(([, cell]) => toCsvCell(cell(snapshot))));
}

function toLine(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}
