import { setImmediate as immediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createSourceMapIndex } from '../../src/capture/source-map.ts';
import { createSourceMapTextReader } from '../../src/capture/source-map-text.ts';
import type { SourceMapIndex } from '../../src/capture/source-map.ts';
import type { ScriptSourceMap, ScriptSourceMaps } from '../../src/capture/script-source-maps.ts';
import type { TurnBudget } from '../../src/capture/turn-budget.ts';
import { firstNames } from '../../src/inspector/first-names.ts';
import { listFiles } from '../../src/inspector/listed-files.ts';
import type { FileList } from '../../src/inspector/listed-files.ts';
import { createOriginalLines } from '../../src/inspector/original-lines.ts';
import type { Script } from '../../src/inspector/script.ts';

const ORIGINALS = 10_000;

/** Spent whenever it was asked so often: then work has to go on in another turn. */
function countingBudget(
  asks: number,
): TurnBudget & { readonly turns: number; readonly breathe: () => Promise<void> } {
  let asked = 0;
  let turns = 0;
  const budget: TurnBudget = {
    isSpent: () => ++asked > asks,
    async nextTurn() {
      await immediate();
      asked = 0;
      turns += 1;
    },
    renew() {},
    spentMs: 0,
  };
  return {
    ...budget,
    get turns() {
      return turns;
    },
    breathe: () => (budget.isSpent() ? budget.nextTurn() : Promise.resolve()),
  };
}

async function mapOf(sources: readonly string[], budget: TurnBudget): Promise<SourceMapIndex | null> {
  const reader = createSourceMapTextReader();
  reader.push(Buffer.from(JSON.stringify({ version: 3, sources, mappings: 'AAAA' })));
  const text = reader.end();
  return text === null || text === 'too_large'
    ? null
    : createSourceMapIndex(text, '/app/dist/bundle.js.map', budget);
}

const names = Array.from({ length: ORIGINALS }, (_, index) => `../src/${index.toString(36)}.ts`);

function script(id: string, url: string, sourceMapUrl: string): Script {
  return {
    id,
    url,
    isModule: true,
    isInMainContext: true,
    sourceMapUrl,
    hash: 'h',
    length: 10,
    startLine: 0,
    startColumn: 0,
    endLine: 0,
  };
}

const BUNDLE = script('1', 'file:///app/dist/bundle.js', 'bundle.js.map');

function mapsOf(read: ScriptSourceMaps['read']): ScriptSourceMaps {
  return {
    read,
    readContent: () => Promise.resolve(null),
    search: () => Promise.resolve([]),
    find: () => Promise.resolve(null),
  };
}

describe('ten thousand originals of one source map', () => {
  it('are resolved in pieces', async () => {
    const budget = countingBudget(100);
    const map = await mapOf(names, budget);
    expect(map?.sources.size).toBe(ORIGINALS);
    // Every sixteenth name the clock is asked, which lets the hundred and first time through.
    expect(budget.turns).toBeGreaterThanOrEqual(Math.floor(ORIGINALS / 16 / 101));
  });

  it('are listed in pieces, the first two thousand of them, and the rest is counted', async () => {
    const map = await mapOf(names, countingBudget(Infinity));
    const budget = countingBudget(500);
    const list = await listFiles([BUNDLE], {
      files: { includes: () => true },
      sourceMaps: mapsOf(() => Promise.resolve(map)),
      isOwnCode: () => false,
      isLate: () => false,
      breathe: budget.breathe,
    });
    const paths = [...(map?.sources ?? []), '/app/dist/bundle.js'].toSorted();
    expect(list.files.map(({ path }) => path)).toEqual(paths.slice(0, 2_000));
    expect([list.omittedFiles, list.unreadMaps]).toEqual([ORIGINALS + 1 - 2_000, 0]);
    expect(budget.turns).toBeGreaterThanOrEqual(Math.floor(ORIGINALS / 501));
  });

  it('are searched in pieces for the file of a breakpoint', async () => {
    const map = await mapOf(names, countingBudget(Infinity));
    const budget = countingBudget(500);
    const lines = createOriginalLines({
      session: { placesBetween: () => [], placesWithin: () => [], sourceOf: () => '' },
      sourceMaps: mapsOf(() => Promise.resolve(map)),
      roots: ['/app'],
      breathe: budget.breathe,
    });
    const wanted = { filePath: 'src/order.ts', lineNumber: 1, columnNumber: null };
    expect(await lines.find(wanted, [BUNDLE])).toEqual({ kind: 'none' });
    expect(await lines.find({ ...wanted, filePath: 'src/rs.ts' }, [BUNDLE])).toMatchObject({
      kind: 'no_code',
      source: '/app/src/rs.ts',
    });
    expect(budget.turns).toBeGreaterThanOrEqual(Math.floor((2 * ORIGINALS) / 501));
  });
});

it('the first of many names are those that a sort of all of them puts first', async () => {
  const many = Array.from({ length: 5_000 }, (_, index) => `${(index * 7_919) % 5_000}`);
  for (const most of [1, 499, 500, 501, 4_999, 5_000, 6_000]) {
    expect(await firstNames(many, most, () => Promise.resolve())).toEqual(many.toSorted().slice(0, most));
  }
});

describe('files beyond the hundred thousand that are counted', () => {
  /** Every script has the same originals: each is a file once, however many maps name it. */
  async function countWith(originals: number, scripts: number): Promise<FileList> {
    const sources = Array.from({ length: originals }, (_, index) => `../src/${index}.ts`);
    const map = await mapOf(sources, countingBudget(Infinity));
    const all = Array.from({ length: scripts }, (_, index) =>
      script(`${index}`, `file:///app/dist/${index}.js`, `${index}.js.map`),
    );
    return listFiles(all, {
      files: { includes: () => true },
      sourceMaps: mapsOf(() => Promise.resolve(map)),
      isOwnCode: () => false,
      isLate: () => false,
      breathe: () => Promise.resolve(),
    });
  }

  it.each([
    ['as many as are counted', 99_999, 1, 98_000],
    ['one more', 100_000, 1, 98_001],
    ['as many, in two maps', 99_998, 2, 98_000],
    ['many more, each in three maps', 150_000, 3, 98_001],
  ])('are told by one, whatever they are: %s', async (_, originals, scripts, omitted) => {
    const list = await countWith(originals, scripts);
    expect([list.files.length, list.omittedFiles]).toEqual([2_000, omitted]);
  });
});

describe('source maps that were not looked at', () => {
  function listOf(count: number, read: () => ScriptSourceMap, isLate: () => boolean): Promise<FileList> {
    const scripts = Array.from({ length: count }, (_, index) =>
      script(`${index}`, `file:///app/dist/${index}.js`, `${index}.js.map`),
    );
    return listFiles(scripts, {
      files: { includes: () => true },
      sourceMaps: mapsOf(() => Promise.resolve(read())),
      isOwnCode: () => false,
      isLate,
      breathe: () => Promise.resolve(),
    });
  }

  it('are none however many there are, while there is time', async () => {
    const map = await mapOf(['../src/a.ts'], countingBudget(Infinity));
    const list = await listOf(
      600,
      () => map,
      () => false,
    );
    expect(list.unreadMaps).toBe(0);
    expect(list.files.filter(({ kind }) => kind === 'compiled')).toHaveLength(600);
  });

  it('are counted when the time is over, and when they are too large', async () => {
    let read = 0;
    const list = await listOf(
      5,
      () => (++read === 1 ? 'too_large' : null),
      () => read === 2,
    );
    expect(list.unreadMaps).toBe(1 + 3);
    expect(list.files.map(({ kind }) => kind)).toEqual(Array(5).fill('loaded'));
  });
});
