import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import agent from '../../package.json' with { type: 'json' };
import server from '../../control-server/package.json' with { type: 'json' };
import { OLDEST_NODE } from '../../src/options-node.ts';
import viteConfig from '../../vite.config.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

it('is never packed without having been built', () => {
  expect(agent.scripts.prepack).toBe('npm run build:agent');
  expect(server.scripts.prepack).toBe('npm --prefix .. run build -w @stillframe/dashboard && npm run build');
});

it('exports what the build makes, to every way in which TypeScript looks for it', () => {
  const entries = Object.keys(viteConfig.build?.rolldownOptions?.input ?? {});
  const { './package.json': _, ...exported } = agent.exports;
  expect(Object.values(exported)).toEqual(
    entries.map((entry) => ({
      types: { require: `./dist/require/${entry}.d.ts`, default: `./dist/${entry}.d.ts` },
      default: `./dist/${entry}.js`,
    })),
  );
  // Of a TypeScript that knows no exports (moduleResolution node10, what "module": "commonjs" has).
  expect(agent.main).toBe(exported['.'].default);
  expect(agent.types).toBe(exported['.'].types.default);
  const { '.': _main, ...subpaths } = exported;
  expect(agent.typesVersions['*']).toEqual(
    Object.fromEntries(Object.entries(subpaths).map(([name, { types }]) => [name.slice(2), [types.default]])),
  );
});

it('ships what its README links to', () => {
  const links = [...read('README.md').matchAll(/\]\(([\w./-]+\.md)(?:#[\w-]+)?\)/g)].map(
    ([, target = '']) => target,
  );
  const shipped = links.filter((target) => /^docs\/[\w-]+\.md$/.test(target) || agent.files.includes(target));
  // For who changes the product, which needs a clone.
  expect(new Set(links.filter((target) => !shipped.includes(target)))).toEqual(new Set(['CONTRIBUTING.md']));
  expect(agent.files).toContain('docs/*.md');
});

it('runs on the Node that it asks for', () => {
  expect([agent.engines.node, server.engines.node]).toEqual([`>=${OLDEST_NODE}`, `>=${OLDEST_NODE}`]);
});

it('comes with its licence and a README, the server too', () => {
  expect(read('control-server/LICENSE')).toBe(read('LICENSE'));
  expect(existsSync(join(root, 'control-server', 'README.md'))).toBe(true);
  expect([agent.license, server.license]).toEqual(['Apache-2.0', 'Apache-2.0']);
});
