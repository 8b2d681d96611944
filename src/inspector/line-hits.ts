import type { FrameBoundary } from '../capture/call-site.ts';
import { describeCostlyValue } from '../copy/costly-value.ts';
import type { DropReason } from '../protocol/drop-reason.ts';
import type { VariableScope } from '../protocol/variable-scope.ts';
import type { LineBreakpointDependencies } from './line-breakpoints.ts';
import type { LinePoint } from './line-point.ts';
import type { LineProblem } from './line-problem.ts';
import type { NamesAt } from './names-at.ts';

// Taken once, before the program can replace it.
const { hasOwn } = Object;

/** What a hit came to for one point. */
export interface HitOutcome {
  readonly hasCaptured: boolean;
  /**
   * `stay`: armed as before, its condition was false; `rest`: until the next token; `spent`: it may not capture any more;
   * `failed`: not before a person changes it.
   */
  readonly next: 'stay' | 'rest' | 'spent' | 'failed';
  readonly problem: LineProblem | null;
}

/** V8's own part of a hit: it stops the function, compiles the condition and leaves again. Measured, with a margin. */
const ENGINE_MS = 0.1;
/** And it reads the function's source once more, to know its scopes. */
const ENGINE_MS_PER_CHARACTER = 15e-6;

/** What one hit costs the thread outside of our own function. */
export function engineCostMs({ functionLength }: NamesAt): number {
  return ENGINE_MS + functionLength * ENGINE_MS_PER_CHARACTER;
}

/**
 * The values that a hit handed over, as an object with members of its own, of which no setter of the program hears. Functions
 * of outer scopes are left out, which are code and no state, and a `this` that says nothing.
 */
export function readValues(
  given: Readonly<Record<string, unknown>>,
  { scopes }: NamesAt,
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = { ...given };
  // What is not their own may be a getter that the program put on Object.prototype.
  if (hasOwn(values, 'this') && (values['this'] === undefined || values['this'] === globalThis)) {
    delete values['this'];
  }
  for (const { kind, names } of scopes) {
    if (kind === 'block' || kind === 'local') continue;
    for (const name of names)
      if (hasOwn(values, name) && typeof values[name] === 'function') delete values[name];
  }
  return values;
}

/** The scopes with the names that have a value: those that are declared further down have none yet. */
function withValues(scopes: readonly VariableScope[], values: object): VariableScope[] {
  return scopes
    .map(({ kind, names }) => ({ kind, names: names.filter((name) => hasOwn(values, name)) }))
    .filter(({ names }) => names.length > 0);
}

/** The gates of a line breakpoint in order, as for a label: expired, spent, rate, condition; then the copy. */
export function takeHit(
  point: LinePoint,
  values: Readonly<Record<string, unknown>>,
  names: NamesAt,
  boundary: FrameBoundary,
  deps: LineBreakpointDependencies,
): HitOutcome {
  const { plan } = point;
  const { condition } = plan.compiled;
  const nowMs = deps.now();
  if (nowMs >= plan.expireAtMs || plan.remaining <= 0) {
    return drop(plan.remaining <= 0 ? 'limit' : 'expired', 'spent');
  }
  if (!deps.rateLimiter.hasToken(nowMs)) return drop('rate', 'rest');
  const verdict = condition === null ? true : condition(values);
  if (verdict === false) return drop('condition', 'stay');
  if (verdict !== true) {
    return { ...drop('condition', 'rest'), problem: { code: 'condition', message: verdict.message } };
  }
  deps.rateLimiter.take();
  // The frame of the condition itself comes first.
  const stack = deps.captureStack(boundary, plan.limits.maxFrames + 1);
  const taken = deps.take(values, {
    label: null,
    plan,
    nowMs,
    stack: { frames: () => stack.frames().slice(1) },
    scopes: withValues(names.scopes, values),
  });
  plan.remaining -= 1;
  deps.onTaken();
  deps.submit(taken);
  if (taken.costly === null) {
    return { hasCaptured: true, next: plan.remaining > 0 ? 'rest' : 'spent', problem: null };
  }
  const message = `Its variables held ${describeCostlyValue(taken.costly)}. Use a log message with the part that matters.`;
  return { hasCaptured: true, next: 'failed', problem: { code: 'costly_value', message } };

  function drop(reason: DropReason, next: HitOutcome['next']): HitOutcome {
    deps.count(reason);
    return { hasCaptured: false, next, problem: null };
  }
}
