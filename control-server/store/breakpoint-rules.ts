import { randomUUID } from 'node:crypto';
import type { BreakpointPatch, NewBreakpoint } from '../../src/protocol/api.ts';
import { MAX_BREAKPOINTS_PER_SERVICE } from '../../src/protocol/limits.ts';
import type { BreakpointRow } from './rows/breakpoint-row.ts';
import { readOptionalInstant } from './instant.ts';
import type { ControlChange, ServiceRef } from './service-store.ts';
import { StoreError } from './store-error.ts';

/** A change of one breakpoint that still exists. */
export type BreakpointChange = Extract<ControlChange, { kind: 'breakpoint_created' | 'breakpoint_updated' }>;

/** A breakpoint with nothing set, enabled. */
export function newRow(ref: ServiceRef, origin: BreakpointRow['origin'], nowMs: number): BreakpointRow {
  return {
    id: randomUUID(),
    environment: ref.environment,
    service_name: ref.serviceName,
    label: null,
    function_name: '',
    file_path: '',
    line_number: 0,
    column_number: null,
    enabled: 1,
    mode: 'snapshot',
    condition: null,
    max_captures: 0,
    capture_count: 0,
    expire_at: null,
    stack_depth: null,
    max_depth: null,
    max_payload_bytes: null,
    capture_expressions: '[]',
    log_message: null,
    version: 1,
    origin,
    created_at: nowMs,
    updated_at: nowMs,
    last_hit_at: null,
  };
}

/** True when no capture is left of `maxCaptures`. */
export function isSpent(row: BreakpointRow): boolean {
  return row.max_captures > 0 && row.capture_count >= row.max_captures;
}

/** A person's breakpoint and the name of its place. Throws `bad_value`. */
export function newPersonRow(
  breakpoint: NewBreakpoint & { readonly environment: string },
  nowMs: number,
): { readonly row: BreakpointRow; readonly place: string } {
  const { environment, serviceName, filePath = '', lineNumber = 0, columnNumber = null } = breakpoint;
  const label = breakpoint.label === undefined || breakpoint.label === '' ? null : breakpoint.label;
  if (label === null && (filePath === '' || lineNumber < 1)) {
    throw new StoreError('bad_value', 'A breakpoint needs a label, or a file and a line.');
  }
  const empty = newRow({ environment, serviceName }, 'person', nowMs);
  return {
    row: applyPatch(
      {
        ...empty,
        label,
        file_path: filePath,
        line_number: lineNumber,
        column_number: label === null ? columnNumber : null,
      },
      breakpoint,
    ),
    place: label ?? `${filePath}:${lineNumber}${columnNumber === null ? '' : `:${columnNumber}`}`,
  };
}

/** Throws `version_mismatch` when somebody changed the breakpoint since it was read. */
export function requireVersion(row: BreakpointRow, expectedVersion: number | null): void {
  if (expectedVersion === null || expectedVersion === row.version) return;
  throw new StoreError(
    'version_mismatch',
    `The breakpoint is at version ${row.version}, not ${expectedVersion}. Read it again.`,
  );
}

/** The row with a person's patch. Throws `version_mismatch` or `bad_value`. */
export function patchRow(
  row: BreakpointRow,
  patch: BreakpointPatch,
  expectedVersion: number | null,
): BreakpointRow {
  requireVersion(row, expectedVersion);
  const patched = applyPatch(row, patch);
  if (!isSpent(patched)) return patched;
  return patch.enabled === true ? { ...patched, capture_count: 0 } : { ...patched, enabled: 0 };
}

/** `breakpoint_exists`: a service has one breakpoint at a place. */
export function breakpointExists(serviceName: string, place: string): StoreError {
  return new StoreError(
    'breakpoint_exists',
    `"${serviceName}" has a breakpoint at "${place}" already. Change that one, or delete it first.`,
  );
}

/** `too_many_breakpoints`, naming what was not added. */
export function tooManyBreakpoints(serviceName: string, place: string): StoreError {
  return new StoreError(
    'too_many_breakpoints',
    `"${serviceName}" has ${MAX_BREAKPOINTS_PER_SERVICE} breakpoints. Delete some before adding "${place}".`,
  );
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
