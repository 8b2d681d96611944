import type { MappedPlace, ScriptSourceMaps } from '../capture/script-source-maps.ts';
import type { SourceMapIndex } from '../capture/source-map.ts';
import type { DebuggerSession } from './debugger-session.ts';
import { fileNameOf, matchFile, toPath } from './file-match.ts';
import { createLinePlaces } from './places-on-line.ts';
import type { LinePlaces } from './places-on-line.ts';
import { isSamePlace } from './script.ts';
import type { Place, Script } from './script.ts';

/** Where a line of an original is in the scripts that run. */
export type OriginalLine =
  | { readonly kind: 'found'; readonly source: string; readonly targets: readonly OriginalTarget[] }
  | { readonly kind: 'ambiguous'; readonly filePaths: readonly string[] }
  | { readonly kind: 'no_code'; readonly source: string; readonly nearestLines: readonly number[] }
  /** A script that may come from this file changed since it was loaded: its map says nothing of what runs. */
  | { readonly kind: 'stale'; readonly filePath: string }
  | { readonly kind: 'none' };

/** A place in a script that comes from the line. */
export interface OriginalTarget {
  readonly script: Script;
  readonly place: Place;
  /** Further places that come from the line. */
  readonly others: readonly Place[];
  /** Those of all of them whose very character of the original is elsewhere in the script too, in front of them. */
  readonly echoes: readonly Place[];
}

/** The line that is looked for, counted from 1. */
export interface WantedLine {
  readonly filePath: string;
  readonly lineNumber: number;
  readonly columnNumber: number | null;
}

/** Finds lines of originals (TypeScript, sources of a bundle) in the scripts that run, by their source maps. */
export interface OriginalLines {
  find(wanted: WantedLine, scripts: readonly Script[]): Promise<OriginalLine>;
}

/** A map that names the original. */
interface Origin {
  readonly script: Script;
  readonly map: SourceMapIndex;
  readonly source: string;
}

/** Scripts whose maps are read for one line: those that are named like the original first, bundles next. */
const MAX_MAPS = 300;
/** Bundles that hold the same original. */
const MAX_ORIGINS = 4;
const SEARCHED_LINES = 50;
const MAX_TRIED_PLACES = 50;
const MAX_NEAREST = 4;
const MAX_OTHERS = 4;

/** Reads the maps at every question. */
export function createOriginalLines(deps: {
  readonly session: Pick<DebuggerSession, 'placesBetween' | 'placesWithin' | 'sourceOf'>;
  readonly sourceMaps: ScriptSourceMaps;
  readonly roots: readonly string[];
  /** Gives way to the event loop when the turn has worked long enough. */
  readonly breathe: () => Promise<void>;
}): OriginalLines {
  const { session, sourceMaps, roots, breathe } = deps;

  async function findOrigins(
    wanted: WantedLine,
    scripts: readonly Script[],
  ): Promise<readonly Origin[] | Extract<OriginalLine, { kind: 'ambiguous' | 'stale' }>> {
    const origins: Origin[] = [];
    let stale: string | null = null;
    for (const script of scripts) {
      const path = toPath(script.url);
      const map = await sourceMaps.read(path, script.sourceMapUrl);
      if (map === 'stale') {
        if (isNamedLike(wanted, script)) stale ??= path;
        continue;
      }
      if (map === null || map === 'too_large') continue;
      const match = matchFile(wanted.filePath, await namedAs(wanted, map), (source) => source, roots);
      if (match.kind === 'several') return { kind: 'ambiguous', filePaths: match.files };
      if (match.kind === 'one') origins.push({ script, map, source: match.file });
      if (origins.length >= MAX_ORIGINS) break;
    }
    const sources = [...new Set(origins.map(({ source }) => source))];
    if (sources.length > 1) return { kind: 'ambiguous', filePaths: sources };
    return origins.length === 0 && stale !== null ? { kind: 'stale', filePath: stale } : origins;
  }

  /** Originals with the name of the file that is wanted: few of them are looked at any further. */
  async function namedAs({ filePath }: WantedLine, { sources }: SourceMapIndex): Promise<string[]> {
    const name = fileNameOf(filePath).toLowerCase();
    const named: string[] = [];
    for (const source of sources) {
      if (source.toLowerCase().endsWith(name)) named.push(source);
      await breathe();
    }
    return named;
  }

  /** Named like the original, then the largest, and never code of a dependency unless it is asked for. */
  async function inOrder(wanted: WantedLine, scripts: readonly Script[]): Promise<readonly Script[]> {
    const wantsDependency = isOfDependency(wanted.filePath);
    const alike: Script[] = [];
    let others: Script[] = [];
    for (const script of scripts) {
      await breathe();
      if (script.sourceMapUrl === '' || (!wantsDependency && isOfDependency(script.url))) continue;
      if (isNamedLike(wanted, script)) alike.push(script);
      else others.push(script);
      if (others.length >= 2 * MAX_MAPS) others = largest(others);
    }
    return [...largest(alike), ...largest(others)].slice(0, MAX_MAPS);
  }

  /** The first place of V8 that comes from this line, of those that the map names for it, and those behind it. */
  async function findTarget(
    origin: Origin,
    lineNumber: number,
    places: readonly MappedPlace[],
    onLine: LinePlaces,
  ): Promise<OriginalTarget | null> {
    const { script, map, source } = origin;
    const found: Place[] = [];
    const echoes: Place[] = [];
    const seen = new Set<number>();
    for (const { generated, original } of places.slice(0, MAX_TRIED_PLACES)) {
      const isEcho = seen.has(original.columnNumber);
      seen.add(original.columnNumber);
      const line = generated.lineNumber - 1;
      await breathe();
      const column = generated.columnNumber - 1;
      const next = onLine.around(script, line, column).find((place) => place.column >= column);
      if (next === undefined || found.some((place) => isSamePlace(place, next))) continue;
      const from = await sourceMaps.find(map, { lineNumber: line + 1, columnNumber: next.column + 1 });
      if (from?.filePath !== source || from.lineNumber !== lineNumber) continue;
      found.push(next);
      if (isEcho) echoes.push(next);
      if (found.length > MAX_OTHERS) break;
    }
    const [place, ...others] = found;
    return place === undefined ? null : { script, place, others, echoes };
  }

  async function findNearest(
    origin: Origin,
    lineNumber: number,
    places: readonly MappedPlace[],
    onLine: LinePlaces,
  ): Promise<number[]> {
    const byDistance = [...new Set(places.map(({ original }) => original.lineNumber))]
      .filter((line) => line !== lineNumber)
      .toSorted((a, b) => Math.abs(a - lineNumber) - Math.abs(b - lineNumber));
    const nearest: number[] = [];
    for (const line of byDistance) {
      const ofLine = places.filter(({ original }) => original.lineNumber === line);
      if ((await findTarget(origin, line, ofLine, onLine)) !== null) nearest.push(line);
      if (nearest.length >= MAX_NEAREST) break;
    }
    return nearest.toSorted((a, b) => a - b);
  }

  return {
    async find(wanted, scripts) {
      const found = await findOrigins(wanted, await inOrder(wanted, scripts));
      if ('kind' in found) return found;
      const { lineNumber, columnNumber } = wanted;
      const targets: OriginalTarget[] = [];
      const nearest: number[] = [];
      const onLine = createLinePlaces(session);
      for (const origin of found) {
        const places = await sourceMaps.search(
          origin.map,
          origin.source,
          lineNumber - SEARCHED_LINES,
          lineNumber + SEARCHED_LINES,
        );
        const ofLine = places
          .filter(({ original }) => original.lineNumber === lineNumber)
          .filter(({ original }) => columnNumber === null || original.columnNumber >= columnNumber);
        const target = await findTarget(origin, lineNumber, ofLine, onLine);
        if (target !== null) targets.push(target);
        else nearest.push(...(await findNearest(origin, lineNumber, places, onLine)));
      }
      const source = found[0]?.source;
      if (source === undefined) return { kind: 'none' };
      return targets.length > 0
        ? { kind: 'found', source, targets }
        : { kind: 'no_code', source, nearestLines: [...new Set(nearest)] };
    },
  };
}

function isOfDependency(path: string): boolean {
  return /[\\/]node_modules[\\/]/.test(path);
}

function largest(scripts: readonly Script[]): Script[] {
  return scripts.toSorted((a, b) => b.length - a.length).slice(0, MAX_MAPS);
}

function isNamedLike({ filePath }: WantedLine, { url }: Script): boolean {
  return stemOf(filePath) === stemOf(toPath(url));
}

function stemOf(path: string): string {
  return fileNameOf(path).replace(/\..*$/, '').toLowerCase();
}
