/** `eval at run (/app/rules.js:3:10), <anonymous>` in its parts; of nested evals the innermost place, the only one in a file. */
export interface EvalPlace {
  /** Up to the bracket in front of the file. */
  readonly head: string;
  /** A path or a `file:` URL. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** From the closing bracket on. */
  readonly tail: string;
}

const END = /:(\d+):(\d+)(\)+(?:, <anonymous>)?)$/;
const FILE = /^(?:file:\/\/|\/|[a-z]:[\\/]|\\\\)/i;

/** The parts of the name that V8 gives to evaluated code; null for other names, and when it was evaluated by no file. */
export function readEvalPlace(name: string): EvalPlace | null {
  const end = name.startsWith('eval at ') ? END.exec(name) : null;
  if (end === null) return null;
  // From behind: brackets may stand in names of functions and of folders.
  let open = name.lastIndexOf('(', end.index);
  while (open > 0 && !FILE.test(name.slice(open + 1, end.index))) open = name.lastIndexOf('(', open - 1);
  if (open <= 0) return null;
  return {
    head: name.slice(0, open + 1),
    file: name.slice(open + 1, end.index),
    line: Number(end[1]),
    column: Number(end[2]),
    tail: end[3] ?? '',
  };
}

/** The name again. */
export function formatEvalPlace({ head, file, line, column, tail }: EvalPlace): string {
  return `${head}${file}:${line}:${column}${tail}`;
}
