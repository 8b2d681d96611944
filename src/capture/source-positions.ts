import { open } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { dirname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { StackFrame } from '../protocol/snapshot.ts';
import { isRecord, readString, readStrings } from '../protocol/json.ts';
import { originOfFile } from '../protocol/code-origin.ts';

/** Finds the original positions of generated code. Works off the caller's path, with a bounded cache. */
export interface SourcePositions {
  /** The frames with original files, lines and columns where a source map says so; the others as they are. Never rejects. */
  resolve(frames: readonly StackFrame[]): Promise<readonly StackFrame[]>;
}

const MAX_CACHED_FILES = 100;
const MAX_MAP_BYTES = 16 * 1024 * 1024;
/** Node decodes all mappings at once: 1 MB of them holds the process for 60 ms and takes 40 MB of heap. */
const MAX_MAPPINGS_CHARS = 512 * 1024;
/** The comment stands in the last line; an inline map may fill megabytes of it. */
const TAIL_BYTES = 4_096;
const MAPPING_URL = /\/\/[#@] ?sourceMappingURL=([^\s'"]+)\s*$/;
const INLINE_PREFIX = /^data:application\/json;(?:charset=[^;,]+;)?base64,/;

/** A resolver with an empty cache. A file is read once; a file without a map is remembered as such. */
export function createSourcePositions(): SourcePositions {
  const maps = new Map<string, Promise<SourceMap | null>>();

  function findMap(filePath: string): Promise<SourceMap | null> {
    const known = maps.get(filePath);
    if (known !== undefined) return known;
    if (maps.size >= MAX_CACHED_FILES) maps.delete(maps.keys().next().value ?? '');
    const loading = loadSourceMap(filePath).catch(() => null);
    maps.set(filePath, loading);
    return loading;
  }

  async function resolveFrame(frame: StackFrame): Promise<StackFrame> {
    // Type stripping keeps every position, so a .ts file that runs needs no map.
    if (frame.origin !== 'application' || !isAbsolute(frame.filePath)) return frame;
    const map = await findMap(frame.filePath);
    try {
      return map === null ? frame : originOf(frame, map);
    } catch {
      // A map is text that some tool wrote: a source in it may be no path at all.
      return frame;
    }
  }

  return {
    resolve: (frames) => Promise.all(frames.map(resolveFrame)),
  };
}

function originOf(frame: StackFrame, map: SourceMap): StackFrame {
  const entry = map.findOrigin(frame.lineNumber, frame.columnNumber);
  if (!('fileName' in entry) || !entry.fileName) return frame;
  const filePath = toSourcePath(entry.fileName, frame.filePath);
  return {
    ...frame,
    filePath,
    lineNumber: entry.lineNumber,
    columnNumber: entry.columnNumber,
    origin: originOfFile(filePath),
  };
}

async function loadSourceMap(filePath: string): Promise<SourceMap | null> {
  const url = await readMappingUrl(filePath);
  if (url === null) return null;
  const text = INLINE_PREFIX.test(url)
    ? Buffer.from(url.replace(INLINE_PREFIX, ''), 'base64').toString('utf8')
    : await readBounded(resolve(dirname(filePath), decodeURIComponent(url)));
  if (text === null) return null;
  const payload: unknown = JSON.parse(text);
  if (!isRecord(payload) || payload['version'] !== 3 || typeof payload['mappings'] !== 'string') return null;
  if (payload['mappings'].length > MAX_MAPPINGS_CHARS) return null;
  return new SourceMap({
    file: readString(payload['file'], ''),
    version: 3,
    // By place: a source without a name is null, and leaving it out would give all that follow another one's name.
    sources: Array.isArray(payload['sources']) ? payload['sources'].map((name) => readString(name, '')) : [],
    sourcesContent: [],
    names: readStrings(payload['names']),
    mappings: payload['mappings'],
    sourceRoot: readString(payload['sourceRoot'], ''),
  });
}

async function readMappingUrl(filePath: string): Promise<string | null> {
  const file = await open(filePath, 'r');
  try {
    const { size } = await file.stat();
    if (size === 0 || size > MAX_MAP_BYTES) return null;
    const length = Math.min(size, TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const match = MAPPING_URL.exec(buffer.toString('utf8', 0, bytesRead));
    if (match?.[1] !== undefined) return match[1];
    // An inline map is longer than the tail: then its comment starts further up.
    const whole = await file.read(Buffer.alloc(size), 0, size, 0);
    const text = whole.buffer.toString('utf8', 0, whole.bytesRead);
    const start = text.lastIndexOf('//# sourceMappingURL=data:');
    return start === -1 ? null : (MAPPING_URL.exec(text.slice(start))?.[1] ?? null);
  } finally {
    await file.close();
  }
}

async function readBounded(path: string): Promise<string | null> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    return size > MAX_MAP_BYTES ? null : await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function toSourcePath(source: string, generatedPath: string): string {
  if (source.startsWith('file://')) return fileURLToPath(source);
  if (isAbsolute(source)) return source;
  if (/^[a-z][a-z0-9+.-]*:/i.test(source)) return source;
  return fileURLToPath(new URL(source, pathToFileURL(generatedPath)));
}
