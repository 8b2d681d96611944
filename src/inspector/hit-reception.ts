import type { OnHit } from './hit-gateway.ts';
import type { LineBreakpointDependencies } from './line-breakpoints.ts';
import { engineCostMs, readValues, takeHit } from './line-hits.ts';
import type { HitOutcome } from './line-hits.ts';
import type { LinePoint } from './line-point.ts';
import { UNFORESEEN, reasonOf } from './line-problem.ts';
import { createOwnCost } from './own-cost.ts';
import type { PointPhases } from './point-phases.ts';
import type { PointReports } from './point-reports.ts';
import type { Spot } from './spots.ts';

/** Where the hits of all line breakpoints arrive. */
export interface HitReception {
  /** Stands between the host's frame and everything that is done in it. */
  readonly onHit: OnHit;
  /** True while a hit is taken. */
  readonly isBusy: boolean;
}

/** When a hit began, by the clock and by the work of the thread. */
interface HitStart {
  readonly atMs: number;
  readonly workedMs: number;
}

/** @param room.onLeft the point is not armed any more */
export function createHitReception(
  deps: LineBreakpointDependencies,
  room: {
    readonly findSpot: (id: number) => Spot | undefined;
    readonly phases: PointPhases;
    readonly reports: PointReports;
    readonly onLeft: () => void;
    /** A hit could not be taken nor paid for: no other one may follow. */
    readonly onBroken: () => void;
  },
): HitReception {
  const { phases, reports } = room;
  const ownCost = createOwnCost(deps.majorPageFaults);
  let isBusy = false;

  function onHit(spotId: number, given: Readonly<Record<string, unknown>>): void {
    if (isBusy) return;
    isBusy = true;
    const start: HitStart = { atMs: deps.monotonicNow(), workedMs: deps.threadCpuMs() };
    try {
      const spot = room.findSpot(spotId);
      if (spot === undefined) return;
      const values = readValues(given, spot.names);
      for (const point of spot.points) hitPoint(point, values, spot, start);
    } catch {
      // A program that broke built-ins which are used here: its line may be reached a million times, and nothing would bound it.
      room.onBroken();
      deps.count('error');
    } finally {
      isBusy = false;
    }
  }

  function hitPoint(
    point: LinePoint,
    values: Readonly<Record<string, unknown>>,
    spot: Spot,
    start: HitStart,
  ): void {
    let outcome: HitOutcome;
    try {
      outcome = takeHit(point, values, spot.names, onHit, deps);
    } catch {
      deps.count('error');
      outcome = { hasCaptured: false, next: 'rest', problem: null };
    }
    // Before the clock is read: that too is time of the host's.
    if (outcome.next !== 'stay') phases.enter(point, 'idle');
    const nowMs = deps.monotonicNow();
    const costMs =
      ownCost.ofMs(nowMs - start.atMs, deps.threadCpuMs() - start.workedMs) + engineCostMs(spot.names);
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
    if (next === 'failed') phases.fail(point, reasonOf(problem ?? UNFORESEEN));
    else if (problem !== null) reports.say(point, 'error', reasonOf(problem));
    else if (isThrottled) sayThrottled(point, restMs);
    else if (hasCaptured) reports.say(point, 'emitting', null);
    if (next === 'rest' || (next === 'stay' && isThrottled)) {
      phases.rest(point, Math.max(deps.rateLimitMs, restMs));
    }
    if (point.phase !== 'armed') room.onLeft();
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

  return {
    onHit,
    get isBusy() {
      return isBusy;
    },
  };
}
