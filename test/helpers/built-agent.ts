import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** The agent as it is published. */
export interface BuiltAgent {
  readonly folder: string;
  remove(): void;
}

/** Builds the agent into a folder of its own. */
export function buildAgent(): BuiltAgent {
  // Inside of the repository, so that it finds its dependencies.
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.build-'));
  execFileSync(join(ROOT, 'node_modules', '.bin', 'vite'), ['build', '--outDir', folder], { cwd: ROOT });
  // The package says it too; unsaid, Node compiles every file once more to find out.
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
