import { expect, it } from 'vitest';
import type { OriginalLine, OriginalLines } from '../../src/inspector/original-lines.ts';
import { rememberLines } from '../../src/inspector/remembered-lines.ts';
import type { Script } from '../../src/inspector/script.ts';

const WANTED = { filePath: 'src/order.ts', lineNumber: 7, columnNumber: null };

function scriptOf(id: string): Script {
  return {
    id,
    url: `file:///app/dist/${id}.js`,
    isModule: true,
    isInMainContext: true,
    sourceMapUrl: 'order.js.map',
    hash: id,
    length: 100,
    startLine: 0,
    startColumn: 0,
    endLine: 3,
  };
}

function foundIn(script: Script): OriginalLine {
  const place = { scriptId: script.id, line: 2, column: 4, isReturn: false };
  return {
    kind: 'found',
    source: '/app/src/order.ts',
    targets: [{ script, place, others: [], echoes: [] }],
  };
}

/** Finds every line in the first script, and counts how often it has to look. */
function searching(find = (scripts: readonly Script[]): OriginalLine => foundIn(scripts[0]!)): {
  readonly lines: OriginalLines;
  readonly searches: () => number;
} {
  let searches = 0;
  const lines = rememberLines({
    find(_, scripts) {
      searches += 1;
      return Promise.resolve(find(scripts));
    },
  });
  return { lines, searches: () => searches };
}

it('looks once for a line that is armed again and again, and answers with the script of the moment', async () => {
  const { lines, searches } = searching();
  expect(await lines.find(WANTED, [scriptOf('3'), scriptOf('12')])).toEqual(foundIn(scriptOf('3')));
  const again = [scriptOf('3'), scriptOf('12')];
  const found = await lines.find(WANTED, again);
  expect(found).toEqual(foundIn(again[0]!));
  expect(found.kind === 'found' && found.targets[0]?.script).toBe(again[0]);
  expect(searches()).toBe(1);
});

it('looks again when a script was loaded, is gone, or has another in its stead', async () => {
  const { lines, searches } = searching();
  await lines.find(WANTED, [scriptOf('3'), scriptOf('12')]);
  await lines.find(WANTED, [scriptOf('3'), scriptOf('12'), scriptOf('13')]);
  expect(searches()).toBe(2);
  await lines.find(WANTED, [scriptOf('12')]);
  expect(searches()).toBe(3);
  await lines.find(WANTED, [scriptOf('12'), scriptOf('14')]);
  expect(searches()).toBe(4);
});

it('looks again for another line or column, and for a line that was not found', async () => {
  const { lines, searches } = searching();
  await lines.find(WANTED, [scriptOf('3')]);
  await lines.find({ ...WANTED, lineNumber: 8 }, [scriptOf('3')]);
  await lines.find({ ...WANTED, columnNumber: 8 }, [scriptOf('3')]);
  expect(searches()).toBe(3);
  const none = searching(() => ({ kind: 'none' }));
  await none.lines.find(WANTED, [scriptOf('3')]);
  await none.lines.find(WANTED, [scriptOf('3')]);
  expect(none.searches()).toBe(2);
});
