import { stat } from 'node:fs/promises';
import { findSourceMap } from 'node:module';
import { isAbsolute } from 'node:path';
import { originOfFile } from '../protocol/code-origin.ts';
import type { StackFrame } from '../protocol/snapshot.ts';
import { formatEvalPlace, readEvalPlace } from './eval-place.ts';
import { isOwnCode } from './own-code.ts';
import { readSourceMap } from './source-map-file.ts';
import { createSourceMapIndex } from './source-map.ts';
import type { SourceMapIndex } from './source-map.ts';
import { createTurnBudget } from './turn-budget.ts';
import type { TurnBudget } from './turn-budget.ts';

/** Finds the original positions of generated code, off the caller's path. */
export interface SourcePositions {
  /**
   * The frames with original files, lines and columns where a source map says so; the others as they are. The agent's
   * own, which a map may bring to light, are left out. Never rejects.
   *
   * Reads and decodes in pieces, at most about 1 ms in a turn, one request after the other. Only frames of the
   * application are looked up. A file that changed after the process had started is not what runs, so its map is not used:
   * such a frame keeps its generated position, unless Node itself holds the map that was loaded (`--enable-source-maps`).
   */
  resolve(frames: readonly StackFrame[]): Promise<readonly StackFrame[]>;
}

/** What is known of one generated file. */
interface KnownFile {
  /** Null: it has no map, or none that can be trusted. */
  readonly map: SourceMapIndex | null;
  readonly changedAtMs: number;
  checkedAtMs: number;
  /** Which look-up used it last, counted. */
  usedAt: number;
}

const MAX_FILES = 1_000;
const MAX_CACHED_BYTES = 32 * 1024 * 1024;
const NO_MAP_BYTES = 256;
/** A long work gives way to the event loop after so much of a turn. */
const MAX_TURN_MS = 1;
/** Decoded before the clock is asked again: some 10 µs. */
const STEP_BYTES = 2 * 1024;
/** How long a file is taken to be what it was. */
const RECHECK_MS = 10_000;
/** Node decodes the whole of a map that it loaded, in the host's turn: the maps of larger files are not asked for. */
const MAX_LOADED_FILE_BYTES = 64 * 1024;

/**
 * A resolver with an empty cache, bounded by bytes; what was not used for the longest time goes first.
 * @param startedAtMs when the process began to load files, in milliseconds since 1970
 */
export function createSourcePositions({
  startedAtMs = performance.timeOrigin,
  monotonicNow = () => performance.now(),
}: { readonly startedAtMs?: number; readonly monotonicNow?: () => number } = {}): SourcePositions {
  const files = new Map<string, KnownFile>();
  const budget = createTurnBudget(MAX_TURN_MS, monotonicNow);
  let cachedBytes = 0;
  let lookUps = 0;
  let last: Promise<unknown> = Promise.resolve();

  /** Of evaluated code, the place of the eval: what the position inside it counts from stays as it is. */
  async function resolveFrame(frame: StackFrame): Promise<StackFrame> {
    const evaluated = readEvalPlace(frame.filePath);
    if (evaluated === null) return resolvePlace(frame);
    const { file, line, column } = evaluated;
    const place = { ...frame, filePath: file, lineNumber: line, columnNumber: column };
    const found = await resolvePlace(place);
    if (found === place) return frame;
    const filePath = formatEvalPlace({
      ...evaluated,
      file: found.filePath,
      line: found.lineNumber,
      column: found.columnNumber,
    });
    return { ...frame, filePath, origin: originOfFile(filePath) };
  }

  async function resolvePlace(frame: StackFrame): Promise<StackFrame> {
    if (frame.origin !== 'application' || frame.lineNumber === 0 || !isAbsolute(frame.filePath)) return frame;
    const map = await findMap(frame.filePath).catch(() => null);
    if (map === null) return frame;
    while (!map.advance(frame.lineNumber, frame.columnNumber, STEP_BYTES)) {
      if (budget.isSpent()) await budget.nextTurn();
    }
    const place = map.find(frame.lineNumber, frame.columnNumber);
    if (place === null) return frame;
    const filePath = await decodePath(place.filePath);
    return { ...frame, ...place, filePath, origin: originOfFile(filePath) };
  }

  async function findMap(filePath: string): Promise<SourceMapIndex | null> {
    const known = files.get(filePath);
    if (known !== undefined && (await isCurrent(filePath, known))) {
      known.usedAt = ++lookUps;
      return known.map;
    }
    const { mtimeMs: changedAtMs, size } = await stat(filePath).catch(() => ({ mtimeMs: 0, size: 0 }));
    const read = await readSourceMap(filePath, (atMs) => atMs <= startedAtMs, budget).catch(() => null);
    const map =
      (read === 'too_large' ? null : read) ??
      (size <= MAX_LOADED_FILE_BYTES ? await readLoadedMap(filePath, budget) : null);
    remember(filePath, { map, changedAtMs, checkedAtMs: monotonicNow(), usedAt: ++lookUps });
    return map;
  }

  async function isCurrent(filePath: string, known: KnownFile): Promise<boolean> {
    if (known.map === null || monotonicNow() - known.checkedAtMs < RECHECK_MS) return true;
    known.checkedAtMs = monotonicNow();
    const { mtimeMs } = await stat(filePath).catch(() => ({ mtimeMs: 0 }));
    return mtimeMs === known.changedAtMs;
  }

  function remember(filePath: string, known: KnownFile): void {
    forget(filePath);
    files.set(filePath, known);
    cachedBytes += sizeOf(known);
    while (files.size > MAX_FILES || cachedBytes > MAX_CACHED_BYTES) forget(leastRecentlyUsed());
  }

  /** Looked for only when there is no room left. Moving a file to the end of the map with each use would leave garbage. */
  function leastRecentlyUsed(): string {
    let found = '';
    let usedAt = Infinity;
    for (const [filePath, file] of files) {
      if (file.usedAt >= usedAt) continue;
      found = filePath;
      usedAt = file.usedAt;
    }
    return found;
  }

  function forget(filePath: string): void {
    const known = files.get(filePath);
    if (known === undefined) return;
    files.delete(filePath);
    cachedBytes -= sizeOf(known);
  }

  async function resolveAll(frames: readonly StackFrame[]): Promise<readonly StackFrame[]> {
    const resolved: StackFrame[] = [];
    budget.renew();
    for (const frame of frames) resolved.push(await resolveFrame(frame));
    return resolved.filter((frame) => !isOwnCode(frame.filePath));
  }

  async function resolveAfter(
    before: Promise<unknown>,
    frames: readonly StackFrame[],
  ): Promise<readonly StackFrame[]> {
    try {
      await before;
      return await resolveAll(frames);
    } catch {
      return frames;
    }
  }

  return {
    resolve(frames) {
      // One after the other: two of them would do two slices of work in a turn, and read the same map twice.
      const result = resolveAfter(last, frames);
      last = result;
      return result;
    },
  };
}

function sizeOf({ map }: KnownFile): number {
  return NO_MAP_BYTES + (map?.bytes ?? 0);
}

/** The map that Node loaded together with the code: of a file that changed since, or of code that a loader compiled. */
async function readLoadedMap(filePath: string, budget: TurnBudget): Promise<SourceMapIndex | null> {
  if (!process.sourceMapsEnabled) return null;
  const payload = findSourceMap(filePath)?.payload;
  if (payload === undefined) return null;
  const text = {
    payload: { ...payload, mappings: 0, sources: [0, payload.sources.length] },
    sources: payload.sources,
    mappings: [Buffer.from(payload.mappings, 'latin1')],
    content: null,
  };
  return createSourceMapIndex(text, filePath, budget);
}

/** By the standard a source is a URL; most tools write a plain path. Where both could be meant, the file that exists is. */
async function decodePath(filePath: string): Promise<string> {
  if (!/%[0-9a-f]{2}/i.test(filePath) || !isAbsolute(filePath)) return filePath;
  const exists = await stat(filePath).then(
    () => true,
    () => false,
  );
  if (exists) return filePath;
  try {
    return decodeURIComponent(filePath);
  } catch {
    return filePath;
  }
}
