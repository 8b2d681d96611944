import type { DebuggerSession } from './debugger-session.ts';
import { findPlace } from './find-place.ts';
import { isChangedSince } from './changed-file.ts';
import { toPath } from './file-match.ts';
import { engineCostMs } from './line-hits.ts';
import type { LinePoint } from './line-point.ts';
import type { LineProblem } from './line-problem.ts';
import type { NameReader } from './name-reader.ts';
import type { NamesAt } from './names-at.ts';
import type { createOriginalLines } from './original-lines.ts';
import type { PlaceHazard } from './place-hazard.ts';
import type { Place, Script } from './script.ts';
import type { ScriptList } from './script-list.ts';
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

/** A place that was found, with the script that it is in. */
interface Target {
  readonly script: Script;
  readonly place: Place;
  /** Further places on the line. */
  readonly others: readonly Place[];
}

/** Milliseconds of a hit from which a function counts as very large. */
const LARGE_FUNCTION_MS = 1;

/** Targets, with what a person should know of them. */
interface FoundTargets {
  readonly targets: readonly Target[];
  readonly remark: LineProblem | null;
}

/** @param deps.session on whenever something is armed */
export function createArming(deps: {
  readonly session: DebuggerSession;
  readonly scripts: ScriptList;
  readonly originals: ReturnType<typeof createOriginalLines>;
  readonly names: NameReader;
  readonly spots: Spots;
  readonly startedAtMs: number;
}): Arming {
  /** The line in the scripts of its own file; null when no file of this path runs. */
  function findDirectly(point: LinePoint, only: Script | null): FoundTargets | LineProblem | null {
    const { filePath, lineNumber, columnNumber = null } = point.compiled.breakpoint;
    const found = deps.scripts.find(filePath);
    if (found.kind === 'none') return null;
    if (found.kind === 'ambiguous') return describeAmbiguous(filePath, found.filePaths);
    const scripts = only === null ? found.scripts : found.scripts.filter(({ id }) => id === only.id);
    if (scripts.length === 0) return null;
    const reachable = scripts.filter(({ isInMainContext }) => isInMainContext);
    if (reachable.length === 0) return VM_CONTEXT;
    const places = reachable.map((script) => ({
      script,
      found: findPlace(deps.session, script, lineNumber, columnNumber),
    }));
    const targets = places.flatMap(({ script, found: one }) =>
      one.kind === 'found' ? [{ script, place: one.place, others: one.others }] : [],
    );
    if (targets.length > 0) return { targets, remark: null };
    const nearest = places.flatMap(({ found: one }) => (one.kind === 'no_code' ? one.nearestLines : []));
    return describeNoCode(found.filePath, lineNumber, [...new Set(nearest)]);
  }

  /** The line of an original in scripts that were made of it; null when no script says so. */
  async function findOriginal(
    point: LinePoint,
    scripts: readonly Script[],
  ): Promise<FoundTargets | LineProblem | null> {
    const { filePath, lineNumber, columnNumber = null } = point.compiled.breakpoint;
    const found = await deps.originals.find({ filePath, lineNumber, columnNumber }, scripts);
    switch (found.kind) {
      case 'none':
        return null;
      case 'ambiguous':
        return describeAmbiguous(filePath, found.filePaths);
      case 'stale':
        return describeStaleMap(found.filePath);
      case 'no_code':
        return describeNoCode(found.source, lineNumber, found.nearestLines);
      case 'found': {
        const reachable = found.targets.filter(({ script }) => script.isInMainContext);
        if (reachable.length === 0) return VM_CONTEXT;
        const isChanged = await isChangedSince(found.source, deps.startedAtMs, null);
        return { targets: reachable, remark: isChanged ? describeStaleSource(found.source) : null };
      }
    }
  }

  async function find(point: LinePoint): Promise<FoundTargets | LineProblem | null> {
    const own = deps.scripts.find(point.compiled.breakpoint.filePath);
    const scripts = own.kind === 'found' ? own.scripts : [];
    // A loader compiled the file when it was loaded: what runs has its name, but not its lines.
    const compiled = scripts.filter(({ sourceMapUrl }) => sourceMapUrl.startsWith('data:'));
    const original = compiled.length === 0 ? null : await findOriginal(point, compiled);
    if (original !== null) return original;
    const direct = findDirectly(point, null);
    if (direct === null) return findOriginal(point, [...deps.scripts.all()]);
    const [newest] = scripts;
    if (isProblem(direct) || newest === undefined) return direct;
    const filePath = toPath(newest.url);
    const source = /\.[cm]?tsx?$/.test(filePath) ? null : deps.session.sourceOf(newest.id);
    const isChanged = source !== null && (await isChangedSince(filePath, deps.startedAtMs, source));
    return isChanged ? { ...direct, remark: describeStaleSource(filePath) } : direct;
  }

  function remarkOnOthers(): LineProblem | null {
    return deps.session.isInspectorOpen() ? INSPECTOR_OPEN : null;
  }

  /** A line like `export const double = (x) => x * 2` has run when its script is loaded: its function is what is meant. */
  async function readNames(target: Target): Promise<{ target: Target; names: NamesAt | null }> {
    const names = await deps.names.read(target.script, target.place);
    if (names?.runsOnce !== true) return { target, names };
    for (const place of target.others) {
      const inside = await deps.names.read(target.script, place);
      if (inside?.runsOnce === false) return { target: { ...target, place }, names: inside };
    }
    return { target, names };
  }

  function install(
    point: LinePoint,
    targets: readonly (Target & { readonly names: NamesAt })[],
    remark: LineProblem | null,
  ): ArmOutcome {
    const spots: Spot[] = [];
    for (const { place, names } of targets) {
      const spot = deps.spots.place(point, place, names);
      if (spot !== null) spots.push(spot);
    }
    if (spots.length === 0) return { kind: 'failed', problem: REFUSED };
    return {
      kind: 'armed',
      spots,
      remark: remark ?? remarkOn(targets.map(({ names }) => names)) ?? remarkOnOthers(),
    };
  }

  function withNames(
    targets: readonly Target[],
    names: readonly (NamesAt | null)[],
  ): readonly (Target & { readonly names: NamesAt })[] | LineProblem {
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
      const found = await find(point);
      if (!isStillDue()) return null;
      if (found === null) return { kind: 'waiting' };
      if (isProblem(found)) return { kind: 'failed', problem: found };
      const targets: Target[] = [];
      const names: (NamesAt | null)[] = [];
      for (const target of found.targets) {
        const one = await readNames(target);
        targets.push(one.target);
        names.push(one.names);
      }
      if (!isStillDue()) return null;
      const named = withNames(targets, names);
      return isProblem(named) ? { kind: 'failed', problem: named } : install(point, named, found.remark);
    },
    armAtOnce(point, script) {
      // Its map would have to be read first.
      if (script.sourceMapUrl.startsWith('data:')) return null;
      const found = findDirectly(point, script);
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

function isProblem(value: object): value is LineProblem {
  return 'code' in value;
}

function describeAmbiguous(wanted: string, filePaths: readonly string[]): LineProblem {
  return {
    code: 'ambiguous_file',
    message: `"${wanted}" fits ${filePaths.join(', ')}. Give more of the path.`,
  };
}

function describeStaleMap(filePath: string): LineProblem {
  return {
    code: 'stale_source',
    message: `${filePath} changed since it was loaded, so its source map says nothing of what runs. Restart the service.`,
  };
}

function describeStaleSource(filePath: string): LineProblem {
  return {
    code: 'stale_source',
    message: `${filePath} changed since the service started: the line that runs may be another one.`,
  };
}

function describeNoCode(filePath: string, line: number, nearest: readonly number[]): LineProblem {
  const advice =
    nearest.length === 0
      ? 'No line near it has code either: is this the version that runs?'
      : `The nearest lines that have: ${nearest.join(', ')}.`;
  return {
    code: 'no_code_at_line',
    message: `Line ${line} of ${filePath} has no code to stop at. ${advice}`,
  };
}

function remarkOn(names: readonly NamesAt[]): LineProblem | null {
  const costMs = Math.max(...names.map(engineCostMs));
  if (costMs >= LARGE_FUNCTION_MS) return describeLarge(costMs);
  const hidden = [...new Set(names.flatMap((one) => one.hidden))];
  return hidden.length === 0 ? null : describeHidden(hidden);
}

function describeHidden(hidden: readonly string[]): LineProblem {
  return {
    code: 'names_hidden',
    message:
      `At a return V8 shows the function's own names, not those of blocks in it: ${hidden.slice(0, 10).join(', ')}. ` +
      'A line above shows them.',
  };
}

function describeLarge(costMs: number): LineProblem {
  return {
    code: 'large_function',
    message:
      `V8 reads the whole function at every hit: about ${costMs.toFixed(1)} ms each. ` +
      'A line in a smaller function costs less.',
  };
}

const VM_CONTEXT: LineProblem = {
  code: 'vm_context',
  message:
    'This file runs in a vm context of its own, whose globals are apart: line breakpoints work in the main context. Use captureSnapshot.',
};

const INSPECTOR_OPEN: LineProblem = {
  code: 'debugger_attached',
  message: "Node's inspector is open: a debugger on it keeps its pauses, during which nothing is captured.",
};

const REFUSED: LineProblem = {
  code: 'no_code_at_line',
  message: 'V8 takes no breakpoint at this place. Choose a line next to it.',
};

const UNREADABLE: LineProblem = {
  code: 'script_unreadable',
  message:
    'The names in scope cannot be found: the script is larger than 8 MB, or in a language newer than the parser. Use captureSnapshot.',
};

const HAZARDS: Readonly<Record<PlaceHazard, LineProblem>> = {
  with: {
    code: 'unsafe_place',
    message: 'Inside of "with" every name may run code of the application. Choose a line outside of it.',
  },
  before_super: {
    code: 'unsafe_place',
    message:
      'In front of super() in this constructor, V8 would break the call when a breakpoint is looked at. Choose a line behind it.',
  },
  class_field: {
    code: 'unsafe_place',
    message:
      'V8 of Node 22 ends the process when it is asked in this field of a class. Choose a line of a method, or use Node 24.',
  },
  early_use: {
    code: 'unsafe_place',
    message:
      'A name that is used before its declaration would not throw any more. Choose a line behind the declaration.',
  },
};
