import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLines } from './run-lines.ts';
import type { LineRun } from './run-lines.ts';

/** V8 names the first thousand places of a range: these functions have more. */
const FUNCTIONS = 1_500;
const LINES_EACH = 5;

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stillframe-long-lines-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'many.js'), Array.from({ length: FUNCTIONS }, (_, n) => functionOf(n)).join(''));
  writeFileSync(
    join(folder, 'main.js'),
    `import * as many from './many.js';
export const run = () => [3, 900, 1200].map((n) => many['work' + n]({ price: n, log: String }));
`,
  );
  const bundle = await rolldown({ input: join(folder, 'main.js') });
  for (const [format, file] of [
    ['esm', 'bundle.mjs'],
    ['cjs', 'bundle.cjs'],
  ] as const) {
    await bundle.write({ format, file: join(folder, file), sourcemap: true, minify: true });
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function functionOf(n: number): string {
  return `export function work${n}(order) {
  order.log('mark-${n}');
  // Nothing.
  return order.price * 2;
}
`;
}

function lineOf(n: number): number {
  return n * LINES_EACH + 2;
}

function run(file: string, breakpoint: Readonly<Record<string, unknown>>): Promise<LineRun> {
  return runLines({ file: join(folder, file), breakpoints: [{ id: 'a', ...breakpoint }] });
}

/** What the functions were called with in which something was captured. */
function pricesIn({ snapshots }: LineRun): unknown[] {
  return snapshots.flatMap(({ variables }) =>
    Object.values(variables.value as Record<string, { price?: number }>).flatMap(({ price }) => price ?? []),
  );
}

describe.each(['bundle.mjs', 'bundle.cjs'])('a line of an original in the one long line of %s', (file) => {
  it.each([3, 1_200])('is captured in its own function, number %i', async (n) => {
    const found = await run(file, { file_path: 'many.js', line_number: lineOf(n) });
    expect(found.returned).toEqual([6, 1_800, 2_400]);
    expect(pricesIn(found)).toEqual([n]);
  });

  it('without code is refused with the nearest lines of the original', async () => {
    const line = lineOf(1_200);
    const { words } = await run(file, { file_path: 'many.js', line_number: line + 1 });
    expect(words).toMatchObject([
      {
        state: 'error',
        reason: expect.stringMatching(new RegExp(`nearest lines that have: .*\\b${line}\\b`)),
      },
    ]);
  });

  it.each([3, 1_200])('is captured by its own column there, in function number %i', async (n) => {
    const column = readFileSync(join(folder, file), 'utf8').split('\n')[0]!.indexOf(`mark-${n}\``) + 1;
    const found = await run(file, {
      file_path: join(folder, file),
      line_number: 1,
      column_number: column,
    });
    expect(pricesIn(found)).toEqual([n]);
  });
});
