/** A script that V8 runs, as its debugger describes it. */
export interface Script {
  readonly id: string;
  /** A `file:` URL, or the name that a program gave to code it compiled. */
  readonly url: string;
  readonly isModule: boolean;
  /** False for a script of a `vm` context, whose global is another one. */
  readonly isInMainContext: boolean;
  /** Where the source map is, as the script says it; the empty string for none. */
  readonly sourceMapUrl: string;
  /** SHA-256 of its source, in hex; the empty string from a V8 that names none. */
  readonly hash: string;
  /** Characters of its source. */
  readonly length: number;
  /** 0-based line and column of its first character: not 0 for code that a program cut out of a file. */
  readonly startLine: number;
  readonly startColumn: number;
  /** 0-based line of its last character. */
  readonly endLine: number;
}

/** A place in a script where V8 can stop, counted from 0. */
export interface Place {
  readonly scriptId: string;
  readonly line: number;
  readonly column: number;
  /** True at a return: there V8 shows the function's own names and none of the blocks in it. */
  readonly isReturn: boolean;
}

/** The same place, character for character. */
export function isSamePlace(one: Place, other: Place): boolean {
  return one.scriptId === other.scriptId && one.line === other.line && one.column === other.column;
}

/** The script that was loaded later. */
export function newerOf(one: Script | null, other: Script): Script {
  return one === null || Number(one.id) < Number(other.id) ? other : one;
}
