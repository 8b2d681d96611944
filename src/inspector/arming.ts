import type { DebuggerSession } from './debugger-session.ts';
import type { LinePoint } from './line-point.ts';
import { isProblem } from './line-problem.ts';
import type { LineProblem } from './line-problem.ts';
import type { LineTarget, LineTargets } from './line-targets.ts';
import type { NameReader } from './name-reader.ts';
import type { NamesAt } from './names-at.ts';
import {
  HAZARDS,
  INSPECTOR_OPEN,
  ONLY_NAMED,
  REFUSED,
  UNREADABLE,
  remarkOn,
  remarkOnUnknown,
} from './place-problems.ts';
import { isSamePlace } from './script.ts';
import type { Script } from './script.ts';
import type { Spot, Spots } from './spots.ts';

/** What the attempt to install a breakpoint came to. */
export type ArmOutcome =
  | {
      readonly kind: 'armed';
      readonly spots: readonly Spot[];
      /** What a person should know of it although it works. */
      readonly remark: LineProblem | null;
    }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'failed'; readonly problem: LineProblem };

/** Finds the place of a breakpoint in the scripts that run, and installs it there. */
export interface Arming {
  /**
   * The names in scope are read in pieces, over several turns.
   * @param isStillDue asked when they are known: the breakpoint may be gone by then. Null when it is
   */
  arm(point: LinePoint, isStillDue: () => boolean): Promise<ArmOutcome | null>;
  /** The same at once for one script that is about to run; null when the point does not stand in it, or it takes too long. */
  armAtOnce(point: LinePoint, script: Script): ArmOutcome | null;
}

/** @param deps.session on whenever something is armed */
export function createArming(deps: {
  readonly session: Pick<DebuggerSession, 'isInspectorOpen'>;
  readonly targets: LineTargets;
  readonly names: NameReader;
  readonly spots: Spots;
}): Arming {
  function remarkOnOthers(): LineProblem | null {
    return deps.session.isInspectorOpen() ? INSPECTOR_OPEN : null;
  }

  /**
   * The place that is meant, of those that the line has. A line like `export const double = (x) => x * 2` has run when its
   * script is loaded: its function is meant. And never the getter that a compiler made for the export.
   * @returns null when there is no other place
   */
  async function readNames(
    target: LineTarget,
  ): Promise<{ readonly target: LineTarget; readonly names: NamesAt | null } | null> {
    let fallback: { readonly target: LineTarget; readonly names: NamesAt | null } | null = null;
    for (const place of [target.place, ...target.others]) {
      const names = await deps.names.read(target.script, place);
      if (names?.handsOn === true && target.echoes.some((echo) => isSamePlace(echo, place))) continue;
      const one = { target: { ...target, place }, names };
      if (names?.runsOnce === false) return one;
      fallback ??= one;
      if (names === null) break;
    }
    return fallback;
  }

  function install(
    point: LinePoint,
    targets: readonly (LineTarget & { readonly names: NamesAt })[],
    remark: LineProblem | null,
  ): ArmOutcome {
    const spots: Spot[] = [];
    for (const { place, names } of targets) {
      const spot = deps.spots.place(point, place, names);
      if (spot !== null) spots.push(spot);
    }
    if (spots.length === 0) return { kind: 'failed', problem: REFUSED };
    const known = targets.map(({ names }) => names);
    return {
      kind: 'armed',
      spots,
      remark: remark ?? remarkOnUnknown(point.compiled.names, known) ?? remarkOn(known) ?? remarkOnOthers(),
    };
  }

  function withNames(
    targets: readonly LineTarget[],
    names: readonly (NamesAt | null)[],
  ): readonly (LineTarget & { readonly names: NamesAt })[] | LineProblem {
    const named = targets.flatMap((target, index) => {
      const known = names[index];
      return known === undefined || known === null ? [] : [{ ...target, names: known }];
    });
    if (named.length === 0) return UNREADABLE;
    const hazard = named.find((one) => one.names.hazard !== null)?.names.hazard ?? null;
    return hazard === null ? named : HAZARDS[hazard];
  }

  return {
    async arm(point, isStillDue) {
      const found = await deps.targets.find(point);
      if (!isStillDue()) return null;
      if (found === null) return { kind: 'waiting' };
      if (isProblem(found)) return { kind: 'failed', problem: found };
      const targets: LineTarget[] = [];
      const names: (NamesAt | null)[] = [];
      for (const target of found.targets) {
        const one = await readNames(target);
        if (one === null) continue;
        targets.push(one.target);
        names.push(one.names);
      }
      if (!isStillDue()) return null;
      if (targets.length === 0) return { kind: 'failed', problem: ONLY_NAMED };
      const named = withNames(targets, names);
      return isProblem(named) ? { kind: 'failed', problem: named } : install(point, named, found.remark);
    },
    armAtOnce(point, script) {
      // Its map would have to be read first.
      if (script.sourceMapUrl.startsWith('data:')) return null;
      const found = deps.targets.findIn(point, script);
      if (found === null) return null;
      // Of several files of that name more may be on their way.
      if (isProblem(found)) {
        return found.code === 'ambiguous_file' ? null : { kind: 'failed', problem: found };
      }
      const names = found.targets.map((target) => deps.names.readAtOnce(target.script, target.place));
      if (names.includes(null)) return null;
      const named = withNames(found.targets, names);
      return isProblem(named) ? { kind: 'failed', problem: named } : install(point, named, found.remark);
    },
  };
}
