import type { BreakpointResource } from '../../../src/protocol/api.ts';
import type { Registration } from '../../../src/protocol/breakpoint.ts';
import { readInstant } from '../instant.ts';
import { registeredRow, toStorableRegistration } from '../registered-row.ts';
import { toBreakpoint } from '../rows/breakpoint-row.ts';
import type { ControlChange } from '../service-store.ts';
import { commitInsert, commitUpdate } from './breakpoint-change.ts';
import { listByLabel } from './breakpoint-row.ts';
import type { Database } from './database.ts';
import { touchService } from './services.ts';

/** The breakpoint of a label that an agent met: known, completed, or new. Throws `too_many_breakpoints`. */
export function registerLabel(
  database: Database,
  environment: string,
  asked: Registration,
  nowIso: string,
  enabledWhenNew = true,
): { created: boolean; breakpoint: BreakpointResource; change: ControlChange | null } {
  const nowMs = readInstant(nowIso, 'now');
  const registration = toStorableRegistration(asked);
  const ref = { environment, serviceName: registration.serviceName };
  touchService(database, ref, nowMs);
  const candidates = listByLabel(database, ref, registration.label);
  const { kind, row } = registeredRow(candidates, environment, registration, nowMs, enabledWhenNew);
  if (kind === 'known') return { created: false, breakpoint: toBreakpoint(row), change: null };
  const change =
    kind === 'new' ? commitInsert(database, row, registration.label) : commitUpdate(database, row, nowMs);
  return { created: kind === 'new', breakpoint: change.breakpoint, change };
}
