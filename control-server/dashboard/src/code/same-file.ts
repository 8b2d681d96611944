/**
 * Whether the path of a breakpoint means this file, as agents understand it: the file's path ends with all of the
 * breakpoint's, or the breakpoint's with all of the file's below the application's folder.
 */
export function meansFile(breakpointPath: string, filePath: string, root: string): boolean {
  if (breakpointPath === '') return false;
  if (breakpointPath === filePath) return true;
  const ignoresCase = /^[a-z]:[\\/]/i.test(breakpointPath) || /^[a-z]:[\\/]/i.test(filePath);
  const wanted = segmentsOf(breakpointPath, ignoresCase);
  const own = segmentsOf(filePath, ignoresCase);
  const below = own.slice(segmentsOf(root, ignoresCase).length);
  return endsWith(own, wanted) || (below.length > 1 && endsWith(wanted, below));
}

/**
 * How many of these breakpoints mean each file. A breakpoint has its file's name at least, so the files of other names are
 * not compared: there are thousands of both, and they are counted anew with each change.
 */
export function countInFiles(
  breakpointPaths: readonly string[],
  filePaths: readonly string[],
  root: string,
): ReadonlyMap<string, number> {
  const byName = Map.groupBy(breakpointPaths, nameOf);
  return new Map(
    filePaths.map((path) => [
      path,
      (byName.get(nameOf(path)) ?? []).filter((wanted) => meansFile(wanted, path, root)).length,
    ]),
  );
}

/** The last segment of a path, in small letters: those of Windows have no case. */
function nameOf(path: string): string {
  return segmentsOf(path, true).at(-1) ?? '';
}

function segmentsOf(path: string, ignoresCase: boolean): string[] {
  const plain = path.replace(/^[a-z][a-z0-9+.-]+:\/+/i, '/');
  return (ignoresCase ? plain.toLowerCase() : plain)
    .split(/[\\/]/)
    .filter((name) => name !== '' && name !== '.');
}

function endsWith(segments: readonly string[], end: readonly string[]): boolean {
  const from = segments.length - end.length;
  return end.length > 0 && from >= 0 && end.every((name, index) => segments[from + index] === name);
}
