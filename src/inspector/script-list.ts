import { fileNameOf, matchFile, toPath } from './file-match.ts';
import type { Script } from './script.ts';

/** What a path names among the scripts that run. */
export type FoundScripts =
  | { readonly kind: 'found'; readonly filePath: string; readonly scripts: readonly Script[] }
  | { readonly kind: 'ambiguous'; readonly filePaths: readonly string[] }
  | { readonly kind: 'none' };

/** The scripts of the application that V8 knows of, by file. */
export interface ScriptList {
  add(script: Script): void;
  clear(): void;
  /** The scripts of the file that a person means by a path; of one that was loaded several times, the newest first. */
  find(wanted: string): FoundScripts;
  /** Every script, in the order in which they were added. */
  all(): Iterable<Script>;
}

/** One file, loaded again by a cache that was emptied, or under several queries. */
const MAX_VERSIONS = 4;
const MAX_CANDIDATES = 5;
/** A program may compile scripts without an end while the debugger is on. */
const MAX_SCRIPTS = 20_000;

/**
 * @param deps.roots folders of the application
 * @param deps.isOwn true for a file of the agent, where nothing is ever captured
 */
export function createScriptList(deps: {
  readonly roots: readonly string[];
  readonly isOwn: (filePath: string) => boolean;
}): ScriptList {
  /** By path. */
  const files = new Map<string, Script[]>();
  const all = new Map<string, Script>();

  function keep(script: Script, filePath: string): void {
    all.set(script.id, script);
    const versions = files.get(filePath);
    if (versions === undefined) files.set(filePath, [script]);
    else if (!versions.some(({ id }) => id === script.id)) versions.push(script);
  }

  return {
    add(script) {
      if (all.size >= MAX_SCRIPTS || script.url === '' || /^(?:node|wasm|stillframe):/.test(script.url))
        return;
      const filePath = toPath(script.url);
      if (!deps.isOwn(filePath)) keep(script, filePath);
    },
    clear() {
      files.clear();
      all.clear();
    },
    find(wanted) {
      const name = fileNameOf(wanted).toLowerCase();
      const named = [...files.keys()].filter((path) => path.toLowerCase().endsWith(name));
      const match = matchFile(wanted, named, (path) => path, deps.roots);
      if (match.kind === 'none') return match;
      if (match.kind === 'several') {
        return { kind: 'ambiguous', filePaths: match.files.slice(0, MAX_CANDIDATES) };
      }
      const versions = files.get(match.file) ?? [];
      return { kind: 'found', filePath: match.file, scripts: versions.toReversed().slice(0, MAX_VERSIONS) };
    },
    all: () => all.values(),
  };
}
