import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRecord, readText } from './protocol/json.ts';

/** Folders looked at on the way up from the program's entry file. */
const MAX_LEVELS = 20;

/** The `name` in the package.json nearest to the program's entry file, or null. */
export function readPackageName(entryFile: string | undefined): string | null {
  if (entryFile === undefined) return null;
  let folder = dirname(entryFile);
  for (let level = 0; level < MAX_LEVELS; level++) {
    const name = readName(join(folder, 'package.json'));
    if (name !== null) return name;
    const parent = dirname(folder);
    if (parent === folder) return null;
    folder = parent;
  }
  return null;
}

function readName(file: string): string | null {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isRecord(content) ? readText(content['name'], null) : null;
  } catch {
    return null;
  }
}
