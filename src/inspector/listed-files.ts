import { createHash } from 'node:crypto';
import { isAbsolute } from 'node:path';
import type { ScriptSourceMaps } from '../capture/script-source-maps.ts';
import type { SourceKind } from '../protocol/source.ts';
import type { ApplicationFiles } from './application-files.ts';
import { toPath } from './file-match.ts';
import { newerOf } from './script.ts';
import type { Script } from './script.ts';

/** A file that is offered, and the script that runs of it. */
export interface ListedFile {
  readonly id: string;
  /** As it is called on this machine; scrubbed before it leaves. */
  readonly path: string;
  readonly kind: SourceKind;
  readonly scriptPath: string;
  /** Of the script, as V8 has it. Not the script: a list is kept, and the map that a loader wrote into one is megabytes. */
  readonly scriptUrl: string;
  readonly hash: string;
}

/** Maps that are read for one list. */
const MAX_MAPS = 500;
const ID_LENGTH = 22;

/**
 * The files of the application among the scripts that run, each path once, in the order of their names. Of one that was
 * loaded several times the newest counts.
 * @param isLate true when the rest of the source maps is to stay unread
 */
export async function listFiles(
  scripts: readonly Script[],
  deps: {
    readonly files: Pick<ApplicationFiles, 'includes'>;
    readonly sourceMaps: Pick<ScriptSourceMaps, 'read'>;
    readonly isOwnCode: (filePath: string) => boolean;
    readonly isLate: () => boolean;
  },
): Promise<ListedFile[]> {
  const newest = new Map<string, Script>();
  for (const script of scripts) {
    const path = toPath(script.url);
    if (!isAbsolute(path) || !deps.files.includes(path) || deps.isOwnCode(path)) continue;
    newest.set(path, newerOf(newest.get(path) ?? null, script));
  }
  const listed = new Map<string, ListedFile>();
  let maps = 0;
  for (const [scriptPath, script] of newest) {
    const isRead = script.sourceMapUrl !== '' && maps < MAX_MAPS && !deps.isLate();
    if (isRead) maps += 1;
    const map = isRead ? await deps.sourceMaps.read(scriptPath, script.sourceMapUrl) : null;
    const sources = map === null || map === 'stale' ? [] : map.sources;
    const originals = sources.filter((path) => deps.files.includes(path) && !deps.isOwnCode(path));
    const add = (path: string, kind: SourceKind): void =>
      void listed.set(path, {
        id: fileIdOf(path),
        path,
        kind,
        scriptPath,
        scriptUrl: script.url,
        hash: script.hash,
      });
    for (const path of originals) add(path, 'original');
    // A loader compiles a file under its own name: then the original is what people know.
    if (!originals.includes(scriptPath) && !listed.has(scriptPath)) {
      add(scriptPath, sources.length > 0 ? 'compiled' : 'loaded');
    }
  }
  return [...listed.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** The same for the same path, in every process; nobody can make a path of it. */
function fileIdOf(path: string): string {
  return createHash('sha256').update(path).digest('base64url').slice(0, ID_LENGTH);
}
