import { ensureSyntaxTree, syntaxTree } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { languageOf } from '../../../control-server/dashboard/src/source/source-language.ts';
import { linePlaces } from '../../../control-server/dashboard/src/source/line-places.ts';

/** The places of the second line, as `column text`. */
function placesOf(line: string, path = 'order.ts'): string[] {
  const state = EditorState.create({
    doc: `// Orders\n${line}\nplace();\n`,
    extensions: languageOf(path) ?? [],
  });
  const tree = ensureSyntaxTree(state, state.doc.length, 5_000) ?? syntaxTree(state);
  return linePlaces(state, state.doc.line(2), tree).map(
    ({ columnNumber, text }) => `${columnNumber} ${text}`,
  );
}

describe('the places of a line', () => {
  it.each([
    ['xs.map((x) => x * 2).filter((y: number) => y > 1);', ['15 x * 2', '44 y > 1']],
    ['if (q) { q(); return r(1); }', ['10 q();', '15 return r(1);']],
    ['  for (const x of xs) total += x;', ['23 total += x;']],
    ['const a = 1; let b; const c = 2;', ['21 const c = 2;']],
    ['const f = async () => { await g(); };', ['25 await g();']],
    ['xs.map((x) => ys.map((y) => x + y));', ['15 ys.map((y) => x + y)', '29 x + y']],
    ['  place(order);', []],
    ['const f = () => {', []],
    ['', []],
  ])('%j has besides its first one %j', (line, places) => {
    expect(placesOf(line)).toEqual(places);
  });

  it('are not known where something was taken out: columns moved with it', () => {
    expect(placesOf("f('[REDACTED:aws_key]', () => g());")).toEqual([]);
  });

  it('are not known in what is no JavaScript', () => {
    expect(placesOf('xs.map((x) => x);', 'order.py')).toEqual([]);
  });

  it('are at most twelve, each with the beginning of what stands there', () => {
    const places = placesOf(`first();${`f(${'x'.repeat(60)});`.repeat(13)}`);
    expect(places).toHaveLength(12);
    expect(places[0]).toBe(`9 f(${'x'.repeat(46)}…`);
  });
});
