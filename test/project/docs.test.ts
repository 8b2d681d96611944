import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OPTION_SPECS } from '../../src/options-table.ts';
import { DROP_REASONS } from '../../src/protocol/drop-reason.ts';
import { VERSION } from '../../src/protocol/version.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('docs/options.md', () => {
  const rows = new Map(
    read('docs/options.md')
      .split('\n')
      .map((line) => [/^\| `(\w+)`/.exec(line)?.[1] ?? '', line] as const),
  );

  it.each([...OPTION_SPECS])('says what %s does, its default, range and variables', (name, spec) => {
    const row = rows.get(name);
    expect(row).toBeDefined();
    if (spec.type === 'integer') {
      const [min, max] = /from (\d+) to (\d+)/.exec(spec.expected)?.slice(1).map(Number) ?? [];
      const inWords = (value: unknown): string => Number(value).toLocaleString('en-US');
      expect(row).toContain(`Default ${inWords(spec.fallback)}, ${inWords(min)} to ${inWords(max)}`);
    }
    if (spec.type === 'flag' && spec.fallback !== null)
      expect(row).toContain(`Default ${JSON.stringify(spec.fallback)}`);
    for (const variable of spec.variables) expect(row).toContain(variable);
  });

  it('lists no option that does not exist', () => {
    const listed = [...rows.keys()].filter((name) => name !== '');
    expect(listed.filter((name) => !OPTION_SPECS.has(name as never))).toEqual([]);
  });
});

describe('the options as an editor shows them', () => {
  const comments = new Map(
    [...read('src/agent-options.ts').matchAll(/\/\*\*([\s\S]*?)\*\/\s+readonly (\w+)\?:/g)].map(
      ([, text = '', name = '']) => [name, text.replaceAll(/\s+\*?\s*/g, ' ')] as const,
    ),
  );

  it.each([...OPTION_SPECS])('say the default, range and variables of %s as the page does', (name, spec) => {
    const comment = comments.get(name);
    const row = read('docs/options.md')
      .split('\n')
      .find((line) => line.startsWith(`| \`${name}\` `));
    const [range] = /Default (?:[\d,]+, [\d,]+ to [\d,]+|true|false)/.exec(row ?? '') ?? [];
    expect(comment).toContain(range ?? '');
    for (const variable of spec.variables) expect(comment).toContain(variable);
    // A link to a page leads nowhere from there.
    expect(comment).not.toContain('](');
  });
});

describe('docs/troubleshooting.md', () => {
  // As the sources say them: there is a type of these codes, and no value.
  const codes = /export type ProblemCode =([^;]*);/
    .exec(read('src/errors.ts'))?.[1]
    ?.match(/STILLFRAME_\w+/g);

  it('explains every code that an agent has, and no other', () => {
    const explained = [...read('docs/troubleshooting.md').matchAll(/^\| `(STILLFRAME_\w+)` +\| \S/gm)];
    expect(explained.map(([, code]) => code).toSorted()).toEqual(codes?.toSorted());
  });
});

it('links to pages and headings that exist', () => {
  const pages = [
    'README.md',
    'SECURITY.md',
    ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
  ];
  const broken = pages
    .filter((page) => page.endsWith('.md'))
    .flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].map(
        ([, path = '', heading]) => [page, path === '' ? page : join(dirname(page), path), heading] as const,
      ),
    )
    .filter(
      ([, target, heading]) =>
        !existsSync(join(root, target)) || (heading !== undefined && !headingsOf(target).includes(heading)),
    );
  expect(broken).toEqual([]);
});

/** The anchors of a page, as every viewer of Markdown makes them. */
function headingsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('docs/safety.md', () => {
  it.each([...DROP_REASONS])('explains the loss reason %s', (reason) => {
    expect(read('docs/safety.md')).toMatch(new RegExp(`^\\| \`${reason}\` +\\| \\w`, 'm'));
  });
});

describe('SECURITY.md', () => {
  const rows = [...read('SECURITY.md').matchAll(/^\| (S\d+) .*$/gm)];

  it('has a row for each of the 27 checks', () => {
    expect(rows.map(([, name]) => name)).toEqual(Array.from({ length: 27 }, (_, n) => `S${n + 1}`));
  });

  it.each(rows.map(([row, name = '']) => [name, row] as const))(
    'names tests of %s that exist',
    (_name, row) => {
      const files = [...row.matchAll(/`(test\/[^`]+)`/g)].map(([, file = '']) => file);
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) expect(existsSync(join(root, file)), file).toBe(true);
    },
  );
});

it('gives agent, control server and dashboard one version', () => {
  for (const file of [
    'package.json',
    'control-server/package.json',
    'control-server/dashboard/package.json',
  ]) {
    expect((JSON.parse(read(file)) as { version: string }).version, file).toBe(VERSION);
  }
});

it.each(['README.md', 'docs/dashboard.md'])(
  'shows pictures in %s that exist, in light and in dark',
  (file) => {
    const pictures = [...read(file).matchAll(/(?:src|srcset)="([^"]+)"/g)].map(([, name = '']) => name);
    expect(pictures.length).toBeGreaterThan(0);
    expect(pictures.filter((name) => !existsSync(join(root, dirname(file), name)))).toEqual([]);
  },
);
