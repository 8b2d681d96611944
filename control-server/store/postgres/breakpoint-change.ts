import { MAX_BREAKPOINTS_PER_SERVICE } from '../../../src/protocol/limits.ts';
import { toBreakpoint } from '../rows/breakpoint-row.ts';
import type { BreakpointRow } from '../rows/breakpoint-row.ts';
import { tooManyBreakpoints } from '../breakpoint-rules.ts';
import type { BreakpointChange } from '../breakpoint-rules.ts';
import { insertRow, updateRow } from './breakpoint-row.ts';
import type { Session } from './database.ts';
import { bumpEnvironment } from './state-versions.ts';

/** Adds the row and counts the change. `place` names it in the error. The environment must be locked. */
export async function commitInsert(
  session: Session,
  row: BreakpointRow,
  place: string,
): Promise<BreakpointChange> {
  const { environment, service_name: serviceName } = row;
  const existing = await session.get<{ breakpoints: number }>(
    `SELECT count(*) AS breakpoints FROM breakpoint
     WHERE environment = :environment AND service_name = :serviceName`,
    { environment, serviceName },
  );
  if ((existing?.breakpoints ?? 0) >= MAX_BREAKPOINTS_PER_SERVICE) {
    throw tooManyBreakpoints(serviceName, place);
  }
  await insertRow(session, row);
  return {
    kind: 'breakpoint_created',
    breakpoint: toBreakpoint(row),
    version: await bumpEnvironment(session, noticeOf(row), row.created_at),
  };
}

/** Writes the row as its next version and counts the change. The environment must be locked. */
export async function commitUpdate(
  session: Session,
  row: BreakpointRow,
  nowMs: number,
): Promise<BreakpointChange> {
  const updated: BreakpointRow = { ...row, version: row.version + 1, updated_at: nowMs };
  await updateRow(session, updated);
  return {
    kind: 'breakpoint_updated',
    breakpoint: toBreakpoint(updated),
    version: await bumpEnvironment(session, noticeOf(row), nowMs),
  };
}

/** What nodes are told of a change of this breakpoint. */
export function noticeOf(row: BreakpointRow): Parameters<typeof bumpEnvironment>[1] {
  return { environment: row.environment, serviceName: row.service_name, kind: 'breakpoint' };
}
