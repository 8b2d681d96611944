import { open, realpath } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, isAbsolute, parse, sep } from 'node:path';
import { originOfFile } from '../protocol/code-origin.ts';

/** Which files are the application's, and the text of one of them as it is on disk. */
export interface ApplicationFiles {
  /**
   * True for a path within the folders of the application, by its name alone: no dotfile, nothing in a folder whose name
   * begins with a dot, and no dependency.
   */
  includes(path: string): boolean;
  /**
   * The text of a source file of the application. Null for every other file: also for one that is a link out of it, that is
   * no regular file, too large, or not named like source. Never rejects.
   */
  read(path: string): Promise<FileText | null>;
}

/** What stands in a file. */
export interface FileText {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly changedAtMs: number;
}

/** What compilers take; a source map may name anything. */
const SOURCE_NAME = /\.(?:[cm]?[jt]s|[jt]sx|vue|svelte|astro|coffee|mdx?|civet)$/i;
const SCHEME = /^[a-z][a-z0-9+.-]+:\/\//i;

/**
 * @param roots folders of the application, links in them resolved
 * @param maxBytes of a file that is read
 */
export function createApplicationFiles(roots: readonly string[], maxBytes: number): ApplicationFiles {
  function includes(path: string): boolean {
    // Also of a program that is started from a dependency, as frameworks are: its package is no folder of the application.
    if (originOfFile(path) !== 'application') return false;
    if (SCHEME.test(path)) return isPlain(path.replace(SCHEME, ''));
    return (
      isAbsolute(path) &&
      roots.map(withSeparator).some((folder) => path.startsWith(folder) && isPlain(path.slice(folder.length)))
    );
  }

  async function readReal(path: string): Promise<FileText | null> {
    // The name is that of the file itself, or a link would lead out of the application.
    if (!includes(path) || !SOURCE_NAME.test(path) || (await realpath(path)) !== path) return null;
    const file = await open(
      path,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
    try {
      const opened = await file.stat();
      if (!opened.isFile() || opened.size > maxBytes) return null;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(opened.size), 0, opened.size, 0);
      // A folder on the way may have become a link meanwhile.
      if ((await realpath(path)) !== path) return null;
      return { text: buffer.toString('utf8', 0, bytesRead), changedAtMs: opened.mtimeMs };
    } finally {
      await file.close();
    }
  }

  return {
    includes,
    read: (path) => readReal(path).catch(() => null),
  };
}

/**
 * The folders whose files are shown: a process that runs at the root of a disk has only its own program there.
 * @param roots as `applicationRoots` names them
 */
export async function shownRoots(roots: readonly string[], mainFile: string | undefined): Promise<string[]> {
  const within = roots.filter((root) => parse(root).root !== root);
  if (within.length === 0 && mainFile !== undefined) within.push(dirname(mainFile));
  const real = await Promise.all(within.map((root) => realpath(root).catch(() => root)));
  return [...new Set(real)].filter((root) => parse(root).root !== root);
}

function withSeparator(folder: string): string {
  return folder.endsWith(sep) ? folder : folder + sep;
}

/** `.` as a segment says nothing: `webpack://shop/./src/order.ts`. */
function isPlain(path: string): boolean {
  return path.split(/[\\/]/).every((segment) => segment === '.' || !segment.startsWith('.'));
}
