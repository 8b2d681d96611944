import type { CapturedSnapshot, CopiedValue, LogMessagePiece } from '../copy/captured-snapshot.ts';
import type { CostlyValue } from '../copy/costly-value.ts';
import { copyValue } from '../copy/copy-value.ts';
import { withScrubMargin } from '../copy/margin.ts';
import type { BreakpointMode } from '../protocol/breakpoint.ts';
import type { JsonObject, JsonValue } from '../protocol/json.ts';
import { DEFAULT_LIMITS } from '../protocol/limits.ts';
import type { CaptureLimits } from '../protocol/limits.ts';
import type { RequestContext, StackFrame } from '../protocol/snapshot.ts';
import { createSnapshotId } from '../protocol/snapshot-id.ts';
import type { ValueMark } from '../protocol/value-mark.ts';
import type { VariableScope } from '../protocol/variable-scope.ts';
import type { CapturedStack } from './call-site.ts';
import type { CapturePlan } from './capture-plan.ts';
import type { RequestContexts } from './request-context.ts';
import { readTraceContext } from './trace-context.ts';

/** What one capture took in its caller's turn. */
export interface TakenSnapshot {
  /** Null for a line breakpoint. */
  readonly label: string | null;
  /** The first value whose mere reading was costly to the caller. */
  readonly costly: CostlyValue | null;
  /**
   * The whole capture: what could wait (names and positions of the stack, headers, ids) is worked out at the first call,
   * which comes a turn later at the latest. The copy of the values is from the caller's turn.
   */
  readonly complete: () => CapturedSnapshot;
}

/** Takes the frame of a stack that was just captured: the copy of the values. Leaves to a later turn what can wait. */
export type TakeSnapshot = (
  variables: unknown,
  moment: {
    /** Null for a line breakpoint. */
    readonly label: string | null;
    /** Null for the first call of a label that is not registered yet. */
    readonly plan: CapturePlan | null;
    readonly nowMs: number;
    readonly stack: CapturedStack;
    /** Of a line breakpoint: which variables stand in which scope. */
    readonly scopes?: readonly VariableScope[];
  },
) => TakenSnapshot;

const NOTHING: CopiedValue = { value: {}, marks: [] };
const NO_FRAMES: readonly StackFrame[] = [];

/** The same capture, of a breakpoint that became known only after it was taken. */
export function withBreakpoint(
  { label, costly, complete }: TakenSnapshot,
  breakpointId: string,
): TakenSnapshot {
  const completeUnder = (): CapturedSnapshot => ({ ...complete(), breakpointId });
  return new Taken(label, costly, completeUnder);
}

/** The taking of snapshots under the agent's limits. */
export function createTakeSnapshot(deps: {
  readonly limits: CaptureLimits;
  /** Monotonic milliseconds, for the copy's time budget. */
  readonly monotonicNow: () => number;
  readonly randomBytes: () => Uint8Array;
  readonly requests: RequestContexts | null;
}): TakeSnapshot {
  const ownCopyLimits = withScrubMargin(deps.limits);
  return (variables, { label, plan, nowMs, stack, scopes }) => {
    const limits = plan?.limits ?? deps.limits;
    const breakpoint = plan?.compiled.breakpoint;
    const isLogpoint = breakpoint?.mode === 'logpoint';
    const copyLimits = plan?.copyLimits ?? ownCopyLimits;
    // Variables, expressions and the message share one time: it is the caller who waits.
    const deadlineMs = deps.monotonicNow() + limits.maxCopyMs;
    let costly: CostlyValue | null = null;
    const copy = (value: unknown): CopiedValue => {
      const copied = copyValue(value, copyLimits, deps.monotonicNow, deadlineMs);
      costly ??= copied.costly;
      return copied;
    };
    const copied = isLogpoint || variables === undefined ? NOTHING : copy(variables);
    const expressionResults = plan === null ? null : evaluateExpressions(plan, variables, copy);
    const logMessage = plan === null ? null : evaluateMessage(plan, variables, copy);
    const describeRequest = deps.requests?.current() ?? null;
    let whole: CapturedSnapshot | null = null;

    function complete(): CapturedSnapshot {
      const requestContext = describeRequest?.() ?? null;
      const { traceId, spanId } = readTraceContext(requestContext);
      const captured = new Captured();
      captured.snapshotId = createSnapshotId(nowMs, deps.randomBytes());
      captured.breakpointId = breakpoint?.id ?? null;
      captured.label = label;
      // Written out: the marks of a copy are made when they are first read, and are no property of its own.
      captured.variables = new WrittenCopy(copied.value, copied.marks);
      if (scopes !== undefined && !isLogpoint) captured.scopes = scopes;
      captured.frames = stack.frames();
      captured.traceId = traceId;
      captured.spanId = spanId;
      captured.requestContext = requestContext;
      captured.expressionResults = expressionResults;
      captured.logMessage = logMessage;
      captured.mode = isLogpoint ? 'logpoint' : 'snapshot';
      captured.capturedAtMs = nowMs;
      captured.limits = limits;
      return captured;
    }
    const completeOnce = (): CapturedSnapshot => (whole ??= complete());
    return new Taken(label, costly, completeOnce);
  };
}

/*
 * What a capture is made of in great numbers comes from classes. V8 watches how long the objects of each literal live, and
 * captures wait while a service starts or its network is bad: from then on it would put every object of that literal among
 * the old ones at once, where all that it holds stays until the whole heap is collected, some 7 KB a capture. A function
 * that is written where it is assigned to a property is put there too, by V8's parser: so it comes as an argument.
 */

class Taken implements TakenSnapshot {
  readonly label: string | null;
  readonly costly: CostlyValue | null;
  readonly complete: () => CapturedSnapshot;

  constructor(label: string | null, costly: CostlyValue | null, complete: () => CapturedSnapshot) {
    this.label = label;
    this.costly = costly;
    this.complete = complete;
  }
}

class Captured implements CapturedSnapshot {
  snapshotId = '';
  breakpointId: string | null = null;
  label: string | null = null;
  variables: CopiedValue = NOTHING;
  declare scopes?: readonly VariableScope[];
  frames: readonly StackFrame[] = NO_FRAMES;
  traceId: string | null = null;
  spanId: string | null = null;
  requestContext: RequestContext | null = null;
  expressionResults: JsonObject | null = null;
  logMessage: readonly LogMessagePiece[] | null = null;
  mode: BreakpointMode = 'snapshot';
  capturedAtMs = 0;
  limits: CaptureLimits = DEFAULT_LIMITS;
}

class WrittenCopy implements CopiedValue {
  readonly value: JsonValue;
  readonly marks: readonly ValueMark[];

  constructor(value: JsonValue, marks: readonly ValueMark[]) {
    this.value = value;
    this.marks = marks;
  }
}

function evaluateExpressions(
  plan: CapturePlan,
  variables: unknown,
  copy: (value: unknown) => CopiedValue,
): JsonObject | null {
  const { expressions } = plan.compiled;
  if (expressions.length === 0) return null;
  const results = Object.create(null) as JsonObject;
  for (const { source, evaluate } of expressions) {
    const result = evaluate(variables);
    results[source] = result.ok ? copy(result.value).value : `[${result.failure.reason}]`;
  }
  return results;
}

/** The pieces of the message; it is put together after scrubbing, which needs to know what each value is called. */
function evaluateMessage(
  plan: CapturePlan,
  variables: unknown,
  copy: (value: unknown) => CopiedValue,
): LogMessagePiece[] | null {
  return (
    plan.compiled.message?.map((part) => {
      if (typeof part === 'string') return part;
      const result = part.evaluate(variables);
      return result.ok
        ? { source: part.source, value: copy(result.value).value }
        : `[${result.failure.reason}]`;
    }) ?? null
  );
}
