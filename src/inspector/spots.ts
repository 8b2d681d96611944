import type { DebuggerSession } from './debugger-session.ts';
import { writeHitCondition } from './hit-condition.ts';
import type { HitGateway } from './hit-gateway.ts';
import type { LinePoint } from './line-point.ts';
import type { NamesAt } from './names-at.ts';
import { isSamePlace } from './script.ts';
import type { Place } from './script.ts';

/** One breakpoint of V8. Several of ours may stand at one place, where V8 takes only one of a session. */
export interface Spot {
  readonly id: number;
  readonly place: Place;
  readonly breakpointId: string;
  readonly names: NamesAt;
  readonly points: Set<LinePoint>;
}

/** The breakpoints that are installed in V8. */
export interface Spots {
  /** Puts a point at a place; null when V8 would put it elsewhere, or refuses. */
  place(point: LinePoint, place: Place, names: NamesAt): Spot | null;
  /** Takes a point away; the breakpoint goes with the last one. */
  leave(point: LinePoint): void;
  find(id: number): Spot | undefined;
  readonly size: number;
  /** V8 has forgotten them all. */
  clear(): void;
}

/** @param deps.gateway open while there is at least one */
export function createSpots(deps: {
  readonly session: Pick<DebuggerSession, 'install' | 'remove'>;
  readonly gateway: HitGateway;
}): Spots {
  const spots = new Map<number, Spot>();
  let lastId = 0;

  function install(place: Place, names: NamesAt): Spot | null {
    const id = ++lastId;
    const installed = deps.session.install(place, writeHitCondition(deps.gateway.name, id, names));
    if (installed === null) return null;
    if (!isSamePlace(installed.actual, place)) {
      deps.session.remove(installed.breakpointId);
      return null;
    }
    return { id, place, breakpointId: installed.breakpointId, names, points: new Set() };
  }

  return {
    place(point, place, names) {
      const known = [...spots.values()].find((spot) => isSamePlace(spot.place, place));
      const spot = known ?? install(place, names);
      if (spot === null) return null;
      if (spots.size === 0) deps.gateway.open();
      spots.set(spot.id, spot);
      spot.points.add(point);
      return spot;
    },
    leave(point) {
      for (const spot of point.spots) {
        spot.points.delete(point);
        if (spot.points.size > 0 || !spots.delete(spot.id)) continue;
        deps.session.remove(spot.breakpointId);
        if (spots.size === 0) deps.gateway.close();
      }
      point.spots = [];
    },
    find: (id) => spots.get(id),
    get size() {
      return spots.size;
    },
    clear() {
      spots.clear();
      deps.gateway.close();
    },
  };
}
