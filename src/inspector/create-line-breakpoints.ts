import type { CompiledBreakpoint } from '../breakpoints/compiled-breakpoint.ts';
import { createArming } from './arming.ts';
import { asksTheSame, isMoreAllowed } from './breakpoint-change.ts';
import { createDebuggerSession } from './debugger-session.ts';
import { createHitGateway } from './hit-gateway.ts';
import type { LineBreakpointDependencies, LineBreakpoints } from './line-breakpoints.ts';
import { engineCostMs, readValues, takeHit } from './line-hits.ts';
import type { HitOutcome } from './line-hits.ts';
import { createLinePoint } from './line-point.ts';
import type { LinePoint } from './line-point.ts';
import { reasonOf } from './line-problem.ts';
import type { LineProblem } from './line-problem.ts';
import { createLineTargets } from './line-targets.ts';
import { createNameReader } from './name-reader.ts';
import { createOriginalLines } from './original-lines.ts';
import { createPointReports } from './point-reports.ts';
import type { Script } from './script.ts';
import { createScriptList } from './script-list.ts';
import { createSpots } from './spots.ts';
import type { Spot } from './spots.ts';
import { createWaitingFiles } from './waiting-files.ts';
import { warmUp } from './warm-up.ts';

/** What arming may be charged with: while a script is parsed, others have their turns too. */
const MAX_ARM_MS = 5;
/** Longest delay that a timer takes. */
const MAX_DELAY_MS = 2_147_483_647;

/**
 * Line breakpoints of this thread. Armed, hit, disarmed: a breakpoint stands in V8 only while a capture is allowed, the hit
 * that captures takes it away in its own turn, and a timer puts it back when the next token is due.
 */
export function createLineBreakpoints(deps: LineBreakpointDependencies): LineBreakpoints {
  const points = new Map<string, LinePoint>();
  const scripts = createScriptList({ roots: deps.roots, isOwn: deps.isOwnCode });
  const session = createDebuggerSession({ monotonicNow: deps.monotonicNow, onScript });
  const gateway = createHitGateway(onHit);
  const spots = createSpots({ session, gateway });
  const names = createNameReader(session, deps.breathe);
  const originals = createOriginalLines({ session, sourceMaps: deps.sourceMaps, roots: deps.roots });
  const targets = createLineTargets({ session, scripts, originals, startedAtMs: deps.startedAtMs });
  const arming = createArming({ session, targets, names, spots });
  const reports = createPointReports({
    report: deps.report,
    later: deps.later,
    isKnown: (point) => points.get(point.id) === point,
  });
  const waiting = createWaitingFiles({
    share: deps.share,
    turnOnMs: () => session.turnOnMs,
    monotonicNow: deps.monotonicNow,
    later: deps.later,
    listen: () => turnOn() === null,
    lookAgain() {
      for (const point of points.values()) if (point.phase === 'waiting') enter(point, 'due');
      scheduleWork();
    },
  });
  let isOpen = false;
  let isOutOfContact = false;
  let isTurningOn = false;
  let isHit = false;
  let isWorking = false;
  let isScheduled = false;
  let isWarm = false;

  /** Every phase but `armed` has nothing in V8. */
  function enter(point: LinePoint, phase: LinePoint['phase']): void {
    point.turn += 1;
    if (point.phase === 'armed') spots.leave(point);
    point.phase = phase;
  }

  function wants(point: LinePoint): boolean {
    const { breakpoint, problem } = point.compiled;
    return (
      isOpen &&
      !isOutOfContact &&
      breakpoint.enabled &&
      problem === null &&
      point.plan.remaining > 0 &&
      deps.now() < point.plan.expireAtMs
    );
  }

  /** Brings one point in line with what is wanted of it. */
  function decide(point: LinePoint): void {
    if (point.compiled.problem !== null) {
      fail(point, point.compiled.problem);
    } else if (!wants(point)) {
      enter(point, 'idle');
      if (!point.compiled.breakpoint.enabled) reports.say(point, 'received', null);
    } else if (point.phase === 'idle') {
      const restMs = point.restsUntilMs - deps.monotonicNow();
      if (restMs > 0) rest(point, restMs);
      else enter(point, 'due');
    }
  }

  function fail(point: LinePoint, reason: string): void {
    enter(point, 'failed');
    reports.say(point, 'error', reason);
  }

  function rest(point: LinePoint, restMs: number): void {
    enter(point, 'resting');
    point.restsUntilMs = deps.monotonicNow() + restMs;
    const { turn } = point;
    deps.later(() => {
      if (point.turn !== turn) return;
      enter(point, 'idle');
      decide(point);
      scheduleWork();
    }, Math.ceil(restMs));
  }

  function turnOn(): LineProblem | null {
    if (session.isOn) return null;
    scripts.clear();
    isTurningOn = true;
    const problem = session.turnOn();
    isTurningOn = false;
    return problem;
  }

  function turnOff(): void {
    session.turnOff();
    spots.clear();
  }

  function scheduleWork(): void {
    if (isScheduled) return;
    isScheduled = true;
    deps.soon(() => {
      isScheduled = false;
      void work();
    });
  }

  /** Installs what is due, then turns the debugger off when nothing needs it. One at a time. */
  async function work(): Promise<void> {
    if (isWorking) return;
    isWorking = true;
    try {
      if (!isWarm && nextDue() !== undefined) warmUp(deps);
      isWarm = true;
      for (let point = nextDue(); point !== undefined; point = nextDue()) await arm(point);
    } catch {
      for (const point of points.values()) if (point.phase === 'due') fail(point, reasonOf(UNFORESEEN));
    } finally {
      isWorking = false;
    }
    waiting.watch([...points.values()].filter(({ phase }) => phase === 'waiting').map(fileOf));
    if (!isNeeded()) turnOff();
  }

  const nextDue = (): LinePoint | undefined => [...points.values()].find(({ phase }) => phase === 'due');

  async function arm(point: LinePoint): Promise<void> {
    const wasOn = session.isOn;
    const refused = turnOn();
    if (refused !== null) {
      fail(point, reasonOf(refused));
      return;
    }
    if (!wasOn) point.governor.spend(session.turnOnMs, deps.monotonicNow());
    const { turn } = point;
    const startMs = deps.monotonicNow();
    const outcome = await arming.arm(point, () => point.turn === turn && session.isOn);
    if (outcome === null) return;
    switch (outcome.kind) {
      case 'armed':
        arrive(point, outcome.spots, outcome.remark);
        point.governor.spend(Math.min(MAX_ARM_MS, deps.monotonicNow() - startMs), deps.monotonicNow());
        return;
      case 'waiting':
        enter(point, 'waiting');
        reports.say(point, 'waiting', NOT_LOADED);
        return;
      case 'failed':
        fail(point, reasonOf(outcome.problem));
    }
  }

  function arrive(point: LinePoint, taken: readonly Spot[], remark: LineProblem | null): void {
    enter(point, 'armed');
    point.spots = taken;
    if (point.state === 'installed' || point.state === 'emitting') return;
    reports.say(
      point,
      point.hasEmitted ? 'emitting' : 'installed',
      remark === null ? null : reasonOf(remark),
    );
  }

  /** A script is compiled and its first statement has not run. */
  function onScript(script: Script): void {
    scripts.add(script);
    if (isTurningOn || isHit) return;
    for (const point of points.values()) {
      if (point.phase !== 'waiting') continue;
      const outcome = arming.armAtOnce(point, script);
      if (outcome?.kind === 'armed') arrive(point, outcome.spots, outcome.remark);
      else if (outcome?.kind === 'failed') fail(point, reasonOf(outcome.problem));
    }
  }

  /** Stands between the host's frame and everything that is done in it. */
  function onHit(spotId: number, given: Readonly<Record<string, unknown>>): void {
    if (isHit) return;
    isHit = true;
    const startMs = deps.monotonicNow();
    try {
      const spot = spots.find(spotId);
      if (spot === undefined) return;
      const values = readValues(given, spot.names);
      for (const point of spot.points) hitPoint(point, values, spot, startMs);
    } catch {
      deps.count('error');
    } finally {
      isHit = false;
    }
  }

  function hitPoint(
    point: LinePoint,
    values: Readonly<Record<string, unknown>>,
    spot: Spot,
    startMs: number,
  ): void {
    let outcome: HitOutcome;
    try {
      outcome = takeHit(point, values, spot.names, onHit, deps);
    } catch {
      deps.count('error');
      outcome = { hasCaptured: false, next: 'rest', problem: null };
    }
    // Before the clock is read: that too is time of the host's.
    if (outcome.next !== 'stay') enter(point, 'idle');
    const nowMs = deps.monotonicNow();
    const costMs = nowMs - startMs + engineCostMs(spot.names);
    point.governor.spend(costMs, nowMs);
    point.activity.hits += 1;
    point.activity.spentMs += costMs;
    if (outcome.hasCaptured) point.activity.captured += 1;
    else point.activity.suppressed += 1;
    settle(point, outcome, nowMs);
    reports.countsChanged(point);
  }

  /** Says what a hit came to, and when the next one may be. */
  function settle(point: LinePoint, { hasCaptured, next, problem }: HitOutcome, nowMs: number): void {
    const isThrottled = point.governor.isSpent(nowMs);
    const restMs = isThrottled ? point.governor.restMs(nowMs) : 0;
    if (hasCaptured) point.hasEmitted = true;
    if (next === 'failed') fail(point, reasonOf(problem ?? UNFORESEEN));
    else if (problem !== null) reports.say(point, 'error', reasonOf(problem));
    else if (isThrottled) sayThrottled(point, restMs);
    else if (hasCaptured) reports.say(point, 'emitting', null);
    if (next === 'rest' || (next === 'stay' && isThrottled)) {
      rest(point, Math.max(deps.rateLimitMs, restMs));
    }
    if (point.phase !== 'armed') scheduleWork();
  }

  /** The figure of the first time stays: a word each second would tell nothing more, and the counts are told anyway. */
  function sayThrottled(point: LinePoint, restMs: number): void {
    if (point.reason?.startsWith('throttled') === true) return;
    const { hits, spentMs } = point.activity;
    const message =
      `${hits} hits took ${spentMs.toFixed(1)} ms; it rests ${Math.ceil(restMs)} ms, ` +
      `to stay under ${deps.share * 100} % of the thread. A line that is reached less often costs less.`;
    reports.say(point, point.hasEmitted ? 'emitting' : 'installed', reasonOf({ code: 'throttled', message }));
  }

  /**
   * The debugger stays on over a rest only where turning it on again would cost more than the share that a breakpoint may
   * take: V8 collects all garbage for it, some 2 ms for each 10 MB of heap.
   */
  function isNeeded(): boolean {
    if (spots.size > 0 || waiting.isListening) return true;
    const maxCostMs = deps.share * deps.rateLimitMs;
    return [...points.values()].some(
      ({ phase }) => phase === 'due' || (phase === 'resting' && session.turnOnMs > maxCostMs),
    );
  }

  function remove(point: LinePoint): void {
    enter(point, 'idle');
    points.delete(point.id);
  }

  function update(point: LinePoint, compiled: CompiledBreakpoint): void {
    const before = point.plan;
    const isChanged = !asksTheSame(point.compiled.breakpoint, compiled.breakpoint);
    const isRefilled = isMoreAllowed(point.compiled.breakpoint, compiled.breakpoint);
    point.compiled = compiled;
    point.plan = deps.plan(compiled);
    // The server counts what has arrived: what is on its way there was captured all the same.
    if (!isRefilled) point.plan.remaining = Math.min(point.plan.remaining, before.remaining);
    if (isChanged) {
      enter(point, 'idle');
      point.state = 'received';
      point.reason = null;
      point.hasEmitted = false;
    }
    decide(point);
    watchExpiry(point);
  }

  /** Also a breakpoint that is never hit is taken away when its time is over. */
  function watchExpiry(point: LinePoint): void {
    const { plan } = point;
    const leftMs = plan.expireAtMs - deps.now();
    if (leftMs <= 0 || leftMs > MAX_DELAY_MS) return;
    deps.later(() => {
      if (points.get(point.id) !== point || point.plan !== plan) return;
      decide(point);
      scheduleWork();
    }, leftMs + 1);
  }

  function decideAll(): void {
    for (const point of points.values()) decide(point);
    scheduleWork();
  }

  return {
    follow(compiled) {
      const ids = new Set(compiled.map(({ breakpoint }) => breakpoint.id));
      for (const point of points.values()) if (!ids.has(point.id)) remove(point);
      for (const one of compiled) {
        const { id } = one.breakpoint;
        const known = points.get(id);
        if (known?.compiled === one) continue;
        const point =
          known ?? createLinePoint(one, deps.plan(one), { share: deps.share, windowMs: deps.rateLimitMs });
        points.set(id, point);
        update(point, one);
      }
      scheduleWork();
    },
    setOpen(open) {
      if (isOpen === open) return;
      isOpen = open;
      decideAll();
      // A kill takes effect at once, also in a program that never comes to its next turn.
      if (!open && !isHit) turnOff();
    },
    expireAll() {
      isOutOfContact = true;
      decideAll();
    },
    resumeContact() {
      if (!isOutOfContact) return;
      isOutOfContact = false;
      decideAll();
    },
    close() {
      isOpen = false;
      for (const point of points.values()) remove(point);
      waiting.close();
      turnOff();
    },
  };
}

const NOT_LOADED = 'file_not_loaded: No file of this path is loaded yet. It is armed when it is.';

const UNFORESEEN: LineProblem = {
  code: 'internal',
  message: 'It could not be installed. Switch it off and on to try again.',
};

function fileOf(point: LinePoint): string {
  return point.compiled.breakpoint.filePath;
}
