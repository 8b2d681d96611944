import type { Registration } from '../../src/protocol/breakpoint.ts';
import { toStorableText } from '../../src/protocol/storable-text.ts';
import type { BreakpointRow } from './rows/breakpoint-row.ts';
import { newRow } from './breakpoint-rules.ts';

/** What a registration comes to: the breakpoint that it means as it is, completed, or a new one. */
export interface RegisteredRow {
  readonly kind: 'known' | 'completed' | 'new';
  readonly row: BreakpointRow;
}

/** A registration in texts that every database gives back. */
export function toStorableRegistration(registration: Registration): Registration {
  return {
    serviceName: toStorableText(registration.serviceName),
    label: toStorableText(registration.label),
    functionName: toStorableText(registration.functionName),
    filePath: toStorableText(registration.filePath),
    lineNumber: registration.lineNumber,
  };
}

/** @param candidates the breakpoints of its label, the oldest first */
export function registeredRow(
  candidates: readonly BreakpointRow[],
  environment: string,
  registration: Registration,
  nowMs: number,
  enabledWhenNew: boolean,
): RegisteredRow {
  const callSite = callSiteOf(registration);
  const known = findRegistered(candidates, registration.functionName);
  if (known === undefined) {
    const empty = newRow({ environment, serviceName: registration.serviceName }, 'agent', nowMs);
    const enabled = Number(enabledWhenNew);
    return { kind: 'new', row: { ...empty, label: registration.label, enabled, ...callSite } };
  }
  if (hasCallSite(known) || !hasCallSite(callSite)) return { kind: 'known', row: known };
  return { kind: 'completed', row: { ...known, ...callSite } };
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
