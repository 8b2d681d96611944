import { readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join } from 'node:path';

/**
 * Writes a program without its types into this folder. Run from its source, Node's type stripper would be half of what
 * the process takes.
 * @param source a file that imports nothing of ours but types
 */
export function writePlainProgram(source: string, folder: string): string {
  const file = join(folder, basename(source).replace(/\.ts$/, '.js'));
  writeFileSync(file, stripTypeScriptTypes(readFileSync(source, 'utf8')));
  return file;
}
