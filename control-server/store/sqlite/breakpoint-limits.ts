import { isSpent } from '../breakpoint-rules.ts';
import { readInstant } from '../instant.ts';
import type { BreakpointRow } from '../rows/breakpoint-row.ts';
import type { ControlChange } from '../service-store.ts';
import { commitUpdate } from './breakpoint-change.ts';
import { readRow } from './breakpoint-row.ts';
import type { Database } from './database.ts';

/** Disables every breakpoint whose time has passed. */
export function expireBreakpoints(database: Database, nowIso: string): ControlChange[] {
  const nowMs = readInstant(nowIso, 'now');
  return database
    .all<BreakpointRow>(
      `SELECT * FROM breakpoint WHERE expire_at IS NOT NULL AND enabled = 1 AND expire_at <= :nowMs
       ORDER BY expire_at, id`,
      { nowMs },
    )
    .map((row) => commitUpdate(database, { ...row, enabled: 0 }, nowMs));
}

/** Takes one capture of a breakpoint's `maxCaptures`; false when none is left. */
export type TakeCapture = (breakpointId: string | null) => boolean;

/** For the snapshots of one transaction, in which nobody else counts. What belongs to no breakpoint has no limit. */
export function createCaptureTaker(database: Database): TakeCapture {
  const left = new Map<string, number>();
  return (breakpointId) => {
    if (breakpointId === null) return true;
    const remaining = left.get(breakpointId) ?? readCapturesLeft(database, breakpointId);
    left.set(breakpointId, Math.max(0, remaining - 1));
    return remaining > 0;
  };
}

function readCapturesLeft(database: Database, breakpointId: string): number {
  const row = readRow(database, breakpointId);
  return row === undefined || row.max_captures === 0 ? Infinity : row.max_captures - row.capture_count;
}

/**
 * Counts hits, which is no control change. Returns the change when they reach `maxCaptures`: then the breakpoint is
 * disabled.
 */
export function countHits(
  database: Database,
  id: string,
  hits: number,
  nowMs: number,
): ControlChange | undefined {
  const row = readRow(database, id);
  if (row === undefined) return undefined;
  const hit: BreakpointRow = { ...row, capture_count: row.capture_count + hits, last_hit_at: nowMs };
  if (isSpent(hit) && hit.enabled === 1) return commitUpdate(database, { ...hit, enabled: 0 }, nowMs);
  database.run(
    'UPDATE breakpoint SET capture_count = capture_count + :hits, last_hit_at = :nowMs WHERE id = :id',
    { id, hits, nowMs },
  );
  return undefined;
}
