import type { DebuggerSession } from './debugger-session.ts';
import { offsetOf } from './find-place.ts';
import { namesAt } from './names-at.ts';
import type { NamesAt } from './names-at.ts';
import type { Place, Script } from './script.ts';
import { parseAround, parseAroundAtOnce } from './script-syntax.ts';
import type { SyntaxAt } from './script-syntax.ts';

/** What a capture can name at a place; the answer to a place is kept, the tree is not. */
export interface NameReader {
  /** Null when the script is too large, or not in the language that the parser knows. */
  read(script: Script, place: Place): Promise<NamesAt | null>;
  /** At once, for a script that is about to run: null also for one that is too large for that. */
  readAtOnce(script: Script, place: Place): NamesAt | null;
}

/** A megabyte takes about 100 ms in all, in pieces between which the thread is free. */
const MAX_SOURCE_LENGTH = 8 * 1024 * 1024;
/** About 10 ms in one piece. */
const MAX_AT_ONCE_LENGTH = 100_000;
const MAX_REMEMBERED = 500;

/** V8 says of a return where its statement, or the body of an arrow function, has ended: one character behind it. */
function nodeOffset(source: string, script: Script, place: Place): number {
  return offsetOf(source, script, place) - (place.isReturn ? 1 : 0);
}

/** @param breathe called between statements: gives way to the event loop when the turn has worked long enough */
export function createNameReader(
  session: Pick<DebuggerSession, 'sourceOf'>,
  breathe: () => Promise<void>,
): NameReader {
  const remembered = new Map<string, NamesAt>();

  function keep(place: Place, script: Script, syntax: SyntaxAt | null): NamesAt | null {
    if (syntax === null) return null;
    // A CommonJS module has a file and is a function; the `var`s of another classic script are the global object's.
    const ownsTopLevel = script.isModule || script.url.startsWith('file:');
    const names = namesAt(syntax, script.length, ownsTopLevel, place.isReturn);
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(keyOf(place), names);
    return names;
  }

  const keyOf = ({ scriptId, line, column }: Place): string => `${scriptId}:${line}:${column}`;

  return {
    async read(script, place) {
      const known = remembered.get(keyOf(place));
      if (known !== undefined) return known;
      if (script.length > MAX_SOURCE_LENGTH) return null;
      const source = session.sourceOf(script.id);
      return keep(
        place,
        script,
        await parseAround(source, script.isModule, nodeOffset(source, script, place), breathe),
      );
    },
    readAtOnce(script, place) {
      const known = remembered.get(keyOf(place));
      if (known !== undefined) return known;
      if (script.length > MAX_AT_ONCE_LENGTH) return null;
      const source = session.sourceOf(script.id);
      return keep(
        place,
        script,
        parseAroundAtOnce(source, script.isModule, nodeOffset(source, script, place)),
      );
    },
  };
}
