import { randomUUID } from 'node:crypto';
import { MAX_BREAKPOINTS_PER_SERVICE } from '../../../src/protocol/limits.ts';
import { StoreError } from '../store-error.ts';
import type { ControlChange, ServiceRef } from '../service-store.ts';
import { insertRow, toBreakpoint, updateRow } from './breakpoint-row.ts';
import type { BreakpointRow } from './breakpoint-row.ts';
import type { Database } from './database.ts';
import { bumpEnvironment } from './state-versions.ts';

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

/** Adds the row and counts the change. `place` names it in the error. */
export function commitInsert(database: Database, row: BreakpointRow, place: string): BreakpointChange {
  const { environment, service_name: serviceName } = row;
  const existing = database.get<{ breakpoints: number }>(
    `SELECT count(*) AS breakpoints FROM breakpoint
     WHERE environment = :environment AND service_name = :serviceName`,
    { environment, serviceName },
  );
  if ((existing?.breakpoints ?? 0) >= MAX_BREAKPOINTS_PER_SERVICE) {
    throw new StoreError(
      'too_many_breakpoints',
      `"${serviceName}" has ${MAX_BREAKPOINTS_PER_SERVICE} breakpoints. Delete some before adding "${place}".`,
    );
  }
  insertRow(database, row);
  return {
    kind: 'breakpoint_created',
    breakpoint: toBreakpoint(row),
    version: bumpEnvironment(database, environment),
  };
}

/** Writes the row as its next version and counts the change. */
export function commitUpdate(database: Database, row: BreakpointRow, nowMs: number): BreakpointChange {
  const updated: BreakpointRow = { ...row, version: row.version + 1, updated_at: nowMs };
  updateRow(database, updated);
  return {
    kind: 'breakpoint_updated',
    breakpoint: toBreakpoint(updated),
    version: bumpEnvironment(database, row.environment),
  };
}
