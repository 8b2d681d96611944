import { types } from 'node:util';
import { MAX_LABELS_PER_PROCESS } from '../protocol/limits.ts';
import { captureStack } from './call-site.ts';
import type { FrameBoundary } from './call-site.ts';
import type { Capture, CaptureDependencies } from './capture.ts';
import { obtainHandle } from './capture-point.ts';
import type { CapturePoint, Variables } from './capture-point.ts';
import type { CapturePlan } from './capture-plan.ts';
import { createLabelStates } from './label-states.ts';
import type { LabelState } from './label-states.ts';
import type { TakenSnapshot } from './take-snapshot.ts';

/** A call that passed all gates. */
interface AdmittedCall {
  readonly state: LabelState;
  /** Null for the first call of a label that is not registered yet. */
  readonly plan: CapturePlan | null;
  readonly variables: unknown;
  readonly nowMs: number;
}

/** Evaluations of a condition that one label may cost in one resting time; then it rests until the next. */
const MAX_CONDITION_RUNS = 10_000;
/** And the milliseconds that they may take together. */
const MAX_CONDITION_MS = 20;

/** The gates of one agent, in order: armed, spent, condition, rate, call site, copy. */
export function createCapture(deps: CaptureDependencies): Capture {
  const labels = createLabelStates(deps, () => capture);
  let isCapturing = false;

  function admit(label: unknown): CapturePoint | null {
    try {
      const point = deps.points.obtain(label);
      if (point === null) deps.count(sayRefused(label), null);
      return point;
    } catch {
      return null;
    }
  }

  /** Says why a label has no point, and under which reason a call with it is lost. */
  function sayRefused(label: unknown): 'error' | 'unregistered' {
    if (typeof label !== 'string' || label === '') {
      deps.warnOnce(
        'STILLFRAME_BAD_LABEL',
        'A label must be a text that is not empty; calls with it are ignored.',
      );
      return 'error';
    }
    deps.warnOnce(
      'STILLFRAME_TOO_MANY_LABELS',
      `More than ${MAX_LABELS_PER_PROCESS} labels in one process: further ones are not captured. ` +
        'A label names a place in the code; put what varies into the variables.',
    );
    return 'unregistered';
  }

  /** The gates in order; null when one of them is closed, with the call counted. */
  function passGates(point: CapturePoint, vars: Variables | undefined): AdmittedCall | null {
    const state = labels.of(point);
    if (!point.armed) {
      point.suppressed++;
      return null;
    }
    const { plan } = state;
    const nowMs = deps.now();
    if (plan !== null && !isOpenFor(point, plan, nowMs)) return null;
    if (!deps.rateLimiter.hasToken(nowMs)) {
      deps.count('rate', point.label);
      labels.rest(point, state);
      return null;
    }
    const variables = typeof vars === 'function' ? vars() : vars;
    if (types.isPromise(variables)) silence(variables);
    if (plan !== null && !satisfies(point, state, plan, variables)) return null;
    deps.rateLimiter.take();
    return { state, plan, variables, nowMs };
  }

  /** Lets the label rest, and hands on what was taken. */
  function handOn(point: CapturePoint, { state, plan }: AdmittedCall, taken: TakenSnapshot): void {
    deps.onTaken(point.label);
    if (plan !== null) {
      plan.remaining -= 1;
      labels.rest(point, state);
      if (taken.costly === null) labels.say(state, plan.compiled.breakpoint.id, 'emitting', null);
      if (state.registration !== 'known') {
        // Made by a person, who could not know where the label stands.
        state.registration = 'known';
        deps.register(point.label, taken);
      }
      deps.submit(taken);
    } else {
      state.registration = 'told';
      point.rest(capture, 'unregistered');
      for (const label of deps.held.hold(point.label, taken)) deps.count('unregistered', label);
      deps.register(point.label, taken);
    }
    if (taken.costly !== null) labels.disarm(point, state, taken.costly);
  }

  function isOpenFor(point: CapturePoint, plan: CapturePlan, nowMs: number): boolean {
    const reason = nowMs >= plan.expireAtMs ? 'expired' : plan.remaining <= 0 ? 'limit' : null;
    if (reason === null) return true;
    deps.count(reason, point.label);
    point.rest(capture, reason);
    return false;
  }

  function satisfies(point: CapturePoint, state: LabelState, plan: CapturePlan, variables: unknown): boolean {
    const { condition, breakpoint } = plan.compiled;
    if (condition === null) return true;
    const startMs = deps.monotonicNow();
    const verdict = condition(variables);
    state.conditionMs += deps.monotonicNow() - startMs;
    if (verdict === true) return true;
    deps.count('condition', point.label);
    if (typeof verdict === 'object') {
      labels.say(state, breakpoint.id, 'error', `condition: ${verdict.message}`);
      labels.rest(point, state);
    } else if (++state.conditionRuns >= MAX_CONDITION_RUNS || state.conditionMs >= MAX_CONDITION_MS) {
      labels.rest(point, state);
    }
    return false;
  }

  /** The boundary between the host and everything that the agent does in its call. */
  function hit(point: CapturePoint, vars: Variables | undefined, boundary: FrameBoundary): void {
    // A capture inside a capture comes from a `vars` function, and would go round for ever.
    if (isCapturing) return;
    isCapturing = true;
    try {
      const admitted = passGates(point, vars);
      if (admitted === null) return;
      const { plan, variables, nowMs } = admitted;
      // Here and not further in: V8 looks at every frame of ours on its way to the caller's, at 0.2 µs each.
      const stack = captureStack(boundary, (plan?.limits ?? deps.limits).maxFrames);
      handOn(point, admitted, deps.take(variables, { label: point.label, plan, nowMs, stack }));
    } catch {
      giveUp(point);
    } finally {
      isCapturing = false;
    }
  }

  /** Counts a call that failed, and lets its label rest. */
  function giveUp(point: CapturePoint): void {
    try {
      deps.count('error', point.label);
      const state = labels.known(point);
      if (point.armed && state !== undefined) labels.rest(point, state);
    } catch {
      // Built-ins that a program broke fail here as they failed before: the call must not.
    }
  }

  const capture: Capture = {
    hit,
    suppressed: deps.count,
    enter(label, vars, boundary) {
      const point = isCapturing ? null : admit(label);
      if (point !== null) hit(point, vars, boundary);
    },
    handle(label) {
      if (deps.points.obtain(label) === null) sayRefused(label);
      return obtainHandle(deps.points, label);
    },
    ...labels.following,
  };
  return capture;
}

/** A function for the variables that is async gives a promise: its rejection is not to end the host's process. */
function silence(promise: Promise<unknown>): void {
  promise.catch(() => {});
}
