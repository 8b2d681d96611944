import type { BreakpointResource } from '../../../src/protocol/api.ts';
import type { Registration } from '../../../src/protocol/breakpoint.ts';
import { readInstant } from '../instant.ts';
import { toStorableText } from '../../../src/protocol/storable-text.ts';
import type { ControlChange } from '../service-store.ts';
import { commitInsert, commitUpdate, newRow } from './breakpoint-change.ts';
import { listByLabel, toBreakpoint } from './breakpoint-row.ts';
import type { BreakpointRow } from './breakpoint-row.ts';
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
  const registration = toStorable(asked);
  const ref = { environment, serviceName: registration.serviceName };
  touchService(database, ref, nowMs);
  const known = findRegistered(listByLabel(database, ref, registration.label), registration.functionName);
  if (known !== undefined) {
    if (hasCallSite(known) || !hasCallSite(callSiteOf(registration))) {
      return { created: false, breakpoint: toBreakpoint(known), change: null };
    }
    const change = commitUpdate(database, { ...known, ...callSiteOf(registration) }, nowMs);
    return { created: false, breakpoint: change.breakpoint, change };
  }
  const change = commitInsert(
    database,
    {
      ...newRow(ref, 'agent', nowMs),
      label: registration.label,
      enabled: enabledWhenNew ? 1 : 0,
      ...callSiteOf(registration),
    },
    registration.label,
  );
  return { created: true, breakpoint: change.breakpoint, change };
}

function toStorable(registration: Registration): Registration {
  return {
    serviceName: toStorableText(registration.serviceName),
    label: toStorableText(registration.label),
    functionName: toStorableText(registration.functionName),
    filePath: toStorableText(registration.filePath),
    lineNumber: registration.lineNumber,
  };
}

type CallSite = Pick<BreakpointRow, 'function_name' | 'file_path' | 'line_number'>;

function callSiteOf(registration: Registration): CallSite {
  return {
    function_name: registration.functionName,
    file_path: registration.filePath,
    line_number: registration.lineNumber,
  };
}

function hasCallSite(site: CallSite): boolean {
  return site.function_name !== '' || site.line_number > 0;
}

/**
 * The breakpoint that a registration means. Our agents match by label, so one without a function name stands for every
 * function, and a registration that names none takes what is there: neither may make a second breakpoint.
 */
function findRegistered(
  candidates: readonly BreakpointRow[],
  functionName: string,
): BreakpointRow | undefined {
  return (
    candidates.find((row) => row.function_name === functionName) ??
    candidates.find((row) => row.function_name === '' || functionName === '')
  );
}
