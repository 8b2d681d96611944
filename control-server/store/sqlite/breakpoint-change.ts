import { MAX_BREAKPOINTS_PER_SERVICE } from '../../../src/protocol/limits.ts';
import { tooManyBreakpoints } from '../breakpoint-rules.ts';
import type { BreakpointChange } from '../breakpoint-rules.ts';
import { toBreakpoint } from '../rows/breakpoint-row.ts';
import type { BreakpointRow } from '../rows/breakpoint-row.ts';
import { insertRow, updateRow } from './breakpoint-row.ts';
import type { Database } from './database.ts';
import { bumpEnvironment } from './state-versions.ts';

/** Adds the row and counts the change. `place` names it in the error. */
export function commitInsert(database: Database, row: BreakpointRow, place: string): BreakpointChange {
  const { environment, service_name: serviceName } = row;
  const existing = database.get<{ breakpoints: number }>(
    `SELECT count(*) AS breakpoints FROM breakpoint
     WHERE environment = :environment AND service_name = :serviceName`,
    { environment, serviceName },
  );
  if ((existing?.breakpoints ?? 0) >= MAX_BREAKPOINTS_PER_SERVICE) {
    throw tooManyBreakpoints(serviceName, place);
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
