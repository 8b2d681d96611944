import type { BreakpointPatch, BreakpointResource, NewBreakpoint } from '../../../src/protocol/api.ts';
import { breakpointExists, newPersonRow, patchRow, requireVersion } from '../breakpoint-rules.ts';
import { readInstant } from '../instant.ts';
import { toBreakpoint } from '../rows/breakpoint-row.ts';
import type { BreakpointRow } from '../rows/breakpoint-row.ts';
import type { ControlChange, ServiceRef } from '../service-store.ts';
import { commitInsert, commitUpdate } from './breakpoint-change.ts';
import { listByLabel, readRow } from './breakpoint-row.ts';
import type { Database } from './database.ts';
import { touchService } from './services.ts';
import { bumpEnvironment } from './state-versions.ts';

/** All of them, or those of a service, of an environment, or of both. */
export function listBreakpoints(database: Database, filter: Partial<ServiceRef>): BreakpointResource[] {
  const { environment = null, serviceName = null } = filter;
  return database
    .all<BreakpointRow>(
      `SELECT * FROM breakpoint
       WHERE (:environment IS NULL OR environment = :environment)
         AND (:serviceName IS NULL OR service_name = :serviceName)
       ORDER BY service_name, environment, coalesce(label, file_path), line_number,
         coalesce(column_number, 0), function_name`,
      { environment, serviceName },
    )
    .map(toBreakpoint);
}

/** Null when there is none. */
export function readBreakpoint(database: Database, id: string): BreakpointResource | null {
  const row = readRow(database, id);
  return row === undefined ? null : toBreakpoint(row);
}

/** A person's breakpoint. Throws `breakpoint_exists`, `too_many_breakpoints` or `bad_value`. */
export function createBreakpoint(
  database: Database,
  breakpoint: NewBreakpoint & { readonly environment: string },
  nowIso: string,
): ControlChange {
  const nowMs = readInstant(nowIso, 'now');
  const { row, place } = newPersonRow(breakpoint, nowMs);
  const ref = { environment: row.environment, serviceName: row.service_name };
  touchService(database, ref, nowMs);
  const exists =
    row.label === null ? hasLine(database, row) : listByLabel(database, ref, row.label).length > 0;
  if (exists) throw breakpointExists(row.service_name, place);
  return commitInsert(database, row, place);
}

/** Changes what the patch names. Throws `version_mismatch` or `bad_value`. */
export function patchBreakpoint(
  database: Database,
  id: string,
  patch: BreakpointPatch,
  expectedVersion: number | null,
  nowIso: string,
): ControlChange | null {
  const row = readRow(database, id);
  if (row === undefined) return null;
  return commitUpdate(database, patchRow(row, patch, expectedVersion), readInstant(nowIso, 'now'));
}

/** Returns the breakpoint as it was. Throws `version_mismatch`. */
export function deleteBreakpoint(
  database: Database,
  id: string,
  expectedVersion: number | null,
): ControlChange | null {
  const row = readRow(database, id);
  if (row === undefined) return null;
  requireVersion(row, expectedVersion);
  database.run('DELETE FROM breakpoint WHERE id = :id', { id });
  return {
    kind: 'breakpoint_deleted',
    breakpoint: toBreakpoint(row),
    version: bumpEnvironment(database, row.environment),
  };
}

function hasLine(database: Database, row: BreakpointRow): boolean {
  const found = database.get(
    `SELECT 1 FROM breakpoint
     WHERE environment = :environment AND service_name = :serviceName AND label IS NULL
       AND file_path = :filePath AND line_number = :lineNumber AND coalesce(column_number, 0) = :columnNumber`,
    {
      environment: row.environment,
      serviceName: row.service_name,
      filePath: row.file_path,
      lineNumber: row.line_number,
      columnNumber: row.column_number ?? 0,
    },
  );
  return found !== undefined;
}
