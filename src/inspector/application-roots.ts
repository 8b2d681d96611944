import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folders above the main file that are searched for its package. */
const MAX_LEVELS = 20;

/** Folders of the application, by which its files are told from those of other machines: where it runs, and its package. */
export function applicationRoots(workingFolder: string, mainFile: string | undefined): string[] {
  const packageFolder = mainFile === undefined ? null : findPackage(dirname(mainFile));
  return [...new Set(packageFolder === null ? [workingFolder] : [packageFolder, workingFolder])];
}

function findPackage(folder: string): string | null {
  let current = folder;
  for (let level = 0; level < MAX_LEVELS; level++) {
    if (existsSync(join(current, 'package.json'))) return current;
    const parent = dirname(current);
    if (parent === current) return null;
    current = parent;
  }
  return null;
}
