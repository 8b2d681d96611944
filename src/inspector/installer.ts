import type { Arming } from './arming.ts';
import type { DebuggerSession } from './debugger-session.ts';
import type { LineBreakpointDependencies } from './line-breakpoints.ts';
import type { LinePoint } from './line-point.ts';
import { UNFORESEEN, reasonOf } from './line-problem.ts';
import type { LineProblem } from './line-problem.ts';
import type { PointPhases } from './point-phases.ts';
import type { PointReports } from './point-reports.ts';
import type { Script } from './script.ts';
import type { ScriptList } from './script-list.ts';
import type { Spot, Spots } from './spots.ts';
import type { WaitingFiles } from './waiting-files.ts';
import { warmUp } from './warm-up.ts';

/** What arming may be charged with: while a script is parsed, others have their turns too. */
const MAX_ARM_MS = 5;

const NOT_LOADED = 'file_not_loaded: No file of this path is loaded yet. It is armed when it is.';

/** Brings what is due into V8, and keeps the debugger on only as long as something needs it. */
export interface Installer {
  /** Looks at all points in a turn of its own. */
  schedule(): void;
  /** @returns why the debugger cannot be turned on, or null */
  turnOn(): LineProblem | null;
  /** Takes everything out at once. */
  turnOff(): void;
  /** A script is compiled and its first statement has not run. */
  hear(script: Script): void;
}

/** @param room what it works with; `points` are those of now */
export function createInstaller(
  deps: LineBreakpointDependencies,
  room: {
    readonly points: () => Iterable<LinePoint>;
    readonly session: DebuggerSession;
    readonly scripts: ScriptList;
    readonly spots: Spots;
    readonly arming: Arming;
    readonly phases: PointPhases;
    readonly reports: PointReports;
    readonly waiting: () => WaitingFiles;
    /** True while a hit is taken, in the middle of the program. */
    readonly isHit: () => boolean;
  },
): Installer {
  const { session, scripts, spots, arming, phases, reports } = room;
  let isTurningOn = false;
  let isWorking = false;
  let isScheduled = false;
  let isWarm = false;

  function turnOn(): LineProblem | null {
    if (session.isOn) return null;
    isTurningOn = true;
    const problem = session.turnOn();
    isTurningOn = false;
    if (problem !== null) scripts.clear();
    return problem;
  }

  function turnOff(): void {
    session.turnOff();
    spots.clear();
    // A loader may have written a map of 100 KB into each.
    scripts.clear();
  }

  function schedule(): void {
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
      for (const point of room.points()) if (point.phase === 'due') phases.fail(point, reasonOf(UNFORESEEN));
    } finally {
      isWorking = false;
    }
    room.waiting().watch([...room.points()].filter(({ phase }) => phase === 'waiting').map(fileOf));
    if (!isNeeded()) turnOff();
  }

  const nextDue = (): LinePoint | undefined => [...room.points()].find(({ phase }) => phase === 'due');

  async function arm(point: LinePoint): Promise<void> {
    const wasOn = session.isOn;
    const refused = turnOn();
    if (refused !== null) {
      phases.fail(point, reasonOf(refused));
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
        phases.enter(point, 'waiting');
        reports.say(point, 'waiting', NOT_LOADED);
        return;
      case 'failed':
        phases.fail(point, reasonOf(outcome.problem));
    }
  }

  function arrive(point: LinePoint, taken: readonly Spot[], remark: LineProblem | null): void {
    phases.enter(point, 'armed');
    point.spots = taken;
    if (point.state === 'installed' || point.state === 'emitting') return;
    reports.say(
      point,
      point.hasEmitted ? 'emitting' : 'installed',
      remark === null ? null : reasonOf(remark),
    );
  }

  function hear(script: Script): void {
    scripts.add(script);
    if (isTurningOn || room.isHit()) return;
    for (const point of room.points()) {
      if (point.phase !== 'waiting') continue;
      const outcome = arming.armAtOnce(point, script);
      if (outcome?.kind === 'armed') arrive(point, outcome.spots, outcome.remark);
      else if (outcome?.kind === 'failed') phases.fail(point, reasonOf(outcome.problem));
    }
  }

  /**
   * The debugger stays on over a rest only where turning it on again would cost more than the share that a breakpoint may
   * take: V8 collects all garbage for it, some 2 ms for each 10 MB of heap.
   */
  function isNeeded(): boolean {
    if (spots.size > 0 || room.waiting().isListening) return true;
    const maxCostMs = deps.share * deps.rateLimitMs;
    return [...room.points()].some(
      ({ phase }) => phase === 'due' || (phase === 'resting' && session.turnOnMs > maxCostMs),
    );
  }

  return { schedule, turnOn, turnOff, hear };
}

function fileOf(point: LinePoint): string {
  return point.compiled.breakpoint.filePath;
}
