import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { createSourceMapIndex } from './source-map.ts';
import type { LinePlace, SourceMapIndex, SourcePlace } from './source-map.ts';
import { readSourceContent, readSourceMap } from './source-map-file.ts';
import { createSourceMapTextReader } from './source-map-text.ts';
import type { ContentPlace, SourceMapText } from './source-map-text.ts';
import type { TurnBudget } from './turn-budget.ts';

/**
 * The source map of a script that runs; null: it has none that can be used. `stale`: its file changed since it was loaded;
 * `too_large`: it is not used for that.
 */
export type ScriptSourceMap = SourceMapIndex | 'stale' | 'too_large' | null;

/** The way from an original to the code that runs, off every caller's path. */
export interface ScriptSourceMaps {
  /**
   * The map of a script, read in pieces. Never rejects.
   * @param comment what the script says of its map: a `data:` URL is the map itself, as a loader wrote it that compiled the
   * script; anything else is looked for in the file
   */
  read(filePath: string, comment: string): Promise<ScriptSourceMap>;
  /** The text of an original that the map of a script carries; null when it carries none. Never rejects. */
  readContent(filePath: string, comment: string, source: string): Promise<string | null>;
  /** The places that lines of an original became, in the order of the map; columns of an original too. At most 5,000. */
  search(
    map: SourceMapIndex,
    source: string,
    fromLine: number,
    toLine: number,
  ): Promise<readonly MappedPlace[]>;
  /** The original of a place in the code that runs. */
  find(map: SourceMapIndex, generated: LinePlace): Promise<SourcePlace | null>;
}

/** One place of an original, and where it is in the code that runs; all counted from 1. */
export interface MappedPlace {
  readonly original: LinePlace;
  readonly generated: LinePlace;
}

const MAX_PLACES = 5_000;
/** Decoded before the clock is asked again: some 10 µs. */
const STEP_BYTES = 2 * 1024;
/** A multiple of 4, for base64. */
const STEP_CHARACTERS = 4 * 1024;
const INLINE_HEAD = /^data:(?:application|text)\/json;(?:charset=[^;,]+;)?base64,/;

/** @param startedAtMs when the process began to load files, in milliseconds since 1970 */
export function createScriptSourceMaps(budget: TurnBudget, startedAtMs: number): ScriptSourceMaps {
  const isTrusted = (changedAtMs: number): boolean => changedAtMs <= startedAtMs;

  async function readInline(
    comment: string,
    wanted: ContentPlace | null,
  ): Promise<SourceMapText | 'too_large' | null> {
    const head = INLINE_HEAD.exec(comment)?.[0];
    if (head === undefined) return null;
    const reader = createSourceMapTextReader(wanted);
    for (let at = head.length; at < comment.length; at += STEP_CHARACTERS) {
      reader.push(Buffer.from(comment.slice(at, at + STEP_CHARACTERS), 'base64'));
      if (budget.isSpent()) await budget.nextTurn();
    }
    return reader.end();
  }

  async function readInlineMap(filePath: string, comment: string): Promise<ScriptSourceMap> {
    const text = await readInline(comment, null);
    return text === null || text === 'too_large' ? text : createSourceMapIndex(text, filePath, budget);
  }

  async function readFromFile(filePath: string): Promise<ScriptSourceMap> {
    if (!isAbsolute(filePath)) return null;
    const { mtimeMs } = await stat(filePath);
    if (mtimeMs > startedAtMs) return 'stale';
    return readSourceMap(filePath, isTrusted, budget);
  }

  async function read(filePath: string, comment: string): Promise<ScriptSourceMap> {
    try {
      if (comment === '') return null;
      return await (comment.startsWith('data:') ? readInlineMap(filePath, comment) : readFromFile(filePath));
    } catch {
      return null;
    }
  }

  return {
    read,
    async readContent(filePath, comment, source) {
      const map = await read(filePath, comment);
      const wanted = map === null || typeof map === 'string' ? null : map.contentPlace(source);
      if (wanted === null) return null;
      try {
        if (!comment.startsWith('data:')) return await readSourceContent(filePath, isTrusted, budget, wanted);
        const text = await readInline(comment, wanted);
        return text === null || text === 'too_large' ? null : text.content;
      } catch {
        return null;
      }
    },
    async search(map, source, fromLine, toLine) {
      const places: MappedPlace[] = [];
      const goOn = map.searchLines(source, fromLine, toLine, (original, generated) => {
        if (places.length < MAX_PLACES) places.push({ original, generated });
      });
      while (!goOn(STEP_BYTES)) if (budget.isSpent()) await budget.nextTurn();
      return places;
    },
    async find(map, { lineNumber, columnNumber }) {
      while (!map.advance(lineNumber, columnNumber, STEP_BYTES)) {
        if (budget.isSpent()) await budget.nextTurn();
      }
      return map.find(lineNumber, columnNumber);
    },
  };
}
