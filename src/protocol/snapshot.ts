import { isRecord, readInteger, readJson, readJsonObject, readString, readText } from './json.ts';
import type { JsonObject, JsonValue, UnknownRecord } from './json.ts';
import type { BreakpointMode } from './breakpoint.ts';
import { CODE_ORIGINS, originOfFile } from './code-origin.ts';
import type { CodeOrigin } from './code-origin.ts';
import { encodeFrameSources, parseFrameSources } from './frame-source.ts';
import type { FrameSource } from './frame-source.ts';
import { encodeVariableScopes, parseVariableScopes } from './variable-scope.ts';
import type { VariableScope } from './variable-scope.ts';
import { CUT_REASONS, encodeValueMark, parseValueMarks } from './value-mark.ts';
import type { CutReason, ValueMark } from './value-mark.ts';

/** One frame of a call stack, nearest first. */
export interface StackFrame {
  /** Function name as V8 prints it (`new Order`, `Cart.total`), or the empty string: at top level, and of one without a name. */
  readonly functionName: string;
  /**
   * Absolute path, `node:` name or URL; original source when a source map was applied. Code without a file has the name
   * that V8 prints: `<anonymous>`, `evalmachine.<anonymous>`, `eval at run (/app/rules.js:3:10), <anonymous>`.
   */
  readonly filePath: string;
  /** 1-based; 0 for functions of the engine, which have none. */
  readonly lineNumber: number;
  /** 1-based; 0 as above. */
  readonly columnNumber: number;
  /** Whose code it is; `in_app` on the wire says the same in the words of other SDKs. */
  readonly origin: CodeOrigin;
  /** True for a function that awaits, as far as the engine remembers: the stack below it is gone. */
  readonly isAsync: boolean;
}

/** Says that the scrubber acted, or would like a person to look, at one place. */
export interface SecurityFlag {
  /** A scrub type (`email`, `sensitive_name`, …) or what a foreign client calls it. */
  readonly type: string;
  readonly severity: 'low' | 'medium' | 'high';
  /** Where: `variables/user/email`, `requestContext/headers/cookie`, `label`. */
  readonly path: string;
}

/** The HTTP request during which a capture happened. Headers and query are scrubbed. */
export interface RequestContext {
  readonly method: string;
  readonly path: string;
  readonly url: string;
  readonly ip: string;
  readonly userAgent: string;
  readonly query: JsonObject;
  readonly headers: JsonObject;
}

/** A captured moment of a running program, scrubbed and cut to its limits. */
export interface Snapshot {
  /** UUIDv7, made by the agent: a retried delivery is stored once. Null from foreign clients. */
  readonly snapshotId: string | null;
  /** Null while the breakpoint was not registered yet. */
  readonly breakpointId: string | null;
  readonly serviceName: string;
  readonly label: string | null;
  readonly filePath: string;
  readonly lineNumber: number;
  readonly functionName: string;
  readonly variables: JsonValue;
  readonly valueMarks: readonly ValueMark[];
  /** Of a line breakpoint: which variables stand in which scope, the nearest first. */
  readonly scopes?: readonly VariableScope[];
  readonly securityFlags: readonly SecurityFlag[];
  /** The stack as text, one frame a line. */
  readonly stackTrace: string;
  readonly frames: readonly StackFrame[];
  /** Of a line breakpoint in a process that shows its source: the lines around the closest frames of the application. */
  readonly source?: readonly FrameSource[];
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly requestContext: RequestContext | null;
  readonly expressionResults: JsonObject | null;
  readonly logMessage: string | null;
  readonly mode: BreakpointMode;
  /** RFC 3339, UTC, milliseconds: when the call was made, not when it was sent. */
  readonly capturedAt: string;
  /** How many places were cut for each reason. */
  readonly truncated: Readonly<Partial<Record<CutReason, number>>>;
  readonly environment: string | null;
  readonly release: string | null;
  readonly commit: string | null;
  readonly host: string | null;
  readonly instanceId: string | null;
  /** Version of the scrubber that has seen everything in here; null when none has. */
  readonly scrubbed: { readonly version: string } | null;
}

/** Why a snapshot on the wire is not one. */
export type SnapshotRejection = 'not_an_object' | 'no_service_name' | 'bad_captured_at';

const SEVERITIES = ['low', 'medium', 'high'] as const;

/** The snapshot as any client of the protocol sends it, or the reason why it is refused. Unknown fields are ignored. */
export function parseSnapshot(value: unknown): Snapshot | SnapshotRejection {
  if (!isRecord(value)) return 'not_an_object';
  const serviceName = readText(value['service_name'], null);
  if (serviceName === null) return 'no_service_name';
  const capturedAt = normaliseInstant(value['captured_at']);
  if (capturedAt === null) return 'bad_captured_at';
  const variables = readJson(value['variables']);
  const scrubbedBy = isRecord(value['scrubbed']) ? readText(value['scrubbed']['version'], null) : null;
  return {
    snapshotId: readText(value['snapshot_id'], null),
    breakpointId: readText(value['breakpoint_id'], null),
    serviceName,
    label: readText(value['label'], null),
    filePath: readString(value['file_path'], ''),
    lineNumber: readInteger(value['line_number'], 0),
    functionName: readString(value['function_name'], ''),
    variables: variables === undefined ? {} : variables, // null is a value that was captured
    valueMarks: parseValueMarks(value['value_marks']),
    ...parseVariableScopes(value['scopes']),
    securityFlags: parseSecurityFlags(value['security_flags']),
    stackTrace: readString(value['stack_trace'], ''),
    frames: parseFrames(value['frames']),
    ...parseFrameSources(value['source']),
    traceId: readText(value['trace_id'], null),
    spanId: readText(value['span_id'], null),
    requestContext: parseRequestContext(value['request_context']),
    expressionResults: readJsonObject(value['expression_results'], null),
    logMessage: readText(value['log_message'], null),
    mode: value['mode'] === 'logpoint' ? 'logpoint' : 'snapshot',
    capturedAt,
    truncated: parseTruncated(value['truncated']),
    environment: readText(value['environment'], null),
    release: readText(value['release'], null),
    commit: readText(value['commit'], null),
    host: readText(value['host'], null),
    instanceId: readText(value['instance_id'], null),
    scrubbed: scrubbedBy === null ? null : { version: scrubbedBy },
  };
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i;

/** Any RFC 3339 flavour as UTC with milliseconds; null when the text is none. */
function normaliseInstant(value: unknown): string | null {
  if (typeof value !== 'string' || !RFC_3339.test(value)) return null;
  const time = Date.parse(value);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

function parseSecurityFlags(value: unknown): SecurityFlag[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((flag) => ({
    type: readText(flag['category'], null) ?? readText(flag['type'], 'unknown'),
    severity: SEVERITIES.find((known) => known === flag['severity']) ?? 'medium',
    path: readText(flag['path'], null) ?? readString(flag['variable'], ''),
  }));
}

function parseFrames(value: unknown): StackFrame[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((frame) => ({
    functionName: readString(frame['function'], ''),
    filePath: readString(frame['file'], ''),
    lineNumber: readInteger(frame['line'], 0),
    columnNumber: readInteger(frame['column'], 0),
    origin: parseOrigin(frame),
    isAsync: frame['async'] === true,
  }));
}

/** Other clients say at most whether a frame is the application's; then the name of the file tells the rest. */
function parseOrigin(frame: UnknownRecord): CodeOrigin {
  const said = CODE_ORIGINS.find((known) => known === frame['origin']);
  if (said !== undefined) return said;
  if (frame['in_app'] === true) return 'application';
  const byName = originOfFile(readString(frame['file'], ''));
  return frame['in_app'] === false && byName === 'application' ? 'dependency' : byName;
}

function parseRequestContext(value: unknown): RequestContext | null {
  if (!isRecord(value)) return null;
  const url = readText(value['url'], null) ?? readString(value['uri'], '');
  return {
    method: readString(value['method'], ''),
    path: readText(value['path'], null) ?? url.split('?', 1)[0] ?? '',
    url,
    ip: readString(value['ip'], ''),
    userAgent: readString(value['user_agent'], ''),
    query: readJsonObject(value['query'], {}),
    headers: readJsonObject(value['headers'], {}),
  };
}

function parseTruncated(value: unknown): Partial<Record<CutReason, number>> {
  if (!isRecord(value)) return {};
  const truncated: Partial<Record<CutReason, number>> = {};
  for (const reason of CUT_REASONS) {
    const count = readInteger(value[reason], 0);
    if (count > 0) truncated[reason] = count;
  }
  return truncated;
}

/** A snapshot in wire names; what is null is left out. */
export function encodeSnapshot(snapshot: Snapshot): Record<string, unknown> {
  const request = snapshot.requestContext;
  return {
    ...(snapshot.snapshotId === null ? {} : { snapshot_id: snapshot.snapshotId }),
    ...(snapshot.breakpointId === null ? {} : { breakpoint_id: snapshot.breakpointId }),
    service_name: snapshot.serviceName,
    ...(snapshot.label === null ? {} : { label: snapshot.label }),
    file_path: snapshot.filePath,
    line_number: snapshot.lineNumber,
    function_name: snapshot.functionName,
    variables: snapshot.variables,
    value_marks: snapshot.valueMarks.map(encodeValueMark),
    ...encodeVariableScopes(snapshot.scopes),
    security_flags: snapshot.securityFlags,
    stack_trace: snapshot.stackTrace,
    frames: snapshot.frames.map((frame) => ({
      function: frame.functionName,
      file: frame.filePath,
      line: frame.lineNumber,
      column: frame.columnNumber,
      in_app: frame.origin === 'application',
      origin: frame.origin,
      ...(frame.isAsync ? { async: true } : {}),
    })),
    ...encodeFrameSources(snapshot.source),
    ...(snapshot.traceId === null ? {} : { trace_id: snapshot.traceId }),
    ...(snapshot.spanId === null ? {} : { span_id: snapshot.spanId }),
    ...(request === null
      ? {}
      : {
          request_context: {
            method: request.method,
            path: request.path,
            url: request.url,
            ip: request.ip,
            user_agent: request.userAgent,
            query: request.query,
            headers: request.headers,
          },
        }),
    ...(snapshot.expressionResults === null ? {} : { expression_results: snapshot.expressionResults }),
    ...(snapshot.logMessage === null ? {} : { log_message: snapshot.logMessage }),
    mode: snapshot.mode,
    captured_at: snapshot.capturedAt,
    truncated: snapshot.truncated,
    ...(snapshot.environment === null ? {} : { environment: snapshot.environment }),
    ...(snapshot.release === null ? {} : { release: snapshot.release }),
    ...(snapshot.commit === null ? {} : { commit: snapshot.commit }),
    ...(snapshot.host === null ? {} : { host: snapshot.host }),
    ...(snapshot.instanceId === null ? {} : { instance_id: snapshot.instanceId }),
    ...(snapshot.scrubbed === null ? {} : { scrubbed: snapshot.scrubbed }),
  };
}

/** What the server answers to a capture request, one bad snapshot never rejecting its batch. */
export interface CaptureReceipt {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly index: number; readonly code: string }[];
  readonly version: string | null;
  readonly killSwitch: boolean | null;
}

/** The receipt; a server that says nothing of it (an old one) is taken to have accepted all. */
export function parseCaptureReceipt(value: unknown, sent: number): CaptureReceipt {
  const body = isRecord(value) ? value : {};
  const rejected = Array.isArray(body['rejected'])
    ? body['rejected'].filter(isRecord).map((item) => ({
        index: readInteger(item['index'], 0),
        code: readText(item['code'], 'unknown'),
      }))
    : [];
  return {
    accepted: readInteger(body['accepted'], sent - rejected.length),
    duplicates: readInteger(body['duplicates'], 0),
    rejected,
    version: readText(body['version'], null),
    killSwitch: typeof body['kill_switch'] === 'boolean' ? body['kill_switch'] : null,
  };
}

/** A receipt in wire names. */
export function encodeCaptureReceipt(receipt: CaptureReceipt): Record<string, unknown> {
  return {
    accepted: receipt.accepted,
    duplicates: receipt.duplicates,
    rejected: receipt.rejected,
    version: receipt.version,
    kill_switch: receipt.killSwitch,
  };
}
