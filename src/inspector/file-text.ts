import type { ScriptSourceMaps } from '../capture/script-source-maps.ts';
import type { ApplicationFiles, FileText } from './application-files.ts';
import type { ListedFile } from './listed-files.ts';
import type { Script } from './script.ts';

/** The text of a file that is shown. */
export interface ShownText {
  readonly text: string;
  /** It is that of a file that changed after the process had started. */
  readonly isStale: boolean;
}

/** Node writes the name of a file behind what it stripped. */
const SOURCE_URL = /\n\n\/\/# sourceURL=[^\n]*$/;
const TYPESCRIPT = /\.[cm]?tsx?$/i;

/**
 * The text that people know of a file: what runs, and in its stead the original that it was made of. Null when there is none.
 * @param running the script of the file, and the text that V8 runs
 */
export async function readShownText(
  file: ListedFile,
  running: { readonly script: Script; readonly text: string },
  deps: {
    readonly files: Pick<ApplicationFiles, 'read'>;
    readonly sourceMaps: Pick<ScriptSourceMaps, 'readContent'>;
    readonly startedAtMs: number;
  },
): Promise<ShownText | null> {
  if (file.kind === 'original') {
    const { scriptPath, path } = file;
    const content = await deps.sourceMaps.readContent(scriptPath, running.script.sourceMapUrl, path);
    if (content !== null) return { text: content, isStale: false };
    const onDisk = await deps.files.read(path);
    return onDisk === null ? null : { text: onDisk.text, isStale: onDisk.changedAtMs > deps.startedAtMs };
  }
  if (TYPESCRIPT.test(file.path)) {
    const original = await deps.files.read(file.path);
    if (original !== null && isStrippedFrom(running.text, original, deps.startedAtMs)) {
      return { text: original.text, isStale: false };
    }
  }
  return { text: running.text, isStale: false };
}

/** Node puts spaces in place of types, so that every line stays where it is. */
function isStrippedFrom(running: string, original: FileText, startedAtMs: number): boolean {
  const withoutName = running.replace(SOURCE_URL, '');
  return original.changedAtMs <= startedAtMs && countLines(withoutName) === countLines(original.text);
}

function countLines(text: string): number {
  return text.split('\n').length;
}
