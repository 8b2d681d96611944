import { encodeSnapshot } from '../protocol/snapshot.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import { jsonBytes, mostTextBytes, textBytes } from './json-size.ts';

/** Names of fields and punctuation of a snapshot, with its numbers, times and everything else of known length. */
const FIELDS_BYTES = 1_200;
const FRAME_BYTES = 160;
const FLAG_BYTES = 64;
/** A scope of variables without its names, the source of a frame without its lines. */
const SCOPE_BYTES = 64;

/** Bytes of a snapshot without its variables and what is said of them. */
export function restBytes(snapshot: Snapshot): number {
  const without: Snapshot = { ...snapshot, variables: null, valueMarks: [], truncated: {} };
  return jsonBytes(encodeSnapshot(without)) - 'null[]{}'.length;
}

/** No fewer bytes than {@link restBytes}: most snapshots are so small that they need not be written to see that they fit. */
export function mostRestBytes(snapshot: Snapshot): number {
  const request = snapshot.requestContext;
  let bytes = FIELDS_BYTES + mostTextBytes(snapshot.stackTrace);
  bytes += FRAME_BYTES * snapshot.frames.length + FLAG_BYTES * snapshot.securityFlags.length;
  for (const { functionName, filePath } of snapshot.frames)
    bytes += textBytes(functionName) + textBytes(filePath);
  for (const { type, path } of snapshot.securityFlags) bytes += mostTextBytes(type) + mostTextBytes(path);
  for (const text of [
    snapshot.snapshotId,
    snapshot.breakpointId,
    snapshot.serviceName,
    snapshot.label,
    snapshot.filePath,
    snapshot.functionName,
    snapshot.traceId,
    snapshot.spanId,
    snapshot.logMessage,
    snapshot.environment,
    snapshot.release,
    snapshot.commit,
    snapshot.host,
    snapshot.instanceId,
  ])
    if (text !== null) bytes += mostTextBytes(text);
  for (const { names } of snapshot.scopes ?? []) {
    bytes += SCOPE_BYTES;
    for (const name of names) bytes += mostTextBytes(name);
  }
  for (const { lines } of snapshot.source ?? []) {
    bytes += SCOPE_BYTES;
    for (const line of lines) bytes += mostTextBytes(line) + 1;
  }
  if (request !== null) {
    bytes += mostTextBytes(request.method) + mostTextBytes(request.path) + mostTextBytes(request.url);
    bytes += mostTextBytes(request.ip) + mostTextBytes(request.userAgent);
    bytes += jsonBytes(request.query) + jsonBytes(request.headers);
  }
  return snapshot.expressionResults === null ? bytes : bytes + jsonBytes(snapshot.expressionResults);
}
