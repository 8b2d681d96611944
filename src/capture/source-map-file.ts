import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { toFilePath } from './file-path.ts';
import { createSourceMapIndex } from './source-map.ts';
import type { SourceMapIndex } from './source-map.ts';
import type { TurnBudget } from './turn-budget.ts';
import { createSourceMapTextReader } from './source-map-text.ts';
import type { ContentPlace, SourceMapText } from './source-map-text.ts';

/** Where the comment of a generated file points to: another file, or a part of the file itself. */
type MapPlace =
  | { readonly kind: 'file'; readonly url: string }
  | { readonly kind: 'inline'; readonly start: number; readonly end: number };

/** Generated files and maps beyond it are left alone. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;
/** A read costs the thread about 30 µs. A multiple of the step. */
const CHUNK_BYTES = 256 * 1024;
/** Worked through before the clock is asked again. A multiple of 4, for base64. */
const STEP_BYTES = 4 * 1024;
/** The comment stands in the last lines; an inline map may fill megabytes of one. */
const TAIL_BYTES = 4_096;
/** Not `\s`: in a text of bytes it takes the second half of an `à` for a space. */
const COMMENT = /\/\/[#@] ?sourceMappingURL=([^ \t\r\n'"]+)[ \t\r]*$/;
const INLINE_START = 'sourceMappingURL=data:';
const INLINE_HEAD = /^sourceMappingURL=data:(?:application|text)\/json;(?:charset=[^;,]+;)?base64,/;
const BASE64_ONLY = /^[A-Za-z0-9+/=]*$/;

/**
 * Reads the source map of a generated file, piece by piece. Only regular files are ever opened.
 * @param isTrusted says whether a file is still the one that the process loaded, by the time of its last change
 * @returns null when there is none that can be used, `too_large` when it is not used for that. Rejects when a file cannot be
 * read
 */
export async function readSourceMap(
  filePath: string,
  isTrusted: (changedAtMs: number) => boolean,
  budget: TurnBudget,
): Promise<SourceMapIndex | 'too_large' | null> {
  const read = await readMapText(filePath, isTrusted, budget, null);
  return read === null || read === 'too_large' ? read : createSourceMapIndex(read.text, read.mapPath, budget);
}

/** The text of an original that the map of a generated file carries, read in the same way; null when it carries none. */
export async function readSourceContent(
  filePath: string,
  isTrusted: (changedAtMs: number) => boolean,
  budget: TurnBudget,
  wanted: ContentPlace,
): Promise<string | null> {
  const read = await readMapText(filePath, isTrusted, budget, wanted);
  return read === null || read === 'too_large' ? null : read.text.content;
}

/** What was read of a map, and the file that names in it are relative to. */
interface MapText {
  readonly text: SourceMapText;
  readonly mapPath: string;
}

async function readMapText(
  filePath: string,
  isTrusted: (changedAtMs: number) => boolean,
  budget: TurnBudget,
  wanted: ContentPlace | null,
): Promise<MapText | 'too_large' | null> {
  const file = await openRegular(filePath, isTrusted);
  if (file === null || file === 'too_large') return file;
  let place: MapPlace | null;
  try {
    place = await findMap(file);
    if (place?.kind === 'inline')
      return await readText(file, place.start, place.end, filePath, fromBase64, budget, wanted);
  } finally {
    await file.close();
  }
  return place === null ? null : readMapFile(mapPaths(place.url, filePath), isTrusted, budget, wanted);
}

/** The first of these files that there is. */
async function readMapFile(
  paths: readonly string[],
  isTrusted: (changedAtMs: number) => boolean,
  budget: TurnBudget,
  wanted: ContentPlace | null,
): Promise<MapText | 'too_large' | null> {
  for (const path of paths) {
    const file = await openRegular(path, isTrusted);
    if (file === 'too_large') return file;
    if (file === null) continue;
    try {
      return await readText(file, 0, (await file.stat()).size, path, (chunk) => chunk, budget, wanted);
    } finally {
      await file.close();
    }
  }
  return null;
}

async function readText(
  file: FileHandle,
  start: number,
  end: number,
  mapPath: string,
  decode: (chunk: Buffer) => Buffer,
  budget: TurnBudget,
  wanted: ContentPlace | null,
): Promise<MapText | 'too_large' | null> {
  const reader = createSourceMapTextReader(wanted);
  const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - start));
  for (let at = start; at < end;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - at), at);
    if (bytesRead === 0) break;
    budget.renew();
    for (let step = 0; step < bytesRead; step += STEP_BYTES) {
      reader.push(decode(buffer.subarray(step, Math.min(step + STEP_BYTES, bytesRead))));
      if (budget.isSpent()) await budget.nextTurn();
    }
    at += bytesRead;
  }
  const text = reader.end();
  return text === null || text === 'too_large' ? text : { text, mapPath };
}

/** A piece of a multiple of 4 characters. */
function fromBase64(chunk: Buffer): Buffer {
  return Buffer.from(chunk.toString('latin1'), 'base64');
}

/** A comment holds a URL; tools that write the bare name of a file with `%` or `#` in it are common all the same. */
function mapPaths(url: string, filePath: string): string[] {
  if (/^(?!file:)[a-z][a-z0-9+.-]+:/i.test(url)) return [];
  const base = pathToFileURL(filePath).href;
  const asUrl = URL.canParse(url, base) ? toFilePath(new URL(url, base).href) : filePath;
  // Windows would ask the host that a map names for it, with the user's credentials.
  const isElsewhere = (path: string): boolean => path.startsWith('\\\\') && !filePath.startsWith('\\\\');
  return [...new Set([asUrl, resolve(dirname(filePath), url)])].filter(
    (path) => path !== filePath && !isElsewhere(path),
  );
}

/** Asks before it opens: opening a FIFO would wait for a writer, or wake one up. */
async function openRegular(
  path: string,
  isTrusted: (changedAtMs: number) => boolean,
): Promise<FileHandle | 'too_large' | null> {
  const isUsable = ({ isFile, size, mtimeMs }: { isFile: boolean; size: number; mtimeMs: number }): boolean =>
    isFile && size > 0 && size <= MAX_FILE_BYTES && isTrusted(mtimeMs);
  const before = await stat(path).catch(() => null);
  if (before !== null && before.isFile() && before.size > MAX_FILE_BYTES) return 'too_large';
  if (before === null || !isUsable({ isFile: before.isFile(), size: before.size, mtimeMs: before.mtimeMs }))
    return null;
  // Windows has no such flag, and no FIFOs in its file system.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const opened = await file.stat();
  if (isUsable({ isFile: opened.isFile(), size: opened.size, mtimeMs: opened.mtimeMs })) return file;
  await file.close();
  return null;
}

/** The last line that is neither blank nor another comment; as in V8, other comments may follow. */
async function findMap(file: FileHandle): Promise<MapPlace | null> {
  const { size } = await file.stat();
  const tailStart = Math.max(0, size - TAIL_BYTES);
  const tail = Buffer.alloc(size - tailStart);
  await file.read(tail, 0, tail.length, tailStart);
  const text = tail.toString('latin1');
  let end = text.length;
  let start = lineStart(text, end);
  while (start > 0 && isSkippable(text.slice(start, end))) {
    end = start - 1;
    start = lineStart(text, end);
  }
  const line = text.slice(start, end).replace(/[ \t\r]+$/, '');
  const url = COMMENT.exec(line)?.[1];
  if (url !== undefined && !url.startsWith('data:')) {
    return { kind: 'file', url: Buffer.from(url, 'latin1').toString('utf8') };
  }
  const mapEnd = tailStart + start + line.length;
  const head = url === undefined ? -1 : tailStart + start + line.lastIndexOf(INLINE_START);
  if (head !== -1) return inlineMap(file, head, mapEnd);
  if (start > 0 || !BASE64_ONLY.test(line)) return null;
  return inlineMap(file, await findInlineHead(file, tailStart), mapEnd);
}

function lineStart(text: string, end: number): number {
  return text.lastIndexOf('\n', end - 1) + 1;
}

function isSkippable(line: string): boolean {
  const trimmed = line.trim();
  return trimmed === '' || (trimmed.startsWith('//') && !COMMENT.test(trimmed));
}

/** Where the comment begins whose line fills the tail, or -1. */
async function findInlineHead(file: FileHandle, tailStart: number): Promise<number> {
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES + INLINE_START.length);
  for (let end = tailStart; end > 0; end -= CHUNK_BYTES) {
    const start = Math.max(0, end - CHUNK_BYTES);
    // Reaches into the former piece: the comment may begin at the end of this one.
    const { bytesRead } = await file.read(buffer, 0, end - start + INLINE_START.length, start);
    const piece = buffer.subarray(0, bytesRead);
    const at = piece.lastIndexOf(INLINE_START);
    if (at !== -1) return start + at;
    if (piece.includes(0x0a)) return -1;
  }
  return -1;
}

async function inlineMap(file: FileHandle, head: number, end: number): Promise<MapPlace | null> {
  if (head === -1) return null;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(128), 0, 128, head);
  const found = INLINE_HEAD.exec(buffer.toString('latin1', 0, bytesRead));
  return found === null ? null : { kind: 'inline', start: head + found[0].length, end };
}
