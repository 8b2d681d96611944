import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, lineOf, runLines, variablesOf } from './run-lines.ts';
import type { LineRun } from './run-lines.ts';

const SOURCES = fixture('original');
const RESULT = [6, 'ADA-7', 9, 15];

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stillframe-maps-'));
  cpSync(SOURCES, join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  compile('tsc', ['--sourceMap']);
  compile('inline', ['--inlineSourceMap']);
  compile('old', ['--sourceMap', '--target', 'es2015']);
  compile('stale', ['--sourceMap']);
  const later = new Date(Date.now() + 3_600_000);
  utimesSync(join(folder, 'stale', 'cart.js'), later, later);
  const bundle = await rolldown({ input: join(folder, 'src', 'main.ts') });
  await bundle.write({ dir: join(folder, 'bundle'), sourcemap: true });
  await bundle.write({ file: join(folder, 'minified', 'main.js'), sourcemap: true, minify: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function compile(out: string, options: readonly string[]): void {
  mkdirSync(join(folder, out));
  execFileSync(process.execPath, [
    join(import.meta.dirname, '..', '..', 'node_modules', 'typescript', 'bin', 'tsc'),
    ...['--rootDir', join(folder, 'src'), '--outDir', join(folder, out), '--ignoreConfig'],
    ...['--target', 'es2022', '--module', 'nodenext', '--rewriteRelativeImportExtensions', '--types', ''],
    ...options,
    join(folder, 'src', 'main.ts'),
  ]);
}

function run(
  main: string,
  breakpoints: Record<string, readonly [path: string, line: number]>,
): Promise<LineRun> {
  return runLines({
    file: join(folder, main),
    breakpoints: Object.entries(breakpoints).map(([id, [path, line]]) => ({
      id,
      file_path: path,
      line_number: line,
    })),
  });
}

const CART = join(SOURCES, 'cart.ts');
const MAIN = join(SOURCES, 'main.ts');
/** As another machine knows the files. */
const WANTED = {
  loop: ['/home/me/shop/src/cart.ts', lineOf(CART, 'loop')],
  async: ['src/cart.ts', lineOf(CART, 'async')],
  arrow: ['C:\\shop\\src\\main.ts', lineOf(MAIN, 'arrow')],
  expression: ['src/main.ts', lineOf(MAIN, 'expression')],
} as const;

describe.each([
  ['tsc', 'tsc/main.js'],
  ['tsc, with maps inside the files', 'inline/main.js'],
])('a line of TypeScript that was compiled by %s', (_, main) => {
  it('is captured', async () => {
    const found = await run(main, WANTED);
    expect(found.returned).toEqual(RESULT);
    expect(variablesOf(found)).toMatchObject({
      loop: {
        item: { price: 2, count: 3 },
        total: 0,
        price: 2,
        count: 3,
        '#items': [{ price: 2, count: 3 }],
      },
      async: { id: 7, before: 'ada-7', after: 'ADA-7', this: { owner: 'ada', kind: 1 } },
      arrow: { value: 4, scaled: 8 },
      expression: { value: 5 },
    });
  });
});

it('is captured in a bundle, which has done away with some names', async () => {
  const found = await run('bundle/main.js', WANTED);
  expect(found.returned).toEqual(RESULT);
  expect(variablesOf(found)).toMatchObject({
    loop: { item: { price: 2, count: 3 }, total: 0, price: 2, count: 3, '#items': [{ price: 2, count: 3 }] },
    async: { id: 7, before: 'ada-7', this: { owner: 'ada', kind: 1 } },
    arrow: { value: 4 },
    expression: { value: 5 },
  });
});

it('is captured in code for old engines, as far as its names are still there', async () => {
  const found = await run('old/main.js', WANTED);
  expect(found.returned).toEqual(RESULT);
  expect(variablesOf(found)).toMatchObject({
    loop: { item: { price: 2, count: 3 }, total: 0 },
    async: { before: 'ada-7', after: 'ADA-7' },
    arrow: { value: 4, scaled: 8 },
  });
});

it('is captured in a minified bundle at its own line or not at all', async () => {
  const found = await run('minified/main.js', WANTED);
  expect(found.returned).toEqual(RESULT);
  for (const { breakpointId, variables } of found.snapshots) {
    expect(Object.values(variables.value as object), String(breakpointId)).toContainEqual(
      { loop: 2, async: 'ada-7', arrow: 4, expression: 5 }[String(breakpointId)],
    );
  }
  const refused = found.words.filter(({ state }) => state === 'error');
  expect(found.snapshots.length + refused.length).toBe(4);
  for (const { reason } of refused)
    expect(reason).toMatch(/^no_code_at_line: .*The nearest lines that have: /);
});

it('without code is refused with the nearest lines of the original', async () => {
  const { words } = await run('tsc/main.js', { none: ['src/cart.ts', 1] });
  expect(words).toMatchObject([
    {
      state: 'error',
      reason: expect.stringMatching(/^no_code_at_line: Line 1 of .*src.cart\.ts .*that have: 6, 7, /),
    },
  ]);
});

it('of a script that changed since it was loaded is refused: its map may be another one', async () => {
  const { words } = await run('stale/main.js', { stale: ['src/cart.ts', lineOf(CART, 'loop')] });
  expect(words).toMatchObject([
    {
      state: 'error',
      reason: expect.stringMatching(/^stale_source: .*stale.cart\.js changed .*Restart the service\.$/),
    },
  ]);
});

it('of the generated code itself is captured by its own lines', async () => {
  const generated = join(folder, 'tsc', 'cart.js');
  const { snapshots } = await run('tsc/main.js', { js: ['tsc/cart.js', lineOf(generated, 'loop')] });
  expect(snapshots[0]?.variables.value).toMatchObject({ price: 2, count: 3, total: 0 });
});

it('that Node itself transforms is found by the map that Node made', async () => {
  const file = join(folder, 'src', 'main.ts');
  const { returned, snapshots } = await runLines(
    {
      file,
      breakpoints: [
        { id: 'loop', file_path: join(folder, 'src', 'cart.ts'), line_number: lineOf(CART, 'loop') },
      ],
    },
    ['--experimental-transform-types', '--no-warnings'],
  );
  expect(returned).toEqual(RESULT);
  expect(snapshots[0]?.variables.value).toMatchObject({ price: 2, count: 3, total: 0 });
});
