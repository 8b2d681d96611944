import { isRecord, readBoolean, readInteger, readString, readStrings, readText } from './json.ts';

/** `snapshot` captures variables and stack; `logpoint` only expression results and the rendered message. */
export type BreakpointMode = 'snapshot' | 'logpoint';

/** A place in a service where a capture is wanted. */
export interface Breakpoint {
  /** UUID given by the control server. */
  readonly id: string;
  readonly serviceName: string;
  /**
   * The only environment that it is for. Left out by our own control server, where the key of an agent says which
   * breakpoints it is told of.
   */
  readonly environment?: string;
  /** Label of `captureSnapshot(label, …)`, or null for a line breakpoint. */
  readonly label: string | null;
  readonly functionName: string;
  readonly filePath: string;
  /** 1-based; 0 while no call site is known. */
  readonly lineNumber: number;
  /** 1-based column of a line breakpoint; left out: the first place on the line. */
  readonly columnNumber?: number;
  readonly enabled: boolean;
  readonly mode: BreakpointMode;
  /** Condition in the portable language, or null. */
  readonly condition: string | null;
  /** Captures allowed over all instances; 0 means no limit. */
  readonly maxCaptures: number;
  readonly captureCount: number;
  /** RFC 3339 instant after which nothing is captured, or null. */
  readonly expireAt: string | null;
  /** Frames wanted, or null for the agent's own setting. */
  readonly stackDepth: number | null;
  readonly maxDepth: number | null;
  readonly maxPayloadBytes: number | null;
  readonly captureExpressions: readonly string[];
  /** Message of a logpoint with `{expression}` places, or null. */
  readonly logMessage: string | null;
}

/** What "no limit" is called towards clients that read `max_captures: 0` as "spent". */
export const UNLIMITED_FOR_FOREIGN_CLIENTS = 2_147_483_647;

/** The breakpoint, or null when the JSON has no id or no place to match (neither a label nor a file and line). */
export function parseBreakpoint(value: unknown): Breakpoint | null {
  if (!isRecord(value)) return null;
  const id = readText(value['id'], null);
  const label = readText(value['label'], null);
  const filePath = readString(value['file_path'], '');
  const lineNumber = readInteger(value['line_number'], 0);
  if (id === null || (label === null && (filePath === '' || lineNumber === 0))) return null;
  const maxCaptures = readInteger(value['max_captures'], 0);
  const environment = readText(value['environment'], null);
  const columnNumber = label === null ? readInteger(value['column_number'], null, 1) : null;
  return {
    id,
    serviceName: readString(value['service_name'], ''),
    ...(environment === null ? {} : { environment }),
    label,
    functionName: readString(value['function_name'], ''),
    filePath,
    lineNumber,
    ...(columnNumber === null ? {} : { columnNumber }),
    enabled: readBoolean(value['enabled'], true),
    mode: value['mode'] === 'logpoint' ? 'logpoint' : 'snapshot',
    condition: readText(value['condition'], null),
    maxCaptures: maxCaptures === UNLIMITED_FOR_FOREIGN_CLIENTS ? 0 : maxCaptures,
    captureCount: readInteger(value['capture_count'], 0),
    expireAt: readInstant(value['expire_at']),
    stackDepth: readInteger(value['stack_depth'], null, 1),
    maxDepth: readInteger(value['max_depth'], null, 1),
    maxPayloadBytes: readInteger(value['max_payload_bytes'], null, 1),
    captureExpressions: readStrings(value['capture_expressions']),
    logMessage: readText(value['log_message'], null),
  };
}

function readInstant(value: unknown): string | null {
  const text = readText(value, null);
  return text === null || Number.isNaN(Date.parse(text)) ? null : text;
}

/**
 * A breakpoint in wire names. Fields that old clients index are always present and never null; `expire_at` is left out
 * when there is none, since an empty string breaks the Java and Go clients.
 */
export function encodeBreakpoint(
  breakpoint: Breakpoint,
  client: { readonly isForeign: boolean; readonly withholdExpiry: boolean },
): Record<string, unknown> {
  return {
    id: breakpoint.id,
    service_name: breakpoint.serviceName,
    label: breakpoint.label ?? '',
    function_name: breakpoint.functionName,
    file_path: breakpoint.filePath,
    line_number: breakpoint.lineNumber,
    ...(breakpoint.columnNumber === undefined ? {} : { column_number: breakpoint.columnNumber }),
    enabled: breakpoint.enabled,
    mode: breakpoint.mode,
    ...(breakpoint.condition === null
      ? {}
      : { condition: breakpoint.condition, condition_eval: 'sdk-evaluable' }),
    max_captures:
      breakpoint.maxCaptures === 0 && client.isForeign
        ? UNLIMITED_FOR_FOREIGN_CLIENTS
        : breakpoint.maxCaptures,
    capture_count: breakpoint.captureCount,
    ...(breakpoint.expireAt === null || client.withholdExpiry ? {} : { expire_at: breakpoint.expireAt }),
    ...(breakpoint.stackDepth === null ? {} : { stack_depth: breakpoint.stackDepth }),
    ...(breakpoint.maxDepth === null ? {} : { max_depth: breakpoint.maxDepth }),
    ...(breakpoint.maxPayloadBytes === null ? {} : { max_payload_bytes: breakpoint.maxPayloadBytes }),
    ...(breakpoint.captureExpressions.length === 0
      ? {}
      : { capture_expressions: breakpoint.captureExpressions }),
    ...(breakpoint.logMessage === null ? {} : { log_message: breakpoint.logMessage }),
  };
}

/** What an agent says of a label that it met for the first time. */
export interface Registration {
  readonly serviceName: string;
  readonly filePath: string;
  readonly lineNumber: number;
  readonly functionName: string;
  readonly label: string;
}

/** A registration in wire names. */
export function encodeRegistration(registration: Registration): Record<string, string | number> {
  return {
    service_name: registration.serviceName,
    file_path: registration.filePath,
    line_number: registration.lineNumber,
    function_name: registration.functionName,
    label: registration.label,
  };
}

/** The registration, or null when service or label is missing. */
export function parseRegistration(value: unknown): Registration | null {
  if (!isRecord(value)) return null;
  const serviceName = readText(value['service_name'], null);
  const label = readText(value['label'], null);
  if (serviceName === null || label === null) return null;
  return {
    serviceName,
    label,
    filePath: readString(value['file_path'], ''),
    lineNumber: readInteger(value['line_number'], 0),
    functionName: readString(value['function_name'], ''),
  };
}
