import { readInstant } from '../instant.ts';
import type { ControlChange } from '../store.ts';
import { commitUpdate, isSpent } from './breakpoint-change.ts';
import { readRow } from './breakpoint-row.ts';
import type { BreakpointRow } from './breakpoint-row.ts';
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
