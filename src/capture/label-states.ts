import type { CompiledBreakpoint } from '../breakpoints/compiled-breakpoint.ts';
import type { Breakpoint } from '../protocol/breakpoint.ts';
import { describeCostlyValue } from '../copy/costly-value.ts';
import type { CostlyValue } from '../copy/costly-value.ts';
import type { Capture, CaptureDependencies } from './capture.ts';
import type { CapturePoint, PointOwner } from './capture-point.ts';
import { planCapture } from './capture-plan.ts';
import type { CapturePlan } from './capture-plan.ts';
import type { TakenSnapshot } from './take-snapshot.ts';

/** What is remembered of one label beside the hot fields of its point. */
export interface LabelState {
  plan: CapturePlan | null;
  /**
   * `met`: never told; `told`: the server was told and has not answered; `failed`: it could not be told; `known`: it has
   * a breakpoint for it, with a call site.
   */
  registration: 'met' | 'told' | 'failed' | 'known';
  /** A timer will arm it again. */
  isResting: boolean;
  conditionRuns: number;
  conditionMs: number;
  /** The last word to the server on the breakpoint; said again only when it is another one. */
  said: string;
  /** Why a capture of it is not cheap: then it stays disarmed until a person changes its breakpoint. */
  costly: CostlyValue | null;
}

/** How the labels of one agent stand to their breakpoints: which point is armed, and why another one is not. */
export interface LabelStates {
  /** The state of a point; its label is met for the first time when there was none. */
  of(point: CapturePoint): LabelState;
  /** The state of a point whose label was met. */
  known(point: CapturePoint): LabelState | undefined;
  /** Lets no call capture until its second is over. */
  rest(point: CapturePoint, state: LabelState): void;
  /** Lets no call capture until a person changes the breakpoint: the next one would cost its caller as much. */
  disarm(point: CapturePoint, state: LabelState, costly: CostlyValue): void;
  /** Tells the server what became of a breakpoint here, each word once. */
  say(
    state: LabelState,
    breakpointId: string,
    outcome: 'installed' | 'emitting' | 'error',
    reason: string | null,
  ): void;
  /** How labels follow what the server says. */
  readonly following: Pick<
    Capture,
    'follow' | 'disable' | 'retryRegistration' | 'resumeContact' | 'forgetRegistrations' | 'expireAll'
  >;
}

/** Until a label whose registration failed is met again, unless the server is heard of before. */
const REGISTRATION_RETRY_MS = 60_000;

/** States for labels that are yet to be met. */
export function createLabelStates(deps: CaptureDependencies, owner: () => PointOwner): LabelStates {
  const states = new Map<CapturePoint, LabelState>();
  let isOutOfContact = false;

  function stateOf(point: CapturePoint): LabelState {
    let state = states.get(point);
    if (state === undefined) {
      state = {
        plan: null,
        registration: 'met',
        isResting: false,
        conditionRuns: 0,
        conditionMs: 0,
        said: '',
        costly: null,
      };
      states.set(point, state);
      const compiled = deps.find(point.label);
      if (compiled !== undefined) {
        obey(point, state, compiled);
        if (isOutOfContact) point.rest(owner(), 'expired');
      }
    }
    return state;
  }

  /** Re-arming by a timer instead of reading a clock makes a resting label cost what an idle one costs. */
  function rest(point: CapturePoint, state: LabelState): void {
    point.rest(owner(), 'rate');
    if (state.isResting) return;
    state.isResting = true;
    deps.later(() => {
      state.isResting = false;
      state.conditionRuns = 0;
      state.conditionMs = 0;
      if (point.idleReason === 'rate') wake(point, state);
    }, deps.rateLimitMs);
  }

  function obey(point: CapturePoint, state: LabelState, compiled: CompiledBreakpoint): void {
    const { breakpoint, problem } = compiled;
    const plan = planCapture(compiled, deps.limits, deps.allowRemoteLimits);
    const isChanged = !asksTheSame(state.plan?.compiled.breakpoint, breakpoint);
    if (isChanged) state.said = '';
    if (state.costly !== null && (!breakpoint.enabled || (isChanged && state.plan !== null))) {
      forgive(point, state);
    }
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
      if (held !== undefined) deps.count(idle, point.label);
      point.rest(owner(), idle);
      return;
    }
    if (state.said === '') say(state, breakpoint.id, 'installed', null);
    if (held !== undefined) {
      release(held, plan, state);
      rest(point, state);
    } else wake(point, state);
    if (state.costly !== null) disarm(point, state, state.costly);
  }

  function disarm(point: CapturePoint, state: LabelState, costly: CostlyValue): void {
    state.costly = costly;
    point.rest(owner(), 'disabled');
    if (state.plan !== null) {
      say(state, state.plan.compiled.breakpoint.id, 'error', `costly_value: ${describeCostlyValue(costly)}`);
    }
    deps.warnOnce('STILLFRAME_COSTLY_VALUE', disarmedMessage(point.label, costly));
  }

  /** Takes back that a label is costly: a person changed its breakpoint, or there is none any more to change. */
  function forgive(point: CapturePoint, state: LabelState): void {
    if (state.costly === null) return;
    deps.onMended('STILLFRAME_COSTLY_VALUE', disarmedMessage(point.label, state.costly));
    state.costly = null;
    state.said = '';
  }

  /** Lets the next call capture, unless the label has to rest a while longer. */
  function wake(point: CapturePoint, state: LabelState): void {
    if (state.costly !== null) point.rest(owner(), 'disabled');
    else if (state.isResting) point.rest(owner(), 'rate');
    else point.arm(owner());
  }

  function say(
    state: LabelState,
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

  function disable(point: CapturePoint, state: LabelState): void {
    state.plan = null;
    state.registration = 'known';
    forgive(point, state);
    if (deps.held.take(point.label) !== undefined) deps.count('disabled', point.label);
    point.rest(owner(), 'disabled');
  }

  function meetAgain(point: CapturePoint, state: LabelState): void {
    if (state.registration !== 'failed') return;
    state.registration = 'met';
    if (state.plan !== null) return;
    const held = deps.held.peek(point.label);
    if (state.costly !== null && held !== undefined) {
      // It may not be called again to be met: what was taken of it has to do.
      state.registration = 'told';
      deps.register(point.label, held);
      return;
    }
    forgive(point, state);
    wake(point, state);
  }

  function release(held: TakenSnapshot, plan: CapturePlan, state: LabelState): void {
    const { breakpoint, condition } = plan.compiled;
    if (condition !== null) {
      // It was taken before the condition was known, and the values it would need are gone.
      deps.count('condition', held.label);
      return;
    }
    plan.remaining -= 1;
    say(state, breakpoint.id, 'emitting', null);
    deps.submit(held, breakpoint.id);
  }

  const stateOfLabel = (label: string): [CapturePoint, LabelState] | [undefined, undefined] => {
    const point = deps.points.byLabel.get(label);
    const state = point === undefined ? undefined : states.get(point);
    return point === undefined || state === undefined ? [undefined, undefined] : [point, state];
  };

  return {
    of: stateOf,
    known: (point) => states.get(point),
    rest,
    disarm,
    say,
    following: {
      follow(label, compiled) {
        const [point, state] = stateOfLabel(label);
        if (point === undefined) return;
        if (compiled !== undefined) {
          obey(point, state, compiled);
          return;
        }
        // Not answered yet is not the same as deleted.
        if (state.registration !== 'known' && state.plan === null) return;
        disable(point, state);
      },
      disable(label) {
        const [point, state] = stateOfLabel(label);
        if (point !== undefined) disable(point, state);
      },
      retryRegistration(label) {
        const [point, state] = stateOfLabel(label);
        if (point === undefined || state.registration !== 'told') return;
        state.registration = 'failed';
        deps.later(() => meetAgain(point, state), REGISTRATION_RETRY_MS);
      },
      resumeContact() {
        const wasOutOfContact = isOutOfContact;
        isOutOfContact = false;
        for (const [point, state] of states) {
          // Also those of which nothing new was said: a server that lags behind tells a state that is known.
          if (wasOutOfContact && state.plan !== null) obey(point, state, state.plan.compiled);
          meetAgain(point, state);
        }
      },
      forgetRegistrations() {
        for (const [point, state] of states) {
          if (deps.find(point.label) !== undefined) continue;
          state.plan = null;
          state.registration = 'met';
          forgive(point, state);
          wake(point, state);
        }
      },
      expireAll() {
        isOutOfContact = true;
        for (const [point, state] of states) if (state.plan !== null) point.rest(owner(), 'expired');
      },
    },
  };
}

function disarmedMessage(label: string, costly: CostlyValue): string {
  return (
    `The label "${label}" is disarmed: its variables held ${describeCostlyValue(costly)}. ` +
    'Capture a part of it, then switch its breakpoint off and on again.'
  );
}

/** True when two breakpoints are one and ask for the same: what was said of the one holds for the other. */
function asksTheSame(before: Breakpoint | undefined, now: Breakpoint): boolean {
  return (
    before !== undefined &&
    before.id === now.id &&
    before.condition === now.condition &&
    before.logMessage === now.logMessage &&
    before.captureExpressions.join('\n') === now.captureExpressions.join('\n') &&
    before.mode === now.mode &&
    before.maxDepth === now.maxDepth &&
    before.maxPayloadBytes === now.maxPayloadBytes
  );
}
