import type { DebuggerSession } from './debugger-session.ts';
import { createLinePlaces, hasLongLines } from './places-on-line.ts';
import type { LinePlaces } from './places-on-line.ts';
import type { Place, Script } from './script.ts';

/** A place on exactly the line that was asked for, or the nearest lines that have one, counted from 1. */
export type FoundPlace =
  | {
      readonly kind: 'found';
      readonly place: Place;
      /** Further ones on the line, where no column was asked for: inside of functions that stand in it. */
      readonly others: readonly Place[];
    }
  | { readonly kind: 'no_code'; readonly nearestLines: readonly number[] };

/** Lines above and below that are searched for code. */
const SEARCHED_LINES = 50;
/** The same, each by a question of its own. */
const SEARCHED_SINGLE_LINES = 10;
const MAX_NEAREST = 4;
/** Each costs a parse of the script. */
const MAX_OTHERS = 4;

/**
 * The place of a line, counted from 1, in a script; never one on another line.
 * @param column counted from 1: the first place at or behind it, or else the last one. Null: the first one of the line
 */
export function findPlace(
  session: Pick<DebuggerSession, 'placesBetween' | 'placesWithin' | 'sourceOf'>,
  script: Script,
  line: number,
  column: number | null,
): FoundPlace {
  const onLine = createLinePlaces(session);
  const places = onLine.around(script, line - 1, (column ?? 1) - 1);
  const place = places.find((one) => column === null || one.column >= column - 1) ?? places.at(-1);
  if (place !== undefined) {
    const others = column === null ? places.filter((one) => one !== place).slice(0, MAX_OTHERS) : [];
    return { kind: 'found', place, others };
  }
  const lines = linesAround(session, onLine, script, line).toSorted(
    (a, b) => Math.abs(a - line) - Math.abs(b - line),
  );
  return { kind: 'no_code', nearestLines: lines.slice(0, MAX_NEAREST).toSorted((a, b) => a - b) };
}

/** Lines with code, one by one where V8 has forgotten what is around all of them. */
function linesAround(
  session: Pick<DebuggerSession, 'placesBetween'>,
  onLine: LinePlaces,
  script: Script,
  line: number,
): readonly number[] {
  const from = Math.max(script.startLine, line - 1 - SEARCHED_LINES);
  const around = hasLongLines(script) ? [] : session.placesBetween(script.id, from, line + SEARCHED_LINES);
  if (around.length > 0) return [...new Set(around.map((one) => one.line + 1))];
  const distances = Array.from({ length: SEARCHED_SINGLE_LINES }, (_, index) => index + 1);
  return distances
    .flatMap((distance) => [line - distance, line + distance])
    .filter((one) => one > from && onLine.around(script, one - 1, 0).length > 0);
}

const LINE_END = /\r\n|[\n\r\u2028\u2029]/g;

/** Where a place stands in the source, in characters. */
export function offsetOf(source: string, script: Script, place: Place): number {
  let start = 0;
  LINE_END.lastIndex = 0;
  for (let line = script.startLine; line < place.line; line++) {
    if (LINE_END.exec(source) === null) return source.length;
    start = LINE_END.lastIndex;
  }
  return start + place.column - (place.line === script.startLine ? script.startColumn : 0);
}
