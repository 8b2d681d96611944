import type { DebuggerSession } from './debugger-session.ts';
import type { Place, Script } from './script.ts';

/** V8 answers one question with no more places than these, the first ones of the range. */
const MAX_ANSWERED = 1_000;
/** Characters a line on average from which a script is taken for one of a bundler. */
const LONG_LINES = 200;
/** Of a long line, what is asked for around a column: as many places at most as V8 answers with. */
const BEFORE_COLUMN = 200;
const BEHIND_COLUMN = 800;
const MIN_WIDTH = 12;
/** Questions for one line: V8 may read the whole script for each. */
const MAX_QUESTIONS = 24;
const MAX_PIECES_LENGTH = 2_000;
const MAX_SOURCE_LENGTH = 2 * 1024 * 1024;
const LINE_END = /\r\n|[\n\r\u2028\u2029]/;

type PlaceSession = Pick<DebuggerSession, 'placesBetween' | 'placesWithin' | 'sourceOf'>;

/** Where V8 can stop on the lines of scripts. */
export interface LinePlaces {
  /**
   * The places on a line, counted from 0, from the left to the right. Of a long one, as bundlers write them, those around a
   * column only: V8 compiles what it is asked for, which is a second for a megabyte, and then tells of the first thousand.
   *
   * V8 answers for a range only when it knows a function around all of it. The top level of a CommonJS module it forgets once
   * that has run, and with it every line that is not inside of one function: `exports.double = (x) => x * 2;`. Then the pieces
   * of the line that may be inside of one are asked for.
   */
  around(script: Script, line: number, column: number): Place[];
}

/** Keeps the text of the script that was asked about last: make one for each search. */
export function createLinePlaces(session: PlaceSession): LinePlaces {
  let known: { readonly id: string; readonly lines: readonly string[] } | null = null;

  function textOf(script: Script, line: number): string {
    if (known?.id !== script.id) {
      known = { id: script.id, lines: session.sourceOf(script.id).split(LINE_END) };
    }
    return known.lines[line - script.startLine] ?? '';
  }

  function inPieces(script: Script, line: number, from: number): Place[] {
    if (script.isModule || script.length > MAX_SOURCE_LENGTH) return [];
    return placesInPieces(session, script, line, textOf(script, line).slice(from), from);
  }

  function ofWholeLine(script: Script, line: number): readonly Place[] {
    const places = session.placesBetween(script.id, line, line + 1).filter((place) => place.line === line);
    return places.length > 0 ? places : inPieces(script, line, 0);
  }

  function ofLongLine(script: Script, line: number, column: number): readonly Place[] {
    const from = Math.max(0, column - BEFORE_COLUMN);
    const to = column + BEHIND_COLUMN;
    const isLast = to >= textOf(script, line).length;
    const places = session.placesWithin(script.id, line, from, isLast ? null : to);
    return places.length > 0 ? places : behind(script, line, column);
  }

  /** Inside of the function that is around the column, and in those that follow. */
  function behind(script: Script, line: number, column: number): readonly Place[] {
    if (script.isModule) return [];
    for (let width = BEHIND_COLUMN; width >= MIN_WIDTH; width /= 2) {
      const places = session.placesWithin(script.id, line, column, column + width);
      if (places.length > 0) return places;
    }
    return inPieces(script, line, column);
  }

  return {
    around(script, line, column) {
      const isShort = !hasLongLines(script) || textOf(script, line).length <= BEHIND_COLUMN;
      const whole = isShort ? ofWholeLine(script, line) : null;
      const places = whole !== null && whole.length < MAX_ANSWERED ? whole : ofLongLine(script, line, column);
      return places.toSorted((a, b) => a.column - b.column);
    },
  };
}

/** True for what bundlers write: no question may be about whole lines of it. */
export function hasLongLines({ length, startLine, endLine }: Script): boolean {
  return length > LONG_LINES * (endLine - startLine + 1);
}

/** @param text of the line, from a column on */
function placesInPieces(
  session: Pick<DebuggerSession, 'placesWithin'>,
  script: Script,
  line: number,
  text: string,
  from: number,
): Place[] {
  const near = text.slice(0, MAX_PIECES_LENGTH);
  const ends = [...near.matchAll(/[;,)}]|\s*$/g)].map(({ index }) => index).toReversed();
  const places: Place[] = [];
  let questions = 0;
  let covered = 0;
  for (const { index, 0: opening } of near.matchAll(/=>|\{/g)) {
    const start = index + opening.length;
    if (start < covered) continue;
    for (const end of ends) {
      if (end < start || questions >= MAX_QUESTIONS) break;
      questions += 1;
      // V8 leaves the end of a range out, so that the return of an arrow function is missing.
      const found = session.placesWithin(script.id, line, from + start, from + end);
      if (found.length === 0) continue;
      places.push(...found);
      covered = end;
      break;
    }
  }
  return places;
}
