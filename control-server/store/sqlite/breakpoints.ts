import type { BreakpointPatch, BreakpointResource, NewBreakpoint } from '../../../src/protocol/api.ts';
import { readInstant, readOptionalInstant } from '../instant.ts';
import { StoreError } from '../store-error.ts';
import type { ControlChange, ServiceRef } from '../service-store.ts';
import { commitInsert, commitUpdate, isSpent, newRow } from './breakpoint-change.ts';
import { listByLabel, readRow, toBreakpoint } from './breakpoint-row.ts';
import type { BreakpointRow } from './breakpoint-row.ts';
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
       ORDER BY service_name, environment, coalesce(label, file_path), line_number, function_name`,
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
  const { environment, serviceName, filePath = '', lineNumber = 0 } = breakpoint;
  const label = breakpoint.label === undefined || breakpoint.label === '' ? null : breakpoint.label;
  if (label === null && (filePath === '' || lineNumber < 1)) {
    throw new StoreError('bad_value', 'A breakpoint needs a label, or a file and a line.');
  }
  const ref = { environment, serviceName };
  touchService(database, ref, nowMs);
  const place = label ?? `${filePath}:${lineNumber}`;
  const exists =
    label === null
      ? hasLine(database, ref, filePath, lineNumber)
      : listByLabel(database, ref, label).length > 0;
  if (exists) {
    throw new StoreError(
      'breakpoint_exists',
      `"${serviceName}" has a breakpoint at "${place}" already. Change that one, or delete it first.`,
    );
  }
  const row: BreakpointRow = {
    ...newRow(ref, 'person', nowMs),
    label,
    file_path: filePath,
    line_number: lineNumber,
  };
  return commitInsert(database, applyPatch(row, breakpoint), place);
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
  requireVersion(row, expectedVersion);
  const patched = applyPatch(row, patch);
  if (!isSpent(patched)) return commitUpdate(database, patched, readInstant(nowIso, 'now'));
  const respected: BreakpointRow =
    patch.enabled === true ? { ...patched, capture_count: 0 } : { ...patched, enabled: 0 };
  return commitUpdate(database, respected, readInstant(nowIso, 'now'));
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

function requireVersion(row: BreakpointRow, expectedVersion: number | null): void {
  if (expectedVersion === null || expectedVersion === row.version) return;
  throw new StoreError(
    'version_mismatch',
    `The breakpoint is at version ${row.version}, not ${expectedVersion}. Read it again.`,
  );
}

function hasLine(database: Database, ref: ServiceRef, filePath: string, lineNumber: number): boolean {
  const found = database.get(
    `SELECT 1 FROM breakpoint
     WHERE environment = :environment AND service_name = :serviceName AND label IS NULL
       AND file_path = :filePath AND line_number = :lineNumber`,
    { environment: ref.environment, serviceName: ref.serviceName, filePath, lineNumber },
  );
  return found !== undefined;
}

function applyPatch(row: BreakpointRow, patch: BreakpointPatch): BreakpointRow {
  const { captureExpressions, enabled } = patch;
  return {
    ...row,
    enabled: enabled === undefined ? row.enabled : Number(enabled),
    mode: patch.mode ?? row.mode,
    condition: given(patch.condition, row.condition),
    max_captures: patch.maxCaptures ?? row.max_captures,
    expire_at: patch.expireAt === undefined ? row.expire_at : readOptionalInstant(patch.expireAt, 'expireAt'),
    stack_depth: given(patch.stackDepth, row.stack_depth),
    max_depth: given(patch.maxDepth, row.max_depth),
    max_payload_bytes: given(patch.maxPayloadBytes, row.max_payload_bytes),
    capture_expressions:
      captureExpressions === undefined ? row.capture_expressions : JSON.stringify(captureExpressions),
    log_message: given(patch.logMessage, row.log_message),
  };
}

/** Null is a value here; only what is left out stays. */
function given<T>(value: T | null | undefined, otherwise: T | null): T | null {
  return value === undefined ? otherwise : value;
}
