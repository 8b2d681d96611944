import type { CompiledBreakpoint } from '../breakpoints/compiled-breakpoint.ts';
import { createArming } from './arming.ts';
import { asksTheSame, isMoreAllowed } from './breakpoint-change.ts';
import { createDebuggerSession } from './debugger-session.ts';
import { createHitGateway } from './hit-gateway.ts';
import { createHitReception } from './hit-reception.ts';
import { createInstaller } from './installer.ts';
import type { LineBreakpointDependencies, LineBreakpoints } from './line-breakpoints.ts';
import { createLinePoint } from './line-point.ts';
import { UNFORESEEN, reasonOf } from './line-problem.ts';
import type { LinePoint } from './line-point.ts';
import { createLineTargets } from './line-targets.ts';
import { createNameReader } from './name-reader.ts';
import { createOriginalLines } from './original-lines.ts';
import { createPointPhases } from './point-phases.ts';
import { createPointReports } from './point-reports.ts';
import { rememberLines } from './remembered-lines.ts';
import { createScriptList } from './script-list.ts';
import { createSpots } from './spots.ts';
import { createWaitingFiles } from './waiting-files.ts';

/** Longest delay that a timer takes. */
const MAX_DELAY_MS = 2_147_483_647;

/**
 * Line breakpoints of this thread. Armed, hit, disarmed: a breakpoint stands in V8 only while a capture is allowed, the hit
 * that captures takes it away in its own turn, and a timer puts it back when the next token is due.
 */
export function createLineBreakpoints(deps: LineBreakpointDependencies): LineBreakpoints {
  const points = new Map<string, LinePoint>();
  const scripts = createScriptList({ roots: deps.roots, isOwn: deps.isOwnCode });
  const session = createDebuggerSession({
    monotonicNow: deps.monotonicNow,
    onScript: (script) => installer.hear(script),
  });
  const reports = createPointReports({
    report: deps.report,
    later: deps.later,
    isKnown: (point) => points.get(point.id) === point,
  });
  const phases = createPointPhases({
    monotonicNow: deps.monotonicNow,
    later: deps.later,
    reports,
    leave: (point) => spots.leave(point),
    onRested(point) {
      decide(point);
      installer.schedule();
    },
  });
  const reception = createHitReception(deps, {
    findSpot: (id) => spots.find(id),
    phases,
    reports,
    onLeft: () => installer.schedule(),
    onBroken() {
      session.mute();
      deps.soon(endBroken);
    },
  });
  const spots = createSpots({ session, gateway: createHitGateway(reception.onHit) });
  const names = createNameReader(session, deps.breathe);
  const originals = rememberLines(
    createOriginalLines({
      session,
      sourceMaps: deps.sourceMaps,
      roots: deps.roots,
      breathe: deps.breathe,
    }),
  );
  const targets = createLineTargets({ session, scripts, originals, startedAtMs: deps.startedAtMs });
  const arming = createArming({ session, targets, names, spots });
  const installer = createInstaller(deps, {
    points: () => points.values(),
    session,
    scripts,
    spots,
    arming,
    phases,
    reports,
    waiting: () => waiting,
    isHit: () => reception.isBusy,
  });
  const waiting = createWaitingFiles({
    share: deps.share,
    turnOnMs: () => session.turnOnMs,
    monotonicNow: deps.monotonicNow,
    later: deps.later,
    listen: () => installer.turnOn() === null,
    lookAgain() {
      for (const point of points.values()) if (point.phase === 'waiting') phases.enter(point, 'due');
      installer.schedule();
    },
  });
  let isOpen = false;
  let isOutOfContact = false;
  let isClosed = false;

  /** In a turn of its own, where V8 lets its debugger be turned off, and nothing may be thrown either. */
  function endBroken(): void {
    try {
      installer.turnOff();
      for (const point of points.values())
        if (point.phase === 'armed') phases.fail(point, reasonOf(UNFORESEEN));
      installer.schedule();
    } catch {
      // What broke the hit is still broken; nothing is installed any more.
    }
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
      phases.fail(point, point.compiled.problem);
    } else if (!wants(point)) {
      phases.enter(point, 'idle');
      if (!point.compiled.breakpoint.enabled) reports.say(point, 'received', null);
    } else if (point.phase === 'idle') {
      const restMs = point.restsUntilMs - deps.monotonicNow();
      if (restMs > 0) phases.rest(point, restMs);
      else phases.enter(point, 'due');
    }
  }

  function remove(point: LinePoint): void {
    phases.enter(point, 'idle');
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
      phases.enter(point, 'idle');
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
      installer.schedule();
    }, leftMs + 1);
  }

  function decideAll(): void {
    for (const point of points.values()) decide(point);
    installer.schedule();
  }

  return {
    follow(compiled) {
      if (isClosed) return;
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
      installer.schedule();
    },
    setOpen(open) {
      if (isClosed || isOpen === open) return;
      isOpen = open;
      decideAll();
      // A kill takes effect at once, also in a program that never comes to its next turn.
      if (!open && !reception.isBusy) installer.turnOff();
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
      isClosed = true;
      isOpen = false;
      for (const point of points.values()) remove(point);
      waiting.close();
      installer.turnOff();
    },
  };
}
