import { fileURLToPath } from 'node:url';

/** What a search by path came to: the only file that fits best, several that fit alike, or none. */
export type FileMatch<T> =
  | { readonly kind: 'one'; readonly file: T }
  | { readonly kind: 'several'; readonly files: readonly T[] }
  | { readonly kind: 'none' };

/**
 * The file that a person means by a path, by the segments from its name upwards. A file fits
 * - when its path ends with all of the given one: `order.ts`, `src/order.ts`, the whole path;
 * - when the given path ends with all of the file's path within the application: `/home/me/shop/src/order.ts` is
 *   `/app/src/order.ts` where `/app` is the application's folder, also written as `C:\shop\src\order.ts`.
 * Of several that fit, those with the most equal segments count. Equal names in other folders never fit.
 * @param roots folders of the application; of a file in none of them, two segments have to be equal
 */
export function matchFile<T>(
  wanted: string,
  files: Iterable<T>,
  nameOf: (file: T) => string,
  roots: readonly string[],
): FileMatch<T> {
  const segments = segmentsOf(wanted);
  const rootLengths = roots.map((root) => segmentsOf(root));
  let most = 0;
  let best: T[] = [];
  for (const file of files) {
    const name = nameOf(file);
    const own = segmentsOf(name);
    const common = commonEnd(segments, own, isWindowsPath(wanted) || isWindowsPath(name));
    if (common === 0 || common < most) continue;
    if (common < segments.length && common < ownLength(name, own, rootLengths)) continue;
    if (common > most) best = [];
    most = common;
    best.push(file);
  }
  const [only] = best;
  if (only === undefined) return { kind: 'none' };
  return best.length === 1 ? { kind: 'one', file: only } : { kind: 'several', files: best };
}

/** The last segment of a path: the name of the file. */
export function fileNameOf(path: string): string {
  return segmentsOf(path).at(-1) ?? '';
}

/** The path of a file without what comes after `?` in the URL of a module. */
export function toPath(name: string): string {
  if (!name.startsWith('file://')) return name;
  try {
    return fileURLToPath(name, { windows: /^file:\/\/(?:\/[a-z]:|(?!localhost\/)[^/])/i.test(name) });
  } catch {
    return name;
  }
}

const SCHEME = /^[a-z][a-z0-9+.-]+:\/+/i;

function isWindowsPath(name: string): boolean {
  return /^(?:[a-z]:[\\/]|\\\\)/i.test(name) || (name.includes('\\') && !name.includes('/'));
}

/** Without `.` and `..`; of a source like `webpack://shop/./src/order.ts` with the name that stands for a host. */
function segmentsOf(name: string): string[] {
  const path = toPath(name);
  const plain = isWindowsPath(path) ? path.replaceAll('\\', '/') : path.replace(SCHEME, '/');
  const segments: string[] = [];
  for (const segment of plain.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments;
}

function commonEnd(one: readonly string[], other: readonly string[], ignoresCase: boolean): number {
  const most = Math.min(one.length, other.length);
  const isEqual = (a = '', b = ''): boolean =>
    a === b || (ignoresCase && a.toLowerCase() === b.toLowerCase());
  let common = 0;
  while (common < most && isEqual(one.at(-1 - common), other.at(-1 - common))) common += 1;
  return common;
}

/** Segments of a file's path within the application, or 2 when it lies elsewhere. */
function ownLength(name: string, own: readonly string[], roots: readonly (readonly string[])[]): number {
  // What stands for a host names a package, which is the application's root.
  if (SCHEME.test(name) && !name.startsWith('file:')) return Math.max(1, own.length - 1);
  const root = roots
    .filter((segments) => segments.every((segment, index) => own[index] === segment))
    .toSorted((a, b) => a.length - b.length)[0];
  return root === undefined ? 2 : own.length - root.length;
}
