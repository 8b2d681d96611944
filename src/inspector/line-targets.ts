import { isChangedSince } from './changed-file.ts';
import type { DebuggerSession } from './debugger-session.ts';
import { toPath } from './file-match.ts';
import { findPlace } from './find-place.ts';
import type { LinePoint } from './line-point.ts';
import { isProblem } from './line-problem.ts';
import type { LineProblem } from './line-problem.ts';
import type { OriginalLines } from './original-lines.ts';
import {
  VM_CONTEXT,
  describeAmbiguous,
  describeNoCode,
  describeStaleMap,
  describeStaleSource,
} from './place-problems.ts';
import type { Place, Script } from './script.ts';
import type { ScriptList } from './script-list.ts';

/** A place that was found, with the script that it is in. */
export interface LineTarget {
  readonly script: Script;
  readonly place: Place;
  /** Further places on the line. */
  readonly others: readonly Place[];
  /** Those of all of them that may be made of a name and not of the code that it names: an export that is handed on. */
  readonly echoes: readonly Place[];
}

/** Targets, with what a person should know of them. */
export interface FoundTargets {
  readonly targets: readonly LineTarget[];
  readonly remark: LineProblem | null;
}

/** Finds the line that a breakpoint asks for in the scripts that run. Null: no script is of that file. */
export interface LineTargets {
  /** In every script, by its own lines or those of its source map. */
  find(point: LinePoint): Promise<FoundTargets | LineProblem | null>;
  /** At once, by its own lines, in one script that is about to run. */
  findIn(point: LinePoint, script: Script): FoundTargets | LineProblem | null;
}

/** @param deps.session on whenever something is looked for */
export function createLineTargets(deps: {
  readonly session: Pick<DebuggerSession, 'placesBetween' | 'placesWithin' | 'sourceOf'>;
  readonly scripts: ScriptList;
  readonly originals: OriginalLines;
  readonly startedAtMs: number;
}): LineTargets {
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
      one.kind === 'found' ? [{ script, place: one.place, others: one.others, echoes: [] }] : [],
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

  return { find, findIn: findDirectly };
}
