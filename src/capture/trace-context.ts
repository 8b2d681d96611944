import type { RequestContext } from '../protocol/snapshot.ts';

/** Ids that link a snapshot to a distributed trace. */
export interface TraceContext {
  readonly traceId: string | null;
  /** Only of a sampled span: an unsampled one cannot be looked up. */
  readonly spanId: string | null;
}

const NO_TRACE: TraceContext = { traceId: null, spanId: null };
/** W3C Trace Context, `traceparent` of any version whose first four fields are those of version 00. */
const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-|$)/;

/** The trace that the current request belongs to, by its `traceparent` header. */
export function readTraceContext(request: RequestContext | null): TraceContext {
  const header = request?.headers['traceparent'];
  const match = typeof header === 'string' ? TRACEPARENT.exec(header.trim()) : null;
  const [, traceId, spanId, flags] = match ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return NO_TRACE;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return NO_TRACE;
  const isSampled = (Number.parseInt(flags, 16) & 1) === 1;
  return { traceId, spanId: isSampled ? spanId : null };
}
