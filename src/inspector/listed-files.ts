import { createHash } from 'node:crypto';
import { isAbsolute } from 'node:path';
import type { ScriptSourceMap, ScriptSourceMaps } from '../capture/script-source-maps.ts';
import { MAX_LISTED_FILES } from '../protocol/source.ts';
import type { SourceKind } from '../protocol/source.ts';
import type { ApplicationFiles } from './application-files.ts';
import { toPath } from './file-match.ts';
import { firstNames } from './first-names.ts';
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

/** The files of a process, as far as they are told. */
export interface FileList {
  /** In the order of their names. */
  readonly files: readonly ListedFile[];
  /** Files beyond those. At least so many: of what comes after {@link MAX_PATHS} one is counted, as a sign that there is more. */
  readonly omittedFiles: number;
  /** Source maps that were not looked at: time was over, or they are too large. What they name is missing. */
  readonly unreadMaps: number;
}

/** Paths that are remembered while the list is made; of further ones it is only known that there are any. */
const MAX_PATHS = 100_000;
const ID_LENGTH = 22;
const NO_SOURCES: ReadonlySet<string> = new Set();

/**
 * The files of the application among the scripts that run, each path once. Of one that was loaded several times the newest
 * counts.
 * @param deps.isLate true when the rest of the source maps is to stay unread
 * @param deps.breathe gives way to the event loop when the turn has worked long enough
 */
export async function listFiles(
  scripts: readonly Script[],
  deps: {
    readonly files: Pick<ApplicationFiles, 'includes'>;
    readonly sourceMaps: Pick<ScriptSourceMaps, 'read'>;
    readonly isOwnCode: (filePath: string) => boolean;
    readonly isLate: () => boolean;
    readonly breathe: () => Promise<void>;
  },
): Promise<FileList> {
  const found = new Map<string, Omit<ListedFile, 'id' | 'path'>>();
  let unreadMaps = 0;
  let isBeyond = false;
  for (const [scriptPath, script] of await newestScripts(scripts, deps)) {
    const { url: scriptUrl, hash, sourceMapUrl } = script;
    const add = (path: string, kind: SourceKind): void => {
      if (found.size < MAX_PATHS || found.has(path)) found.set(path, { kind, scriptPath, scriptUrl, hash });
      else isBeyond = true;
    };
    const map = sourceMapUrl === '' ? null : await readMap(scriptPath, script, deps);
    if (map === 'unread' || map === 'too_large') unreadMaps += 1;
    const sources = map === null || typeof map === 'string' ? NO_SOURCES : map.sources;
    let isItsOwn = false;
    for (const path of sources) {
      await deps.breathe();
      if (!deps.files.includes(path) || deps.isOwnCode(path)) continue;
      add(path, 'original');
      isItsOwn ||= path === scriptPath;
    }
    // A loader compiles a file under its own name: then the original is what people know.
    if (!isItsOwn && !found.has(scriptPath)) add(scriptPath, sources.size > 0 ? 'compiled' : 'loaded');
  }
  const paths = await firstNames(found.keys(), MAX_LISTED_FILES, deps.breathe);
  const files: ListedFile[] = [];
  for (const path of paths) {
    const file = found.get(path);
    if (file !== undefined) files.push({ id: fileIdOf(path), path, ...file });
    await deps.breathe();
  }
  return { files, omittedFiles: found.size - files.length + (isBeyond ? 1 : 0), unreadMaps };
}

async function newestScripts(
  scripts: readonly Script[],
  deps: Pick<Parameters<typeof listFiles>[1], 'files' | 'isOwnCode' | 'breathe'>,
): Promise<ReadonlyMap<string, Script>> {
  const newest = new Map<string, Script>();
  for (const script of scripts) {
    await deps.breathe();
    const path = toPath(script.url);
    if (!isAbsolute(path) || !deps.files.includes(path) || deps.isOwnCode(path)) continue;
    newest.set(path, newerOf(newest.get(path) ?? null, script));
  }
  return newest;
}

async function readMap(
  scriptPath: string,
  { sourceMapUrl }: Script,
  { sourceMaps, isLate }: Pick<Parameters<typeof listFiles>[1], 'sourceMaps' | 'isLate'>,
): Promise<ScriptSourceMap | 'unread'> {
  return isLate() ? 'unread' : sourceMaps.read(scriptPath, sourceMapUrl);
}

/** The same for the same path, in every process; nobody can make a path of it. */
function fileIdOf(path: string): string {
  return createHash('sha256').update(path).digest('base64url').slice(0, ID_LENGTH);
}
