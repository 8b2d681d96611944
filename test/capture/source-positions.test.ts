import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSourcePositions } from '../../src/capture/source-positions.ts';
import type { SourcePositions } from '../../src/capture/source-positions.ts';
import type { StackFrame } from '../../src/protocol/snapshot.ts';
import { encodeMappings } from './vlq.ts';

let folder: string;
/** A minute ahead, so that what a test writes is older than the process. */
const STARTED_AT_MS = Date.now() + 60_000;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'stillframe-maps-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Column 1 is line 11, column 1 of the first source, column 21 is line 1, column 6 of the second one. */
const MAPPINGS = encodeMappings([
  [
    [0, 0, 10, 0],
    [20, 1, 0, 5],
  ],
]);
const MAP = { version: 3, names: [], sources: ['../src/order.ts', '../src/cart.ts'], mappings: MAPPINGS };

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** A generated file, and what stands in the file that its comment names. */
function generate(map: unknown, name = 'dist/out.js', comment = 'out.js.map'): string {
  write(`${name}.map`, typeof map === 'string' ? map : JSON.stringify(map));
  return write(name, `placeOrder();                           \n//# sourceMappingURL=${comment}\n`);
}

function frameIn(filePath: string, columnNumber = 1, lineNumber = 1): StackFrame {
  return {
    functionName: 'placeOrder',
    filePath,
    lineNumber,
    columnNumber,
    origin: 'application',
    isAsync: false,
  };
}

function createPositions(): SourcePositions {
  return createSourcePositions({ startedAtMs: STARTED_AT_MS });
}

async function resolveIn(
  filePath: string,
  columnNumber = 1,
  lineNumber = 1,
): Promise<StackFrame | undefined> {
  const [frame] = await createPositions().resolve([frameIn(filePath, columnNumber, lineNumber)]);
  return frame;
}

function original(name: string, lineNumber: number, columnNumber: number): StackFrame {
  return frameIn(join(folder, name), columnNumber, lineNumber);
}

describe('a frame of generated code', () => {
  it('gets the place in its source, one of the sources for each part of the code', async () => {
    const file = generate(MAP);
    const frames = [1, 20, 21, 40].map((column) => frameIn(file, column));
    expect(await createPositions().resolve(frames)).toEqual([
      original('src/order.ts', 11, 1),
      original('src/order.ts', 11, 1),
      original('src/cart.ts', 1, 6),
      original('src/cart.ts', 1, 6),
    ]);
  });

  it.each([
    ['a relative path', 'out.js.map'],
    ['a path with dots', '../dist/./out.js.map'],
    ['a query', 'out.js.map?v=1'],
  ])('is found when the comment names the map by %s', async (_, comment) => {
    expect(await resolveIn(generate(MAP, 'dist/out.js', comment))).toEqual(original('src/order.ts', 11, 1));
  });

  it('is found when the comment names the map by a URL', async () => {
    const url = pathToFileURL(join(folder, 'dist/out.js.map')).href;
    expect(await resolveIn(generate(MAP, 'dist/out.js', url))).toEqual(original('src/order.ts', 11, 1));
  });

  it.each(['encoded', 'as it is'])(
    'is found when its name has signs of a URL in it, %s in the comment',
    async (how) => {
      const name = 'a#b%20c%ü.js';
      const comment = how === 'encoded' ? encodeURIComponent(`${name}.map`) : `${name}.map`;
      expect(await resolveIn(generate(MAP, `dist/${name}`, comment))).toEqual(
        original('src/order.ts', 11, 1),
      );
    },
  );

  it.each([
    ['blank lines', '\n\r\n  \n'],
    ['other comments', '\n//# debugId=00000000-0000-4000-8000-000000000000\n'],
    ['nothing', ''],
  ])('is found when %s follow the comment', async (_, rest) => {
    const file = generate(MAP);
    writeFileSync(file, `placeOrder();\n//# sourceMappingURL=out.js.map${rest}`);
    expect(await resolveIn(file)).toEqual(original('src/order.ts', 11, 1));
  });

  it.each([
    ['small', 0],
    ['larger than the end of the file that is read first', 5_000],
    ['larger than several reads', 900_000],
  ])('is found in an inline map that is %s', async (_, bytes) => {
    const map = JSON.stringify({ ...MAP, sourcesContent: ['"\\'.repeat(bytes / 2), 'ü'] });
    const url = `data:application/json;charset=utf-8;base64,${Buffer.from(map).toString('base64')}`;
    const file = write('dist/out.js', `placeOrder();\n//# sourceMappingURL=${url}\n`);
    // Names in an inline map are relative to the file itself.
    expect(await resolveIn(file, 21)).toEqual(original('src/cart.ts', 1, 6));
  });

  it.each([
    ['a root', { ...MAP, sourceRoot: '../lib', sources: ['order.ts'] }, 'lib/order.ts'],
    ['a root with a slash', { ...MAP, sourceRoot: '../lib/', sources: ['order.ts'] }, 'lib/order.ts'],
    ['the text of its sources', { ...MAP, sourcesContent: ['"mappings":"AAAA"', null] }, 'src/order.ts'],
    ['a bare percent sign', { ...MAP, sources: ['../src/100%.ts'] }, 'src/100%.ts'],
    ['an encoded name', { ...MAP, sources: ['../src/a%20b.ts'] }, 'src/a b.ts'],
  ])('follows a map with %s', async (_, map, name) => {
    expect(await resolveIn(generate(map))).toEqual(original(name, 11, 1));
  });

  it('takes a name with an encoded sign in it as it is when there is such a file', async () => {
    write('src/a%20b.ts', '');
    const found = await resolveIn(generate({ ...MAP, sources: ['../src/a%20b.ts'] }));
    expect(found).toEqual(original('src/a%20b.ts', 11, 1));
  });

  it.each([
    ['webpack://shop/./src/order.ts', 'application'],
    ['webpack://shop/./node_modules/koa/index.js', 'dependency'],
    ['/app/node_modules/koa/index.js', 'dependency'],
    ['/home/ci/src/order.ts', 'application'],
  ])('is, when it came out of %s, code of: %s', async (source, origin) => {
    const found = await resolveIn(generate({ ...MAP, sources: [source] }));
    expect(found).toMatchObject({ filePath: source, lineNumber: 11, origin });
  });

  it("is left out when it turns out to be the agent's own", async () => {
    const file = generate({ ...MAP, sources: ['../node_modules/stillframe/src/agent.ts', '../src/cart.ts'] });
    expect(await createPositions().resolve([frameIn(file, 1), frameIn(file, 21)])).toEqual([
      original('src/cart.ts', 1, 6),
    ]);
  });

  it('names the original place of an eval, also of one within another', async () => {
    const file = generate(MAP);
    const [plain, nested] = await createPositions().resolve([
      frameIn(`eval at run (${file}:1:21), <anonymous>`, 7, 3),
      frameIn(`eval at <anonymous> (eval at run (${file}:1:1)), <anonymous>`, 7, 3),
    ]);
    const [order, cart] = ['src/order.ts', 'src/cart.ts'].map((name) => join(folder, name));
    expect(plain).toEqual(frameIn(`eval at run (${cart}:1:6), <anonymous>`, 7, 3));
    expect(nested).toEqual(frameIn(`eval at <anonymous> (eval at run (${order}:11:1)), <anonymous>`, 7, 3));
  });

  it('follows a map that is made of sections', async () => {
    const section = (line: number, column: number, sources: unknown[]): unknown => ({
      offset: { line, column },
      map: { version: 3, names: [], sources, mappings: MAPPINGS },
    });
    const file = generate({
      version: 3,
      sections: [
        section(0, 0, ['a.ts', 'b.ts']),
        section(0, 100, ['c.ts', 'd.ts']),
        section(3, 0, ['e.ts', null]),
      ],
    });
    expect(await resolveIn(file, 1)).toEqual(original('dist/a.ts', 11, 1));
    expect(await resolveIn(file, 100)).toEqual(original('dist/b.ts', 1, 6));
    expect(await resolveIn(file, 101)).toEqual(original('dist/c.ts', 11, 1));
    expect(await resolveIn(file, 121)).toEqual(original('dist/d.ts', 1, 6));
    expect(await resolveIn(file, 1, 2)).toEqual(frameIn(file, 1, 2));
    expect(await resolveIn(file, 1, 4)).toEqual(original('dist/e.ts', 11, 1));
    expect(await resolveIn(file, 21, 4)).toEqual(frameIn(file, 21, 4));
  });

  it('takes sources by their place, also behind one without a name', async () => {
    const file = generate({ ...MAP, sources: [null, '../src/cart.ts', 'x.ts'] });
    expect(await resolveIn(file, 1)).toEqual(frameIn(file, 1));
    expect(await resolveIn(file, 21)).toEqual(original('src/cart.ts', 1, 6));
  });

  it.each([
    ['is not JSON', '{'],
    ['is empty', ''],
    ['is of another version', { ...MAP, version: 2 }],
    ['has no mappings', { ...MAP, mappings: undefined }],
    ['has mappings that are none', { ...MAP, mappings: '!!!' }],
    ['names a source longer than any path', { ...MAP, sources: ['x'.repeat(4_097), '../src/cart.ts'] }],
    ['has no sources', { ...MAP, sources: undefined }],
    ['names a source that it does not have', { ...MAP, sources: [] }],
    ['points before the first line', { ...MAP, mappings: 'AADA' }],
    ['says nothing of the line', { ...MAP, mappings: `;${MAPPINGS}` }],
    ['has sections of nothing', { version: 3, sections: [null, {}, { offset: 1, map: [] }] }],
    ['is a list', []],
  ])('stays as it is when its map %s', async (_, map) => {
    const file = generate(map);
    expect(await resolveIn(file)).toEqual(frameIn(file));
  });

  it.each([
    ['names no map', 'placeOrder();\n'],
    ['names one in the middle', '//# sourceMappingURL=out.js.map\nplaceOrder();\n'],
    ['names one on another machine', 'placeOrder();\n//# sourceMappingURL=https://cdn.example/out.js.map\n'],
    ['names itself', 'placeOrder();\n//# sourceMappingURL=out.js\n'],
    ['names one that is not there', 'placeOrder();\n//# sourceMappingURL=gone.js.map\n'],
    ['names a file of the system that is none', 'placeOrder();\n//# sourceMappingURL=/dev/zero\n'],
    ['holds a map that is no base64', '//# sourceMappingURL=data:application/json;base64,%%%\n'],
    ['is empty', ''],
    ['is one long line', 'A'.repeat(600_000)],
  ])('stays as it is when its file %s', async (_, text) => {
    const file = generate(MAP);
    writeFileSync(file, text);
    expect(await resolveIn(file)).toEqual(frameIn(file));
  });

  it('stays as it is when its file is gone, or has no absolute name', async () => {
    for (const file of [join(folder, 'gone.js'), 'rules/discount.js', 'evalmachine.<anonymous>', '']) {
      expect(await resolveIn(file)).toEqual(frameIn(file));
    }
  });

  it('stays as it is, and nothing is read, when the map is a folder or a FIFO', async () => {
    const file = generate(MAP);
    const map = `${file}.map`;
    rmSync(map);
    mkdirSync(map);
    expect(await resolveIn(file)).toEqual(frameIn(file));
    rmSync(map, { recursive: true });
    // Whoever opened it would wait for a writer for ever.
    execFileSync('mkfifo', [map]);
    expect(await resolveIn(file)).toEqual(frameIn(file));
    rmSync(file);
    execFileSync('mkfifo', [file]);
    expect(await resolveIn(file)).toEqual(frameIn(file));
  });

  it('follows a map behind a symbolic link', async () => {
    const file = generate(MAP);
    const elsewhere = write('maps/real.map', JSON.stringify(MAP));
    rmSync(`${file}.map`);
    symlinkSync(elsewhere, `${file}.map`);
    expect(await resolveIn(file)).toEqual(original('src/order.ts', 11, 1));
  });

  it('is looked up in a map of 16 MB', async () => {
    const lines = Array.from({ length: 200_000 }, (_, line) => [[0, 0, line, 0]] as const);
    const text = JSON.stringify({
      ...MAP,
      mappings: encodeMappings(lines),
      sourcesContent: ['const a = "b";\n'.repeat(900_000), ''],
    });
    expect(text.length).toBeGreaterThan(16_000_000);
    const positions = createPositions();
    const file = generate(text);
    const found = await positions.resolve([frameIn(file, 1, 199_999), frameIn(file, 1, 7)]);
    expect(found).toEqual([original('src/order.ts', 199_999, 1), original('src/order.ts', 7, 1)]);
  });

  it('stays as it is when its map is larger than any real one', async () => {
    const file = generate(`{"version":3,"x":"${'x'.repeat(33 * 1024 * 1024)}"}`);
    expect(await resolveIn(file)).toEqual(frameIn(file));
  });
});

describe('a file that changed', () => {
  const NOW = new Date(STARTED_AT_MS + 1_000);

  it.each(['dist/out.js', 'dist/out.js.map'])(
    'after the process had started is not followed: %s',
    async (name) => {
      const file = generate(MAP);
      utimesSync(join(folder, name), NOW, NOW);
      expect(await resolveIn(file)).toEqual(frameIn(file));
    },
  );

  it('while its map is remembered is noticed within 10 seconds', async () => {
    let nowMs = 0;
    const positions = createSourcePositions({ startedAtMs: STARTED_AT_MS, monotonicNow: () => nowMs });
    const file = generate(MAP);
    const resolve = async (): Promise<number | undefined> =>
      (await positions.resolve([frameIn(file)]))[0]?.lineNumber;
    expect(await resolve()).toBe(11);
    utimesSync(file, NOW, NOW);
    nowMs = 9_999;
    expect(await resolve()).toBe(11);
    nowMs = 10_000;
    expect(await resolve()).toBe(1);
  });
});

describe('looking up', () => {
  it('asks nothing of dependencies, of Node, and of frames without a line', async () => {
    const file = generate(MAP);
    const frames: StackFrame[] = [
      { ...frameIn(file), origin: 'dependency' },
      { ...frameIn(file), origin: 'node' },
      { ...frameIn(file), lineNumber: 0, columnNumber: 0 },
    ];
    expect(await createPositions().resolve(frames)).toEqual(frames);
  });

  it('remembers a map: its file is read once, however many ask at the same time', async () => {
    const file = generate(MAP);
    const positions = createPositions();
    const first = await Promise.all(Array.from({ length: 20 }, () => positions.resolve([frameIn(file)])));
    rmSync(`${file}.map`);
    const [second] = await positions.resolve([frameIn(file)]);
    for (const [frame] of first) expect(frame).toEqual(original('src/order.ts', 11, 1));
    expect(second).toEqual(original('src/order.ts', 11, 1));
  });

  it('lets go of the map that was not asked for the longest time when they are too large together', async () => {
    const mappings = `${MAPPINGS}${';'.repeat(9 * 1024 * 1024)}`;
    const files = [0, 1, 2, 3].map((index) =>
      generate({ ...MAP, mappings }, `dist/${index}.js`, `${index}.js.map`),
    );
    const positions = createPositions();
    const isMapped = async (file: string): Promise<boolean> =>
      (await positions.resolve([frameIn(file)]))[0]?.lineNumber === 11;
    const [a, b, c, d] = files as [string, string, string, string];
    for (const file of [a, b, c, a, d]) expect(await isMapped(file)).toBe(true);
    for (const file of files) rmSync(`${file}.map`);
    expect(await isMapped(a)).toBe(true);
    expect(await isMapped(d)).toBe(true);
    expect(await isMapped(b)).toBe(false);
  });

  it('gives way to the event loop while it decodes', async () => {
    const lines = [Array.from({ length: 100_000 }, (_, index) => [index * 3, 0, index, 0] as const)];
    const file = generate({ ...MAP, mappings: encodeMappings(lines) });
    let clockMs = 0;
    // Every look at the clock takes a quarter of a millisecond: four steps fill a turn.
    const positions = createSourcePositions({
      startedAtMs: STARTED_AT_MS,
      monotonicNow: () => (clockMs += 0.25),
    });
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    const [found] = await positions.resolve([frameIn(file, 299_998)]);
    isDone = true;
    expect(found).toEqual(original('src/order.ts', 100_000, 1));
    expect(turns).toBeGreaterThan(100);
  });
});
