import type { JsonObject, JsonValue } from '../protocol/json.ts';
import type { RequestContext, Snapshot, StackFrame } from '../protocol/snapshot.ts';
import type { CopiedValue } from '../copy/captured-snapshot.ts';
import type { CutReason, ValueMark } from '../protocol/value-mark.ts';
import { cutPosition } from './cut-string.ts';
import { jsonBytes, marksBytes } from './json-size.ts';
import { prepareCut } from './payload-cut.ts';
import { mostRestBytes, restBytes } from './rest-size.ts';

/** Frames that stay while there is anything else to cut. */
const MIN_FRAMES = 5;
/** The part of the payload that variables keep until stack and request have given way. */
const VARIABLES_SHARE = 0.25;
/** The part of the payload that the source around frames may take. */
const SOURCE_SHARE = 0.25;
/** The part of what a value was measured to take that it takes at least. */
const SURE_SHARE = 0.8;
/** Longest texts beside the variables, tried in turn until the snapshot fits. */
const TEXT_LIMITS: readonly number[] = [2_048, 512, 256, 128, 64, 32];

/** The snapshot with as much as fits into `maxBytes` of UTF-8, and the counts of what was cut for each reason. */
export function cutToPayload(whole: Snapshot, maxBytes: number): Snapshot {
  const snapshot = withShortSource(whole, maxBytes);
  const copied: CopiedValue = { value: snapshot.variables, marks: snapshot.valueMarks };
  const most = mostRestBytes(snapshot);
  // A value with few marks is small, or written sooner than measured; most snapshots end here.
  const isSmall = 2 * (most + marksBytes(copied.marks)) <= maxBytes;
  if (isSmall && most + variablesBytes(copied, 0) <= maxBytes) return counted(snapshot, 0);
  const rest = restBytes(snapshot);
  const { bytes, cutTo } = prepareCut(copied);
  const isClearlyLarger = rest + SURE_SHARE * bytes > maxBytes;
  if (!isClearlyLarger && rest + variablesBytes(copied, 0) <= maxBytes) return counted(snapshot, 0);
  const first = cutVariables(snapshot, rest, cutTo, maxBytes, VARIABLES_SHARE, 1);
  if (rest + first.bytes <= maxBytes) return counted(first.snapshot, 0);
  let cut = first.snapshot;
  let cuts = 0;
  if (cut.source !== undefined) {
    // It can be asked for again.
    cut = { ...cut, source: [] };
    cuts++;
  }
  if (!fits(cut, cuts, maxBytes) && cut.frames.length > MIN_FRAMES) {
    const frames = cut.frames.slice(0, MIN_FRAMES);
    cut = { ...cut, frames, stackTrace: stackText(frames) };
    cuts++;
  }
  if (!fits(cut, cuts, maxBytes) && cut.stackTrace.length > 1_024) {
    cut = { ...cut, stackTrace: head(cut.stackTrace, 1_024) };
    cuts++;
  }
  if (!fits(cut, cuts, maxBytes) && cut.requestContext !== null) {
    cut = { ...cut, requestContext: withoutMembers(cut.requestContext) };
    cuts++;
  }
  if (!fits(cut, cuts, maxBytes) && cut.scopes !== undefined) {
    // Which scope a variable stands in says less than the variable.
    cut = { ...cut, scopes: [] };
    cuts++;
  }
  for (const limit of TEXT_LIMITS) {
    if (fits(cut, cuts, maxBytes)) break;
    cut = withShortTexts(cut, limit);
    if (limit === TEXT_LIMITS[0]) cuts++;
  }
  // What the others gave up goes to the variables, or the last of them goes too.
  return counted(cutVariables(cut, restBytes(cut), cutTo, maxBytes, 0, cuts).snapshot, cuts);
}

/** With the source of as many frames, the closest first, as its share of the payload allows. */
function withShortSource(snapshot: Snapshot, maxBytes: number): Snapshot {
  let { source } = snapshot;
  if (source === undefined) return snapshot;
  while (source.length > 0 && jsonBytes(source) > maxBytes * SOURCE_SHARE) source = source.slice(0, -1);
  return { ...snapshot, source };
}

/** The stack as text, one frame a line, as V8 prints it. */
export function stackText(frames: readonly StackFrame[]): string {
  return frames
    .map(({ functionName, filePath, lineNumber, columnNumber, isAsync }) => {
      const at = isAsync ? 'at async' : 'at';
      const place = lineNumber === 0 ? filePath : `${filePath}:${lineNumber}:${columnNumber}`;
      return functionName === '' ? `    ${at} ${place}` : `    ${at} ${functionName} (${place})`;
    })
    .join('\n');
}

/** How many places were cut for each reason, by the marks and by what was cut beside the variables. */
function counted(snapshot: Snapshot, payloadCuts: number): Snapshot {
  return { ...snapshot, truncated: countReasons(snapshot.valueMarks, payloadCuts) };
}

/** Marks by reason. */
export function countReasons(
  marks: readonly ValueMark[],
  payloadCuts: number,
): Partial<Record<CutReason, number>> {
  const counts: Partial<Record<CutReason, number>> = {};
  for (const { reason } of marks) if (reason !== undefined) counts[reason] = (counts[reason] ?? 0) + 1;
  if (payloadCuts > 0) counts.payload = (counts.payload ?? 0) + payloadCuts;
  return counts;
}

function fits(snapshot: Snapshot, cuts: number, maxBytes: number): boolean {
  const variables = variablesBytes({ value: snapshot.variables, marks: snapshot.valueMarks }, cuts);
  return restBytes(snapshot) + variables <= maxBytes;
}

function variablesBytes({ value, marks }: CopiedValue, cuts: number): number {
  return (
    jsonBytes(value) +
    marksBytes(marks) +
    (marks.length + cuts === 0 ? 2 : jsonBytes(countReasons(marks, cuts)))
  );
}

/**
 * Cuts the variables to what the rest of the snapshot leaves, and again smaller as long as an estimate was too low. Says
 * how many bytes they take.
 */
function cutVariables(
  snapshot: Snapshot,
  rest: number,
  cutTo: (budget: number) => CopiedValue,
  maxBytes: number,
  share: number,
  cuts: number,
): { readonly snapshot: Snapshot; readonly bytes: number } {
  const room = Math.max(maxBytes - rest, maxBytes * share);
  const withVariables = ({ value, marks }: CopiedValue): Snapshot => ({
    ...snapshot,
    variables: value,
    valueMarks: marks,
  });
  let budget = Math.max(maxBytes - rest - 120, Math.floor(maxBytes * share));
  for (; budget >= 160; budget = Math.floor(budget * 0.85)) {
    const cut = cutTo(budget);
    const bytes = variablesBytes(cut, cuts);
    if (bytes <= room) return { snapshot: withVariables(cut), bytes };
  }
  const leftOut: CopiedValue = {
    value: '[...]',
    marks: [{ path: '', kind: 'object', reason: 'payload' }],
  };
  const bytes = variablesBytes(leftOut, cuts);
  if (rest + bytes <= maxBytes) return { snapshot: withVariables(leftOut), bytes };
  const nothing: CopiedValue = { value: {}, marks: [] };
  return { snapshot: withVariables(nothing), bytes: variablesBytes(nothing, cuts) };
}

function withoutMembers(request: RequestContext): RequestContext {
  return { ...request, query: firstMembers(request.query), headers: firstMembers(request.headers) };
}

/** The members that are short, as many as fit into half a kilobyte. */
function firstMembers(members: JsonObject): JsonObject {
  let left = 512;
  const kept: [string, JsonValue][] = [];
  for (const [key, value] of Object.entries(members)) {
    const bytes = jsonBytes({ [key]: value });
    if (bytes > 128 || bytes > left) continue;
    left -= bytes;
    kept.push([key, value]);
  }
  return Object.fromEntries(kept);
}

/** Shortens every text beside the variables; below 512 the optional ones go. */
function withShortTexts(snapshot: Snapshot, limit: number): Snapshot {
  const cut = (text: string): string => head(text, limit);
  const cutOrNull = (text: string | null): string | null => (text === null ? null : cut(text));
  const isTight = limit < 512;
  const request = snapshot.requestContext;
  const results = snapshot.expressionResults;
  return {
    ...snapshot,
    serviceName: cut(snapshot.serviceName),
    label: cutOrNull(snapshot.label),
    filePath: cut(snapshot.filePath),
    functionName: cut(snapshot.functionName),
    stackTrace: isTight ? '' : cut(snapshot.stackTrace),
    frames: (isTight ? [] : snapshot.frames.slice(0, MIN_FRAMES)).map((frame) => ({
      ...frame,
      functionName: cut(frame.functionName),
      filePath: cut(frame.filePath),
    })),
    securityFlags: snapshot.securityFlags
      .slice(0, isTight ? 4 : 40)
      .map((flag) => ({ ...flag, type: cut(flag.type), path: cut(flag.path) })),
    requestContext:
      request === null || isTight
        ? null
        : {
            method: cut(request.method),
            path: cut(request.path),
            url: cut(request.url),
            ip: cut(request.ip),
            userAgent: cut(request.userAgent),
            query: {},
            headers: {},
          },
    expressionResults: results === null || !isTight ? results && firstMembers(results) : {},
    logMessage: cutOrNull(snapshot.logMessage),
    environment: cutOrNull(snapshot.environment),
    release: cutOrNull(snapshot.release),
    commit: cutOrNull(snapshot.commit),
    host: cutOrNull(snapshot.host),
    instanceId: cutOrNull(snapshot.instanceId),
    traceId: cutOrNull(snapshot.traceId),
    spanId: cutOrNull(snapshot.spanId),
    breakpointId: cutOrNull(snapshot.breakpointId),
  };
}

/** The head of a text in at most `limit` bytes of JSON. */
function head(text: string, limit: number): string {
  let keep = cutPosition(text, limit);
  while (keep > 0 && jsonBytes(text.slice(0, keep)) - 2 > limit)
    keep = cutPosition(text, Math.floor(keep * 0.8));
  return text.slice(0, keep);
}
