import { posix, win32 } from 'node:path';
import { fileURLToPath } from 'node:url';

/** With a drive or a host: written on Windows, wherever it is read. */
const WINDOWS_URL = /^file:\/\/(?:\/[a-z]:|(?!localhost\/)[^/])/i;
const WINDOWS_PATH = /^(?:[a-z]:[\\/]|\\\\)/i;
const URL_SCHEME = /^[a-z][a-z0-9+.-]+:/i;

/**
 * The path of a `file:` URL, as on the system that the URL names; any other name as it is. The query of a module that was
 * imported with one is left out: it is no part of the file.
 */
export function toFilePath(name: string): string {
  if (!name.startsWith('file://')) return name;
  try {
    return fileURLToPath(name, { windows: WINDOWS_URL.test(name) });
  } catch {
    return name;
  }
}

/**
 * Where a source map says that a source is, seen from the file that the map belongs to: a path, or the URL as it is
 * (`webpack://shop/./src/order.ts`). The text is not decoded: most tools write plain paths.
 */
export function resolveSource(source: string, sourceRoot: string, mapPath: string): string {
  const whole =
    sourceRoot === '' || isComplete(source) ? source : `${sourceRoot.replace(/\/$/, '')}/${source}`;
  if (whole.startsWith('file://')) return toFilePath(whole);
  if (isComplete(whole) && !isPath(whole)) return whole;
  const { dirname, resolve } = WINDOWS_PATH.test(mapPath) || WINDOWS_PATH.test(whole) ? win32 : posix;
  return resolve(dirname(mapPath), whole);
}

function isComplete(name: string): boolean {
  return isPath(name) || URL_SCHEME.test(name);
}

function isPath(name: string): boolean {
  return name.startsWith('/') || WINDOWS_PATH.test(name);
}
