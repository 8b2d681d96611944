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
