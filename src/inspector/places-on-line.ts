import type { DebuggerSession } from './debugger-session.ts';
import type { Place, Script } from './script.ts';

/** Questions for one line: V8 may read the whole script for each. */
const MAX_QUESTIONS = 24;
const MAX_LINE_LENGTH = 2_000;
const MAX_SOURCE_LENGTH = 2 * 1024 * 1024;

/**
 * Where V8 can stop on a line, counted from 0, from the left to the right.
 *
 * V8 answers for a range only when it knows a function around all of it. The top level of a CommonJS module it forgets once
 * that has run, and with it every line that is not inside of one function: `exports.double = (x) => x * 2;`. Then the pieces
 * of the line that may be inside of one are asked for.
 */
export function placesOnLine(
  session: Pick<DebuggerSession, 'placesBetween' | 'placesWithin' | 'sourceOf'>,
  script: Script,
  line: number,
): Place[] {
  const whole = session.placesBetween(script.id, line, line + 1).filter((place) => place.line === line);
  const places = whole.length > 0 ? whole : placesInPieces(session, script, line);
  return places.toSorted((a, b) => a.column - b.column);
}

function placesInPieces(
  session: Pick<DebuggerSession, 'placesWithin' | 'sourceOf'>,
  script: Script,
  line: number,
): Place[] {
  if (script.isModule || script.length > MAX_SOURCE_LENGTH) return [];
  const text = session.sourceOf(script.id).split(/\r\n|[\n\r\u2028\u2029]/)[line - script.startLine] ?? '';
  if (text.length > MAX_LINE_LENGTH) return [];
  const ends = [...text.matchAll(/[;,)}]|\s*$/g)].map(({ index }) => index).toReversed();
  const places: Place[] = [];
  let questions = 0;
  let covered = 0;
  for (const { index, 0: opening } of text.matchAll(/=>|\{/g)) {
    const start = index + opening.length;
    if (start < covered) continue;
    for (const end of ends) {
      if (end < start || questions >= MAX_QUESTIONS) break;
      questions += 1;
      // V8 leaves the end of a range out, so that the return of an arrow function is missing.
      const found = session.placesWithin(script.id, line, start, end);
      if (found.length === 0) continue;
      places.push(...found);
      covered = end;
      break;
    }
  }
  return places;
}
