import { types } from 'node:util';
import type { CompiledBreakpoint } from '../breakpoints/compiled-breakpoint.ts';
import type { Breakpoint } from '../protocol/breakpoint.ts';
import { MAX_LABELS_PER_PROCESS } from '../protocol/limits.ts';
import type { FrameBoundary } from './call-site.ts';
import type { Capture, CaptureDependencies } from './capture.ts';
import { obtainHandle } from './capture-point.ts';
import type { CapturePoint, Variables } from './capture-point.ts';
import { planCapture } from './capture-plan.ts';
import type { CapturePlan } from './capture-plan.ts';
import type { TakenSnapshot } from './take-snapshot.ts';

/** What is remembered of one point beside its hot fields. */
interface PointState {
  plan: CapturePlan | null;
  /**
   * `met`: never told; `told`: the server was told and has not answered; `failed`: it could not be told; `known`: it has
   * a breakpoint for it, with a call site.
   */
  registration: 'met' | 'told' | 'failed' | 'known';
  /** A timer will arm it again. */
  isResting: boolean;
  conditionRuns: number;
  /** The last word to the server on the breakpoint; said again only when it is another one. */
  said: string;
}

/** Evaluations of a condition that one label may cost in one resting time; then it rests until the next. */
const MAX_CONDITION_RUNS = 10_000;

/** Until a label whose registration failed is met again, unless the server is heard of before. */
const REGISTRATION_RETRY_MS = 60_000;

/** The gates of one agent, in order: armed, spent, condition, rate, call site, copy. */
export function createCapture(deps: CaptureDependencies): Capture {
  const states = new Map<CapturePoint, PointState>();
  let isCapturing = false;
  let isOutOfContact = false;

  function stateOf(point: CapturePoint): PointState {
    let state = states.get(point);
    if (state === undefined) {
      state = { plan: null, registration: 'met', isResting: false, conditionRuns: 0, said: '' };
      states.set(point, state);
      const compiled = deps.find(point.label);
      if (compiled !== undefined) {
        obey(point, state, compiled);
        if (isOutOfContact) point.rest(capture, 'expired');
      }
    }
    return state;
  }

  function admit(label: unknown): CapturePoint | null {
    const point = deps.points.obtain(label);
    if (point === null) deps.count(sayRefused(label));
    return point;
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

  function pass(point: CapturePoint, vars: Variables | undefined, boundary: FrameBoundary): void {
    const state = stateOf(point);
    if (!point.armed) {
      point.suppressed++;
      return;
    }
    const { plan } = state;
    const nowMs = deps.now();
    if (plan !== null && !isOpenFor(point, plan, nowMs)) return;
    if (!deps.rateLimiter.hasToken(nowMs)) {
      deps.count('rate');
      rest(point, state);
      return;
    }
    const variables = typeof vars === 'function' ? vars() : vars;
    if (types.isPromise(variables)) silence(variables);
    if (plan !== null && !satisfies(point, state, plan, variables)) return;

    deps.rateLimiter.take();
    const taken = deps.take(variables, { label: point.label, plan, nowMs, boundary });
    deps.onTaken();
    if (plan !== null) {
      plan.remaining -= 1;
      rest(point, state);
      say(state, plan.compiled.breakpoint.id, 'emitting', null);
      if (state.registration !== 'known') {
        // Made by a person, who could not know where the label stands.
        state.registration = 'known';
        deps.register(point.label, taken);
      }
      deps.submit(taken);
    } else {
      state.registration = 'told';
      point.rest(capture, 'unregistered');
      const lost = deps.held.hold(point.label, taken);
      if (lost > 0) deps.count('unregistered', lost);
      deps.register(point.label, taken);
    }
  }

  function isOpenFor(point: CapturePoint, plan: CapturePlan, nowMs: number): boolean {
    const reason = nowMs >= plan.expireAtMs ? 'expired' : plan.remaining <= 0 ? 'limit' : null;
    if (reason === null) return true;
    deps.count(reason);
    point.rest(capture, reason);
    return false;
  }

  function satisfies(point: CapturePoint, state: PointState, plan: CapturePlan, variables: unknown): boolean {
    const { condition, breakpoint } = plan.compiled;
    if (condition === null) return true;
    const verdict = condition(variables);
    if (verdict === true) return true;
    deps.count('condition');
    if (typeof verdict === 'object') {
      say(state, breakpoint.id, 'error', verdict.reason);
      rest(point, state);
    } else if (++state.conditionRuns >= MAX_CONDITION_RUNS) {
      rest(point, state);
    }
    return false;
  }

  /** Re-arming by a timer instead of reading a clock makes a resting label cost what an idle one costs. */
  function rest(point: CapturePoint, state: PointState): void {
    point.rest(capture, 'rate');
    if (state.isResting) return;
    state.isResting = true;
    deps.later(() => {
      state.isResting = false;
      state.conditionRuns = 0;
      if (point.idleReason === 'rate') wake(point, state);
    }, deps.rateLimitMs);
  }

  function obey(point: CapturePoint, state: PointState, compiled: CompiledBreakpoint): void {
    const { breakpoint, problem } = compiled;
    const plan = planCapture(compiled, deps.limits, deps.allowRemoteLimits);
    if (!asksTheSame(state.plan?.compiled.breakpoint, breakpoint)) state.said = '';
    state.plan = plan;
    state.registration = breakpoint.lineNumber > 0 || state.registration !== 'met' ? 'known' : 'met';
    const held = deps.held.take(point.label);
    const idle =
      !breakpoint.enabled || problem !== null
        ? 'disabled'
        : deps.now() >= plan.expireAtMs
          ? 'expired'
          : plan.remaining <= 0
            ? 'limit'
            : null;
    if (problem !== null) say(state, breakpoint.id, 'error', problem);
    if (idle !== null) {
      if (held !== undefined) deps.count(idle);
      point.rest(capture, idle);
      return;
    }
    if (state.said === '') say(state, breakpoint.id, 'installed', null);
    if (held !== undefined) {
      release(held, plan, state);
      rest(point, state);
    } else wake(point, state);
  }

  /** Lets the next call capture, unless the label has to rest a while longer. */
  function wake(point: CapturePoint, state: PointState): void {
    if (state.isResting) point.rest(capture, 'rate');
    else point.arm(capture);
  }

  function say(
    state: PointState,
    breakpointId: string,
    outcome: 'installed' | 'emitting' | 'error',
    reason: string | null,
  ): void {
    const word = `${breakpointId} ${outcome} ${reason ?? ''}`;
    // The answer to a report brings the state, which would be reported again, without an end.
    if (state.said === word) return;
    state.said = word;
    deps.report(breakpointId, outcome, reason);
  }

  function disable(point: CapturePoint, state: PointState): void {
    state.plan = null;
    state.registration = 'known';
    if (deps.held.take(point.label) !== undefined) deps.count('disabled');
    point.rest(capture, 'disabled');
  }

  function meetAgain(point: CapturePoint, state: PointState): void {
    if (state.registration !== 'failed') return;
    state.registration = 'met';
    if (state.plan === null) wake(point, state);
  }

  function release(held: TakenSnapshot, plan: CapturePlan, state: PointState): void {
    const { breakpoint, condition } = plan.compiled;
    if (condition !== null) {
      // It was taken before the condition was known, and the values it would need are gone.
      deps.count('condition');
      return;
    }
    plan.remaining -= 1;
    say(state, breakpoint.id, 'emitting', null);
    deps.submit(held, breakpoint.id);
  }

  /** The one boundary between the host and everything that the agent does in its call. */
  function guarded(
    find: () => CapturePoint | null,
    vars: Variables | undefined,
    boundary: FrameBoundary,
  ): void {
    // A capture inside a capture comes from a `vars` function, and would go round for ever.
    if (isCapturing) return;
    isCapturing = true;
    let point: CapturePoint | null = null;
    try {
      point = find();
      if (point !== null) pass(point, vars, boundary);
    } catch {
      deps.count('error');
      const state = point === null ? undefined : states.get(point);
      if (point?.armed === true && state !== undefined) rest(point, state);
    } finally {
      isCapturing = false;
    }
  }

  const capture: Capture = {
    hit: (point, vars, boundary) => guarded(() => point, vars, boundary),
    suppressed: deps.count,
    enter: (label, vars, boundary) => guarded(() => admit(label), vars, boundary),
    handle(label) {
      if (deps.points.obtain(label) === null) sayRefused(label);
      return obtainHandle(deps.points, label);
    },
    follow(label, compiled) {
      const point = deps.points.byLabel.get(label);
      const state = point === undefined ? undefined : states.get(point);
      if (point === undefined || state === undefined) return;
      if (compiled !== undefined) {
        obey(point, state, compiled);
        return;
      }
      // Not answered yet is not the same as deleted.
      if (state.registration !== 'known' && state.plan === null) return;
      disable(point, state);
    },
    disable(label) {
      const point = deps.points.byLabel.get(label);
      const state = point === undefined ? undefined : states.get(point);
      if (point !== undefined && state !== undefined) disable(point, state);
    },
    retryRegistration(label) {
      const point = deps.points.byLabel.get(label);
      const state = point === undefined ? undefined : states.get(point);
      if (point === undefined || state === undefined || state.registration !== 'told') return;
      state.registration = 'failed';
      deps.later(() => meetAgain(point, state), REGISTRATION_RETRY_MS);
    },
    resumeContact() {
      isOutOfContact = false;
      for (const [point, state] of states) meetAgain(point, state);
    },
    forgetRegistrations() {
      for (const [point, state] of states) {
        if (deps.find(point.label) !== undefined) continue;
        state.plan = null;
        state.registration = 'met';
        wake(point, state);
      }
    },
    expireAll() {
      isOutOfContact = true;
      for (const [point, state] of states) if (state.plan !== null) point.rest(capture, 'expired');
    },
  };
  return capture;
}

/** True when two breakpoints are one, with the same texts: what was said of the one holds for the other. */
function asksTheSame(before: Breakpoint | undefined, now: Breakpoint): boolean {
  return (
    before !== undefined &&
    before.id === now.id &&
    before.condition === now.condition &&
    before.logMessage === now.logMessage &&
    before.captureExpressions.join('\n') === now.captureExpressions.join('\n')
  );
}

/** A function for the variables that is async gives a promise: its rejection is not to end the host's process. */
function silence(promise: Promise<unknown>): void {
  promise.catch(() => {});
}
