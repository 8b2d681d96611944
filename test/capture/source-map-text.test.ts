import { describe, expect, it } from 'vitest';
import { createSourceMapTextReader } from '../../src/capture/source-map-text.ts';

function read(text: string, pieceBytes = 7): { payload: unknown; mappings: string[] } | null {
  const reader = createSourceMapTextReader();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes));
  const found = reader.end();
  return (
    found && { payload: found.payload, mappings: found.mappings.map((one) => Buffer.from(one).toString()) }
  );
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
          sources: MAP.sources,
          sourceRoot: MAP.sourceRoot,
          sourcesContent: null,
          mappings: 0,
          x_google_ignoreList: null,
          x_nested: null,
        },
        mappings: ['AAAA,CAAC;AACA'],
      });
    }
  });

  it.each(['\ufeff', ")]}'\n", '\n '])('may begin with %j', (prefix) => {
    expect(read(`${prefix}{"version":3,"mappings":"AAAA"}`)).toEqual({
      payload: { version: 3, mappings: 0 },
      mappings: ['AAAA'],
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
            map: { version: 3, sources: ['0.ts'], sourcesContent: null, mappings: 0 },
          },
          {
            offset: { line: 1, column: 3 },
            map: { version: 3, sources: ['1.ts'], sourcesContent: null, mappings: 1 },
          },
        ],
      },
      mappings: ['AAAA', 'CAAC'],
    });
  });

  it.each([
    ['is empty', ''],
    ['is no JSON', '{'],
    ['ends within a text', '{"version":3,"mappings":"AAA'],
    ['is deeper than any map', '['.repeat(100_000)],
    ['has more sources than any map', JSON.stringify({ sources: Array(60_000).fill('source.ts') })],
    ['has more mappings than any map', `{"mappings":"${'A'.repeat(17 * 1024 * 1024)}"}`],
  ])('is refused when it %s', (_, text) => {
    expect(read(text, 65_536)).toBeNull();
  });

  it('may have as much in it that is skipped as it likes', () => {
    const text = `{"version":3,"x":[${'[{"a":"\\\\"}],'.repeat(50_000)}0],"sources":[]}`;
    expect(read(text, 65_536)?.payload).toEqual({ version: 3, x: null, sources: [] });
  });
});
