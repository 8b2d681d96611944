import { describe, expect, it } from 'vitest';
import { createSourceMapTextReader } from '../../src/capture/source-map-text.ts';

function read(
  text: string,
  pieceBytes = 7,
): { payload: unknown; mappings: string[]; sources: readonly (string | null)[] } | 'too_large' | null {
  const reader = createSourceMapTextReader();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes));
  const found = reader.end();
  if (found === null || found === 'too_large') return found;
  return {
    payload: found.payload,
    mappings: found.mappings.map((one) => Buffer.from(one).toString()),
    sources: found.sources,
  };
}

const MAP = {
  version: 3,
  file: 'out.js',
  names: ['a"b', '\\', '"mappings":"x"'],
  sources: ['ä "quoted".ts', 'back\\slash.ts', null, '"mappings":'],
  sourceRoot: 'http://x/\n',
  sourcesContent: ['const a = {"mappings":"AAAA"};\\', null, '{"version":3,"mappings":"no","sections":[]}'],
  mappings: 'AAAA,CAAC;AACA',
  x_google_ignoreList: [1],
  x_nested: { mappings: 'no', deep: [[{ sources: ['no'] }]] },
};

describe('the text of a source map', () => {
  it.each([1, 2, 7, 4_096])('is read in pieces of %i bytes, without what nobody needs', (pieceBytes) => {
    for (const indent of [undefined, 2]) {
      expect(read(JSON.stringify(MAP, null, indent), pieceBytes)).toEqual({
        payload: {
          version: 3,
          file: null,
          names: null,
          sources: [0, 4],
          sourceRoot: MAP.sourceRoot,
          sourcesContent: null,
          mappings: 0,
          x_google_ignoreList: null,
          x_nested: null,
        },
        mappings: ['AAAA,CAAC;AACA'],
        sources: MAP.sources,
      });
    }
  });

  it.each(['\ufeff', ")]}'\n", '\n '])('may begin with %j', (prefix) => {
    expect(read(`${prefix}{"version":3,"mappings":"AAAA"}`)).toEqual({
      payload: { version: 3, mappings: 0 },
      mappings: ['AAAA'],
      sources: [],
    });
  });

  it('may hold maps in sections', () => {
    const sections = ['AAAA', 'CAAC'].map((mappings, index) => ({
      offset: { line: index, column: 3 },
      map: { version: 3, sources: [`${index}.ts`], sourcesContent: ['"'], mappings },
    }));
    expect(read(JSON.stringify({ version: 3, sections }))).toEqual({
      payload: {
        version: 3,
        sections: [
          {
            offset: { line: 0, column: 3 },
            map: { version: 3, sources: [0, 1], sourcesContent: null, mappings: 0 },
          },
          {
            offset: { line: 1, column: 3 },
            map: { version: 3, sources: [1, 1], sourcesContent: null, mappings: 1 },
          },
        ],
      },
      mappings: ['AAAA', 'CAAC'],
      sources: ['0.ts', '1.ts'],
    });
  });

  it.each([
    ['is empty', ''],
    ['is no JSON', '{'],
    ['ends within a text', '{"version":3,"mappings":"AAA'],
    ['is deeper than any map', '['.repeat(100_000)],
  ])('is refused when it %s', (_, text) => {
    expect(read(text, 65_536)).toBeNull();
  });

  it.each([
    ['more bytes of names', JSON.stringify({ sources: Array(340_000).fill('source.ts') })],
    ['more names', JSON.stringify({ sources: Array(524_289).fill('') })],
    ['more mappings', `{"mappings":"${'A'.repeat(16 * 1024 * 1024 + 1)}"}`],
    ['more of anything else that is kept', JSON.stringify({ sourceRoot: 'r'.repeat(512 * 1024) })],
  ])('is too large when it has %s than is kept', (_, text) => {
    expect(read(text, 65_536)).toBe('too_large');
  });

  it('may have as much in it that is skipped as it likes', () => {
    const text = `{"version":3,"x":[${'[{"a":"\\\\"}],'.repeat(50_000)}0],"sources":[]}`;
    expect(read(text, 65_536)).toMatchObject({ payload: { version: 3, x: null, sources: [0, 0] } });
  });

  it('may have the names of fifty thousand sources', () => {
    const sources = Array.from(
      { length: 50_000 },
      (_, index) => `../packages/shop/src/orders/order-${index}.ts`,
    );
    expect(read(JSON.stringify({ version: 3, sources, mappings: '' }), 4_096)).toEqual({
      payload: { version: 3, sources: [0, 50_000], mappings: 0 },
      mappings: [''],
      sources,
    });
  });

  it('may have as many names, and as many mappings, as are kept', () => {
    expect(read(JSON.stringify({ sources: Array(524_288).fill('') }), 65_536)).toMatchObject({
      payload: { sources: [0, 524_288] },
    });
    expect(read(`{"mappings":"${'A'.repeat(16 * 1024 * 1024)}"}`, 65_536)).toMatchObject({
      payload: { mappings: 0 },
    });
  });

  it('keeps the place of what is no name among the sources', () => {
    const found = read(
      `{"sources":[ null , "a.ts",7,"", "${'x'.repeat(4_096)}","${'x'.repeat(4_097)}" , true ]}`,
    );
    expect(found).toMatchObject({ sources: [null, 'a.ts', null, '', 'x'.repeat(4_096), null, null] });
    expect(read('{"sources":["a.ts",["b.ts"]]}')).toBeNull();
  });
});

describe('the text of an original in a source map', () => {
  function contentOf(
    map: unknown,
    section: number,
    index: number,
    pieceBytes = 5,
  ): string | null | undefined {
    const reader = createSourceMapTextReader({ section, index });
    const bytes = Buffer.from(JSON.stringify(map));
    for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes));
    const found = reader.end();
    return found === 'too_large' ? undefined : found?.content;
  }

  it.each([1, 5, 4_096])('is the one that is asked for, in pieces of %i bytes', (pieceBytes) => {
    const found = MAP.sourcesContent.map((_, index) => contentOf(MAP, 0, index, pieceBytes));
    expect(found).toEqual(MAP.sourcesContent);
  });

  it('is null where the map has no such original, or no texts at all', () => {
    expect(contentOf(MAP, 0, 3)).toBeNull();
    expect(contentOf(MAP, 1, 0)).toBeNull();
    expect(contentOf({ version: 3, sources: ['a'], mappings: '' }, 0, 0)).toBeNull();
    expect(contentOf({ version: 3, sourcesContent: [{ a: ['no'] }, 'b', 7], mappings: '' }, 0, 0)).toBeNull();
  });

  it('is told from the texts around it', () => {
    const map = { sourcesContent: [['x', 'y'], 'b', { c: 'z' }, 'd'], version: 3, mappings: '' };
    expect([contentOf(map, 0, 1), contentOf(map, 0, 3)]).toEqual(['b', 'd']);
  });

  it('is found in its section, also where others carry none', () => {
    const sections = [
      { offset: { line: 0, column: 0 }, map: { version: 3, sources: ['a'], mappings: 'AAAA' } },
      {
        offset: { line: 1, column: 0 },
        map: { version: 3, sourcesContent: ['b', 'c'], sources: ['b', 'c'], mappings: 'AAAA' },
      },
    ];
    expect(contentOf({ version: 3, sections }, 1, 1)).toBe('c');
    expect(contentOf({ version: 3, sections }, 0, 0)).toBeNull();
  });

  it('is left out when it takes more than 4 MiB', () => {
    const withText = (length: number): unknown => ({ version: 3, sourcesContent: ['x'.repeat(length)] });
    const most = 4 * 1024 * 1024 - 2;
    expect(contentOf(withText(most), 0, 0, 65_536)?.length).toBe(most);
    expect(contentOf(withText(most + 1), 0, 0, 65_536)).toBeNull();
  });
});
