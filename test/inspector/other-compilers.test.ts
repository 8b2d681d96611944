import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, lineOf, runLines, variablesOf } from './run-lines.ts';
import type { LineRun } from './run-lines.ts';

const SOURCES = fixture('original');
const CART = join(SOURCES, 'cart.ts');
const MAIN = join(SOURCES, 'main.ts');
/** As another machine knows the files. */
const WANTED = {
  loop: ['/home/me/shop/src/cart.ts', lineOf(CART, 'loop')],
  async: ['src/cart.ts', lineOf(CART, 'async')],
  arrow: ['C:\\shop\\src\\main.ts', lineOf(MAIN, 'arrow')],
  expression: ['src/main.ts', lineOf(MAIN, 'expression')],
} as const;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stillframe-compilers-'));
  cpSync(fixture('compiled'), folder, { recursive: true });
  cpSync(SOURCES, join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  // Node does not see the names that SWC exports by getters.
  writeFileSync(join(folder, 'swc-commonjs', 'entry.js'), "exports.run = require('./main.js').run;\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(main: string): Promise<LineRun> {
  return runLines({
    file: join(folder, main),
    breakpoints: Object.entries(WANTED).map(([id, [path, line]]) => ({
      id,
      file_path: path,
      line_number: line,
    })),
  });
}

/** What the program returns, whoever compiled it, and whether anybody looks. */
const RESULT = [6, 'ADA-7', 9, 15];

/** Of a `return` V8 shows no names of blocks: parameters and locals of the function are all there is. */
const EXPECTED = {
  loop: { item: { price: 2, count: 3 }, total: 0, price: 2, count: 3 },
  async: { id: 7, before: 'ada-7', after: 'ADA-7', this: { owner: 'ada', kind: 1 } },
  arrow: { value: 4, scaled: 8 },
  expression: { value: 5 },
};
const PRIVATE_FIELD = { '#items': [{ price: 2, count: 3 }] };

describe.each([
  ['esbuild, as a bundle', 'esbuild/main.js', { ...EXPECTED, loop: { ...EXPECTED.loop, ...PRIVATE_FIELD } }],
  ['esbuild, for engines without private fields, with its map inside', 'esbuild-inline/main.cjs', EXPECTED],
  ['SWC', 'swc/main.js', { ...EXPECTED, loop: { ...EXPECTED.loop, ...PRIVATE_FIELD } }],
  ['SWC, as CommonJS', 'swc-commonjs/entry.js', EXPECTED],
])('a line of TypeScript that was compiled by %s', (_, main, expected) => {
  it('is captured, and the program comes to the same result', async () => {
    const found = await run(main);
    expect(found.returned).toEqual(RESULT);
    expect(variablesOf(found)).toMatchObject(expected);
  });
});

it('is refused where a compiler left nothing of it but the getter of an export', async () => {
  const { words, snapshots } = await runLines({
    file: join(folder, 'swc-commonjs', 'entry.js'),
    breakpoints: [{ id: 'declared', file_path: 'src/main.ts', line_number: lineOf(MAIN, 'arrow') + 3 }],
  });
  expect(words).toMatchObject([
    {
      state: 'error',
      reason: expect.stringMatching(
        /^no_code_at_line: Of this line only the name .* inside of what it declares/,
      ),
    },
  ]);
  expect(snapshots).toEqual([]);
});

it('is captured in a minified bundle of esbuild at its own line or refused, never on another line', async () => {
  const found = await run('esbuild-minified/main.cjs');
  expect(found.returned).toEqual(RESULT);
  for (const { breakpointId, variables } of found.snapshots) {
    expect(Object.values(variables.value as object), String(breakpointId)).toContainEqual(
      { loop: 2, async: 'ada-7', arrow: 4, expression: 5 }[String(breakpointId)],
    );
  }
  const refused = found.words.filter(({ state }) => state === 'error');
  expect(found.snapshots.length + refused.length).toBe(4);
  for (const { reason } of refused) expect(reason).toMatch(/^no_code_at_line: /);
});

it.each([
  ['esbuild', ['main.js.map']],
  ['esbuild-minified', ['main.cjs.map']],
  ['swc', ['cart.js.map', 'main.js.map']],
  ['swc-commonjs', ['cart.js.map', 'main.js.map']],
])('the maps of %s are of the originals as they are', (compiled, maps) => {
  const contents = maps.flatMap((name) => {
    const text = readFileSync(join(fixture('compiled'), compiled, name), 'utf8');
    return (JSON.parse(text) as { readonly sourcesContent: readonly string[] }).sourcesContent;
  });
  expect(contents.toSorted()).toEqual([readFileSync(CART, 'utf8'), readFileSync(MAIN, 'utf8')].toSorted());
});
