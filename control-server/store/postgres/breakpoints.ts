import type { BreakpointPatch, BreakpointResource, NewBreakpoint } from '../../../src/protocol/api.ts';
import type { Registration } from '../../../src/protocol/breakpoint.ts';
import { toBreakpoint } from '../rows/breakpoint-row.ts';
import type { BreakpointRow } from '../rows/breakpoint-row.ts';
import { breakpointExists, newPersonRow, patchRow, requireVersion } from '../breakpoint-rules.ts';
import { readInstant } from '../instant.ts';
import { registeredRow, toStorableRegistration } from '../registered-row.ts';
import type { ControlChange, ServiceRef } from '../service-store.ts';
import { commitInsert, commitUpdate, noticeOf } from './breakpoint-change.ts';
import { listByLabel, lockRow, readRow } from './breakpoint-row.ts';
import type { Session } from './database.ts';
import { touchService } from './services.ts';
import { bumpEnvironment, lockEnvironment } from './state-versions.ts';

/** All of them, or those of a service, of an environment, or of both. */
export async function listBreakpoints(
  session: Session,
  filter: Partial<ServiceRef>,
): Promise<BreakpointResource[]> {
  const { environment = null, serviceName = null } = filter;
  const rows = await session.all<BreakpointRow>(
    `SELECT * FROM breakpoint
     WHERE (:environment::text IS NULL OR environment = :environment)
       AND (:serviceName::text IS NULL OR service_name = :serviceName)
     ORDER BY service_name, environment, coalesce(label, file_path), line_number,
       coalesce(column_number, 0), function_name`,
    { environment, serviceName },
  );
  return rows.map(toBreakpoint);
}

/** Null when there is none. */
export async function readBreakpoint(session: Session, id: string): Promise<BreakpointResource | null> {
  const row = await readRow(session, id);
  return row === undefined ? null : toBreakpoint(row);
}

/** The breakpoint of a label that an agent met: known, completed, or new. Throws `too_many_breakpoints`. */
export async function registerLabel(
  session: Session,
  environment: string,
  asked: Registration,
  nowIso: string,
  enabledWhenNew = true,
): Promise<{ created: boolean; breakpoint: BreakpointResource; change: ControlChange | null }> {
  const nowMs = readInstant(nowIso, 'now');
  const registration = toStorableRegistration(asked);
  const ref = { environment, serviceName: registration.serviceName };
  const decide = async (lock: 'FOR NO KEY UPDATE' | '') =>
    registeredRow(
      await listByLabel(session, ref, registration.label, lock),
      environment,
      registration,
      nowMs,
      enabledWhenNew,
    );
  await touchService(session, ref, nowMs);
  // Most registrations are of a process that starts again: they hold nobody up.
  let { kind, row } = await decide('');
  if (kind !== 'known') {
    await lockEnvironment(session, environment);
    ({ kind, row } = await decide('FOR NO KEY UPDATE'));
  }
  if (kind === 'known') return { created: false, breakpoint: toBreakpoint(row), change: null };
  const change =
    kind === 'new'
      ? await commitInsert(session, row, registration.label)
      : await commitUpdate(session, row, nowMs);
  return { created: kind === 'new', breakpoint: change.breakpoint, change };
}

/** A person's breakpoint. Throws `breakpoint_exists`, `too_many_breakpoints` or `bad_value`. */
export async function createBreakpoint(
  session: Session,
  breakpoint: NewBreakpoint & { readonly environment: string },
  nowIso: string,
): Promise<ControlChange> {
  const nowMs = readInstant(nowIso, 'now');
  const { row, place } = newPersonRow(breakpoint, nowMs);
  const ref = { environment: row.environment, serviceName: row.service_name };
  await touchService(session, ref, nowMs);
  await lockEnvironment(session, row.environment);
  const exists =
    row.label === null
      ? await hasLine(session, row)
      : (await listByLabel(session, ref, row.label)).length > 0;
  if (exists) throw breakpointExists(row.service_name, place);
  return commitInsert(session, row, place);
}

/** Changes what the patch names. Throws `version_mismatch` or `bad_value`. */
export async function patchBreakpoint(
  session: Session,
  id: string,
  patch: BreakpointPatch,
  expectedVersion: number | null,
  nowIso: string,
): Promise<ControlChange | null> {
  const row = await lockForChange(session, id);
  if (row === undefined) return null;
  return commitUpdate(session, patchRow(row, patch, expectedVersion), readInstant(nowIso, 'now'));
}

/** Returns the breakpoint as it was. Throws `version_mismatch`. */
export async function deleteBreakpoint(
  session: Session,
  id: string,
  expectedVersion: number | null,
  nowIso: string,
): Promise<ControlChange | null> {
  const row = await lockForChange(session, id);
  if (row === undefined) return null;
  requireVersion(row, expectedVersion);
  await session.run('DELETE FROM breakpoint WHERE id = :id', { id });
  return {
    kind: 'breakpoint_deleted',
    breakpoint: toBreakpoint(row),
    version: await bumpEnvironment(session, noticeOf(row), readInstant(nowIso, 'now')),
  };
}

/** The environment first, then the row: a breakpoint never moves to another environment. */
async function lockForChange(session: Session, id: string): Promise<BreakpointRow | undefined> {
  const known = await readRow(session, id);
  if (known === undefined) return undefined;
  await lockEnvironment(session, known.environment);
  return lockRow(session, id);
}

async function hasLine(session: Session, row: BreakpointRow): Promise<boolean> {
  const found = await session.get(
    `SELECT 1 FROM breakpoint
     WHERE environment = :environment AND service_name = :serviceName AND label IS NULL
       AND file_path = :filePath AND line_number = :lineNumber
       AND coalesce(column_number, 0) = :columnNumber::bigint`,
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
