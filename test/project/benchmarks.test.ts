import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The cells of every row of every table; how wide the columns are does not count. */
function readRows(markdown: string): string[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\| *:?-/.test(line))
    .map((line) => line.replaceAll(/ *\| */g, '|'));
}

it('quotes figures in the README that stand in docs/benchmarks.md', () => {
  const block = /<!-- figures: npm run bench:report -->([\s\S]*?)<!-- end of figures -->/.exec(
    read('README.md'),
  )?.[1];
  const quoted = readRows(block ?? '');
  expect(quoted.length).toBeGreaterThan(5);
  const measured = new Set(readRows(read('docs/benchmarks.md')));
  expect(quoted.filter((row) => !measured.has(row))).toEqual([]);
});

it('compares with exact versions of packages that only the benches install', () => {
  const bench = JSON.parse(read('bench/package.json')) as {
    readonly private: boolean;
    readonly dependencies: Record<string, string>;
  };
  expect(bench.private).toBe(true);
  expect(Object.values(bench.dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  const { workspaces } = JSON.parse(read('package.json')) as { readonly workspaces: readonly string[] };
  expect(workspaces).not.toContain('bench');
});
