import { isRecord, readInteger, readString } from '../protocol/json.ts';
import type { UnknownRecord } from '../protocol/json.ts';
import { resolveSource } from './file-path.ts';
import { Mappings } from './mappings.ts';
import type { ContentPlace, SourceMapText } from './source-map-text.ts';
import type { TurnBudget } from './turn-budget.ts';

/** A place as frames have it, counted from 1. */
export interface SourcePlace {
  readonly filePath: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** A line and a column, counted from 1. */
export interface LinePlace {
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** A source map that answers where generated code comes from, a piece of work at a time. */
export interface SourceMapIndex {
  /** Decodes on towards a place, at most `maxBytes` of mappings; true when `find` can tell. Line and column from 1. */
  advance(lineNumber: number, columnNumber: number, maxBytes: number): boolean;
  /** The original of a place, or null when the map names none. */
  find(lineNumber: number, columnNumber: number): SourcePlace | null;
  /** Every original that the map names, each once. */
  readonly sources: ReadonlySet<string>;
  /** Where the map may carry the text of an original; null for a name that it does not have. */
  contentPlace(source: string): ContentPlace | null;
  /**
   * Looks for the places that some lines of an original became, the whole map through.
   * @param visit an original line and column, and the generated place, all counted from 1
   * @returns goes on for at most about `maxBytes` of mappings; true at the end
   */
  searchLines(
    source: string,
    fromLine: number,
    toLine: number,
    visit: (original: LinePlace, generated: LinePlace) => void,
  ): (maxBytes: number) => boolean;
  /** What it keeps in memory, roughly. */
  readonly bytes: number;
}

/** One map, and where in the generated code its mappings begin. */
interface Section {
  /** Which of the maps in the text it is, those that cannot be used counted too. */
  readonly index: number;
  readonly line: number;
  readonly column: number;
  readonly mappings: Mappings;
  /** Paths or URLs; null for a source without a name. By place: leaving one out would rename all that follow. */
  readonly sources: readonly (string | null)[];
}

/** Names that are resolved before the clock is asked again: some 10 µs. */
const NAMES_AT_ONCE = 16;

/**
 * The index of a map, plain or made of sections; null when it is no map of version 3. A bundle may have tens of thousands of
 * sources: their names are resolved in pieces.
 * @param mapPath the file that names in it are relative to
 */
export async function createSourceMapIndex(
  text: SourceMapText,
  mapPath: string,
  budget: TurnBudget,
): Promise<SourceMapIndex | null> {
  const sections = await readSections(text, mapPath, budget);
  if (sections === null) return null;
  const bytes = text.mappings.reduce((sum, { length }) => sum + length, 0);
  const unique = new Set<string>();
  let names = 0;
  for (const { sources } of sections) {
    for (const [index, name] of sources.entries()) {
      if (name === null) continue;
      names += name.length;
      unique.add(name);
      if (index % NAMES_AT_ONCE === 0 && budget.isSpent()) await budget.nextTurn();
    }
  }

  function within(lineNumber: number, columnNumber: number): readonly [Section, number, number] | null {
    const line = lineNumber - 1;
    const column = columnNumber - 1;
    const section = sections?.findLast(
      (one) => one.line < line || (one.line === line && one.column <= column),
    );
    if (section === undefined) return null;
    return [section, line - section.line, section.line === line ? column - section.column : column];
  }

  return {
    advance(lineNumber, columnNumber, maxBytes) {
      const place = within(lineNumber, columnNumber);
      return place === null || place[0].mappings.advance(place[1], place[2], maxBytes);
    },
    find(lineNumber, columnNumber) {
      const place = within(lineNumber, columnNumber);
      const origin = place?.[0].mappings.find(place[1], place[2]) ?? null;
      const filePath = origin === null ? null : place?.[0].sources[origin.source];
      if (origin === null || typeof filePath !== 'string' || origin.line < 0 || origin.column < 0)
        return null;
      return { filePath, lineNumber: origin.line + 1, columnNumber: origin.column + 1 };
    },
    sources: unique,
    contentPlace(source) {
      const section = sections.find((one) => one.sources.includes(source));
      return section === undefined
        ? null
        : { section: section.index, index: section.sources.indexOf(source) };
    },
    searchLines(source, fromLine, toLine, visit) {
      const walks = sections.map((section) => {
        const wanted = section.sources.indexOf(source);
        return section.mappings.walk((line, column, original) => {
          const lineNumber = original.line + 1;
          if (original.source !== wanted || lineNumber < fromLine || lineNumber > toLine) return;
          visit(
            { lineNumber, columnNumber: original.column + 1 },
            {
              lineNumber: section.line + line + 1,
              columnNumber: (line === 0 ? section.column : 0) + column + 1,
            },
          );
        });
      });
      return (maxBytes) => {
        while (walks[0]?.(maxBytes) === true) {
          walks.shift();
          if (walks.length > 0) return false;
        }
        return walks.length === 0;
      };
    },
    bytes: Math.ceil(bytes * 1.1) + 2 * names + 1_024,
  };
}

async function readSections(
  text: SourceMapText,
  mapPath: string,
  budget: TurnBudget,
): Promise<Section[] | null> {
  const { payload } = text;
  if (!isRecord(payload) || payload['version'] !== 3) return null;
  if (!Array.isArray(payload['sections'])) {
    const whole = await readSection(payload, text, { index: 0, line: 0, column: 0 }, mapPath, budget);
    return whole === null ? null : [whole];
  }
  const sections: Section[] = [];
  const maps = payload['sections'].filter(isRecord).filter(({ map }) => isRecord(map));
  for (const [index, { offset, map }] of maps.entries()) {
    if (!isRecord(offset) || !isRecord(map)) continue;
    const place = {
      index,
      line: readInteger(offset['line'], 0),
      column: readInteger(offset['column'], 0),
    };
    const section = await readSection(map, text, place, mapPath, budget);
    if (section !== null) sections.push(section);
  }
  return sections;
}

async function readSection(
  map: UnknownRecord,
  { mappings, sources: names }: SourceMapText,
  place: Pick<Section, 'index' | 'line' | 'column'>,
  mapPath: string,
  budget: TurnBudget,
): Promise<Section | null> {
  const text = mappings[readInteger(map['mappings'], -1)];
  const [first, count] = Array.isArray(map['sources']) ? map['sources'] : [];
  if (text === undefined || typeof first !== 'number' || typeof count !== 'number') return null;
  const sourceRoot = readString(map['sourceRoot'], '');
  const sources: (string | null)[] = [];
  for (let index = 0; index < count; index++) {
    const name = names[first + index] ?? '';
    sources.push(name === '' ? null : resolveSource(name, sourceRoot, mapPath));
    if (index % NAMES_AT_ONCE === 0 && budget.isSpent()) await budget.nextTurn();
  }
  return { ...place, mappings: new Mappings(text), sources };
}
