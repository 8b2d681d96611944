import type { BreakpointMode } from '../protocol/breakpoint.ts';
import type { JsonObject, JsonValue } from '../protocol/json.ts';
import type { FrameSource } from '../protocol/frame-source.ts';
import type { CaptureLimits } from '../protocol/limits.ts';
import type { RequestContext, StackFrame } from '../protocol/snapshot.ts';
import type { VariableScope } from '../protocol/variable-scope.ts';
import type { ValueMark } from '../protocol/value-mark.ts';

/** A value of the program as plain JSON of our own, with what JSON cannot say beside it. Refers to nothing of the host. */
export interface CopiedValue {
  readonly value: JsonValue;
  readonly marks: readonly ValueMark[];
}

/** A piece of a log message: text as a person wrote it, or a value that is to stand there once it is scrubbed. */
export type LogMessagePiece =
  | string
  | {
      /** The expression, by whose name the value is judged: `user.password` says more than what it holds. */
      readonly source: string;
      readonly value: JsonValue;
    };

/**
 * What one capture took, before anything was scrubbed: our own bounded copy, with a margin beyond the limits so that
 * the scrubber sees a secret whole. It must never leave the process; only `src/scrub` makes a `Snapshot` of it.
 */
export interface CapturedSnapshot {
  readonly snapshotId: string;
  readonly breakpointId: string | null;
  readonly label: string | null;
  readonly variables: CopiedValue;
  /** Of a line breakpoint: which variables stand in which scope. */
  readonly scopes?: readonly VariableScope[];
  readonly frames: readonly StackFrame[];
  /** Of a line breakpoint: the source around the closest frames. */
  readonly source?: readonly FrameSource[];
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly requestContext: RequestContext | null;
  readonly expressionResults: JsonObject | null;
  readonly logMessage: readonly LogMessagePiece[] | null;
  readonly mode: BreakpointMode;
  /** Milliseconds since 1970 when the call was made. */
  readonly capturedAtMs: number;
  /** Limits that the final cut applies. */
  readonly limits: CaptureLimits;
}
