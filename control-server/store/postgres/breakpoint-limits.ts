import { readInstant } from '../instant.ts';
import { isSpent } from '../breakpoint-rules.ts';
import type { BreakpointRow } from '../rows/breakpoint-row.ts';
import type { ControlChange } from '../service-store.ts';
import { commitUpdate } from './breakpoint-change.ts';
import { lockRow } from './breakpoint-row.ts';
import type { Session } from './database.ts';
import { lockEnvironment } from './state-versions.ts';

/**
 * Disables every breakpoint whose time has passed, and those that reached their limit by a batch whose node ended before
 * it could say so. Of several nodes one does each.
 */
export async function expireBreakpoints(session: Session, nowIso: string): Promise<ControlChange[]> {
  const nowMs = readInstant(nowIso, 'now');
  const due = await session.all<BreakpointRow>(
    `SELECT * FROM breakpoint WHERE enabled = 1 AND expire_at <= :nowMs
     UNION ALL
     SELECT * FROM breakpoint WHERE enabled = 1 AND max_captures > 0 AND capture_count >= max_captures
       AND last_hit_at <= :nowMs::bigint - :graceMs::bigint
     ORDER BY expire_at, id`,
    { nowMs, graceMs: LEFT_BEHIND_MS },
  );
  return disable(session, due, nowMs, (row) => isSpent(row) || (row.expire_at ?? Infinity) <= nowMs);
}

/** Who stores a batch disables at once what it spent; after this time nobody will. */
const LEFT_BEHIND_MS = 5_000;

/** Disables those of these breakpoints that have no capture left. */
export async function disableSpent(
  session: Session,
  ids: readonly string[],
  nowMs: number,
): Promise<ControlChange[]> {
  const spent = await session.all<BreakpointRow>('SELECT * FROM breakpoint WHERE id = ANY (:ids)', { ids });
  return disable(session, spent, nowMs, isSpent);
}

/** Each is looked at again once it is locked: another node may have been first. */
async function disable(
  session: Session,
  candidates: readonly BreakpointRow[],
  nowMs: number,
  isDue: (row: BreakpointRow) => boolean,
): Promise<ControlChange[]> {
  const environments = new Set(candidates.map(({ environment }) => environment));
  for (const environment of [...environments].toSorted()) await lockEnvironment(session, environment);
  const changes: ControlChange[] = [];
  for (const { id } of candidates) {
    const row = await lockRow(session, id);
    if (row === undefined || row.enabled === 0 || !isDue(row)) continue;
    changes.push(await commitUpdate(session, { ...row, enabled: 0 }, nowMs));
  }
  return changes;
}
