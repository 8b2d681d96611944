import { SourceMap } from 'node:module';
import { describe, expect, it } from 'vitest';
import { Mappings } from '../../src/capture/mappings.ts';
import type { OriginalPlace } from '../../src/capture/mappings.ts';
import { mulberry32 } from '../helpers/mulberry32.ts';
import { encodeMappings } from './vlq.ts';
import type { Segment } from './vlq.ts';

function decode(text: string): Mappings {
  return new Mappings(Buffer.from(text, 'latin1'));
}

function lookUp(mappings: Mappings, line: number, column: number): OriginalPlace | null {
  while (!mappings.advance(line, column, 100));
  return mappings.find(line, column);
}

/** Whole numbers from 0 to below `below`. */
function numbers(seed: number): (below: number) => number {
  const random = mulberry32(seed);
  return (below) => Math.floor(random() * below);
}

function randomLines(seed: number, lineCount: number, segmentsPerLine: number): Segment[][] {
  const random = numbers(seed);
  return Array.from({ length: lineCount }, () => {
    let column = 0;
    return Array.from({ length: random(segmentsPerLine + 1) }, (): Segment => {
      column += 1 + random(40);
      return [column, random(300), random(70_000), random(200)];
    });
  });
}

describe('mappings', () => {
  it.each([
    ['a bundle minified into one line', randomLines(1, 1, 20_000)],
    ['many lines, some of them empty', randomLines(2, 2_000, 12)],
  ])('give what Node gives for %s, in whatever order one asks', (_, lines) => {
    const text = encodeMappings(lines);
    const ours = decode(text);
    const sources = Array.from({ length: 300 }, (_source, index) => `${index}.ts`);
    const nodes = new SourceMap({
      version: 3,
      file: '',
      sources,
      sourcesContent: [],
      names: [],
      mappings: text,
      sourceRoot: '',
    });
    const random = numbers(3);
    for (let round = 0; round < 2_000; round++) {
      const line = random(lines.length);
      const segment = lines[line]?.[random(lines[line].length)];
      if (segment === undefined) continue;
      const column = segment[0] + random(3);
      const entry = nodes.findEntry(line, column);
      if (!('originalSource' in entry)) throw new Error('the oracle knows no such place');
      expect(lookUp(ours, line, column)).toEqual({
        source: sources.indexOf(entry.originalSource),
        line: entry.originalLine,
        column: entry.originalColumn,
      });
    }
  });

  it('know nothing of places before the first segment of a line, of code without original, and of lines behind the last', () => {
    const mappings = decode(encodeMappings([[[4, 0, 0, 0]], [], [[0, 0, 1, 2], [8], [16, 0, 2, 0]]]));
    expect(lookUp(mappings, 0, 3)).toBeNull();
    expect(lookUp(mappings, 0, 4)).toEqual({ source: 0, line: 0, column: 0 });
    expect(lookUp(mappings, 1, 0)).toBeNull();
    expect(lookUp(mappings, 2, 7)).toEqual({ source: 0, line: 1, column: 2 });
    expect(lookUp(mappings, 2, 8)).toBeNull();
    expect(lookUp(mappings, 2, 99)).toEqual({ source: 0, line: 2, column: 0 });
    expect(lookUp(mappings, 3, 0)).toBeNull();
    expect(lookUp(mappings, 2, 7)).toEqual({ source: 0, line: 1, column: 2 });
  });

  it('are decoded no further than somebody asked, in slices', () => {
    const mappings = decode(encodeMappings(randomLines(4, 1, 20_000)));
    let slices = 0;
    while (!mappings.advance(0, 1_000_000, 1_000)) slices += 1;
    expect(slices).toBeGreaterThan(20);
    expect(mappings.advance(0, 5, 0)).toBe(true);
  });

  it.each(['AAAA,!', 'AAAA,ggggggggA', 'AAAA,\u00e9', '"', 'AAAA;AAAA,==='])(
    'tell nothing once they are broken: %s',
    (text) => {
      const mappings = decode(text);
      expect(lookUp(mappings, 5, 5)).toBeNull();
      expect(lookUp(mappings, 0, 0)).toBeNull();
    },
  );

  it.each(['', ';;;;', ',,,,', 'A', 'AA', 'g', 'AAAAAAAAAA'])('survive %j', (text) => {
    expect(() => lookUp(decode(text), 2, 2)).not.toThrow();
  });
});
