import type { ScriptSourceMaps } from '../capture/script-source-maps.ts';
import { MAX_SOURCE_FRAMES, MAX_SOURCE_LINE_LENGTH, SOURCE_LINES_AROUND } from '../protocol/frame-source.ts';
import type { FrameSource } from '../protocol/frame-source.ts';
import type { StackFrame } from '../protocol/snapshot.ts';
import type { ApplicationFiles } from './application-files.ts';

/** The source around frames, for snapshots. */
export interface FrameSources {
  /**
   * The lines around the closest frames of the application, scrubbed. A frame whose source is not there, or is not what runs, is
   * left out. Never rejects.
   * @param generated the same stack before source maps
   */
  around(frames: readonly StackFrame[], generated: readonly StackFrame[]): Promise<readonly FrameSource[]>;
}

/** Files whose lines are kept, and characters of all of them. */
const MAX_FILES = 32;
const MAX_CHARACTERS = 4 * 1024 * 1024;
/** Places whose lines are kept as they leave. */
const MAX_PLACES = 256;
/** What the scrubber sees above and below: a secret may begin before the first line that is shown. */
const SEEN_LINES = 80;
const SEEN_CHARACTERS = 8 * 1024;
/** Generated files of a stack whose maps are asked for an original. */
const MAX_GENERATED = 4;
/** No `data:` URL: the map is looked for in the file. */
const IN_FILE = 'file';

/** Nothing is read yet. */
export function createFrameSources(deps: {
  readonly files: Pick<ApplicationFiles, 'includes' | 'read'>;
  readonly sourceMaps: Pick<ScriptSourceMaps, 'readContent'>;
  readonly scrubLines: (text: string) => { readonly text: string };
  readonly startedAtMs: number;
}): FrameSources {
  /** What runs does not change, so neither do its lines. Null: there are none to show. */
  const texts = new Map<string, readonly string[] | null>();
  const places = new Map<string, Omit<FrameSource, 'frame'>>();
  let characters = 0;

  async function readText(path: string, generated: readonly StackFrame[]): Promise<string | null> {
    if (!deps.files.includes(path)) return null;
    const content = await readContent(path, generated);
    if (content !== null) return content;
    const onDisk = await deps.files.read(path);
    return onDisk !== null && onDisk.changedAtMs <= deps.startedAtMs ? onDisk.text : null;
  }

  /** The text that was compiled: the file may have been edited between that and the start of the process. */
  async function readContent(path: string, generated: readonly StackFrame[]): Promise<string | null> {
    const compiled = generated
      .filter(({ origin }) => origin === 'application')
      .map(({ filePath }) => filePath);
    if (compiled.includes(path)) return null;
    for (const file of [...new Set(compiled)].slice(0, MAX_GENERATED)) {
      const content = await deps.sourceMaps.readContent(file, IN_FILE, path);
      if (content !== null) return content;
    }
    return null;
  }

  async function readLines(
    path: string,
    generated: readonly StackFrame[],
  ): Promise<readonly string[] | null> {
    const known = texts.get(path);
    if (known !== undefined) return known;
    const text = await readText(path, generated);
    const lines = text?.split('\n') ?? null;
    characters += text?.length ?? 0;
    if (texts.size >= MAX_FILES || characters > MAX_CHARACTERS) {
      texts.clear();
      characters = text?.length ?? 0;
    }
    texts.set(path, lines);
    return lines;
  }

  async function readPlace(
    { filePath, lineNumber }: StackFrame,
    generated: readonly StackFrame[],
  ): Promise<Omit<FrameSource, 'frame'> | null> {
    const key = `${filePath}:${lineNumber}`;
    const known = places.get(key);
    if (known !== undefined) return known;
    const lines = await readLines(filePath, generated);
    if (lines === null || lineNumber < 1 || lineNumber > lines.length) return null;
    const place = cutAround(lines, lineNumber, deps.scrubLines);
    if (places.size >= MAX_PLACES) places.clear();
    places.set(key, place);
    return place;
  }

  return {
    async around(frames, generated) {
      const found: FrameSource[] = [];
      try {
        for (const [index, frame] of frames.entries()) {
          if (frame.origin !== 'application') continue;
          if (found.length >= MAX_SOURCE_FRAMES) break;
          const place = await readPlace(frame, generated);
          if (place !== null) found.push({ frame: index, ...place });
        }
      } catch {
        // A snapshot without some lines around it is better than none.
      }
      return found;
    },
  };
}

function cutAround(
  lines: readonly string[],
  lineNumber: number,
  scrubLines: (text: string) => { readonly text: string },
): Omit<FrameSource, 'frame'> {
  const first = Math.max(0, lineNumber - 1 - SOURCE_LINES_AROUND);
  const end = Math.min(lines.length, lineNumber + SOURCE_LINES_AROUND);
  const seenFrom = first - countLines(lines.slice(Math.max(0, first - SEEN_LINES), first).toReversed());
  const seenTo = end + countLines(lines.slice(end, end + SEEN_LINES));
  const seen = lines.slice(seenFrom, seenTo).map((line) => line.slice(0, SEEN_CHARACTERS));
  const scrubbed = scrubLines(seen.join('\n')).text.split('\n');
  return {
    startLine: first + 1,
    lines: scrubbed
      .slice(first - seenFrom, end - seenFrom)
      .map((line) => line.slice(0, MAX_SOURCE_LINE_LENGTH)),
  };
}

/** How many of these lines fit into what is looked at. */
function countLines(lines: readonly string[]): number {
  let characters = 0;
  const beyond = lines.findIndex((line) => (characters += line.length + 1) > SEEN_CHARACTERS);
  return beyond === -1 ? lines.length : beyond;
}
