import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const fixtures = join(root, 'test', 'fixtures', 'call-sites');

interface Found {
  readonly functionName: string;
  readonly filePath: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
  readonly origin: string;
}

/**
 * The nearest frame of every capture in a fixture, found in a process of its own: the test runner rewrites modules and
 * brings its own source maps.
 */
function captureIn(file: string, nodeArguments: readonly string[] = []): Record<string, Found> {
  const program = `
    import { captureStack } from ${JSON.stringify(pathToFileURL(join(root, 'src/capture/call-site.ts')).href)};
    import { createSourcePositions } from ${JSON.stringify(pathToFileURL(join(root, 'src/capture/source-positions.ts')).href)};
    const module = await import(${JSON.stringify(pathToFileURL(file).href)});
    const positions = createSourcePositions();
    function capture() { return captureStack(capture, 20); }
    const found = {};
    for (const [name, frames] of Object.entries(module.default(capture))) {
      found[name] = (await positions.resolve((await frames).frames()))[0];
    }
    console.log(JSON.stringify(found));`;
  const output = execFileSync(
    process.execPath,
    [...nodeArguments, '--input-type=module', '--eval', program],
    {
      encoding: 'utf8',
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  return JSON.parse(output) as Record<string, Found>;
}

/** Where the source says `// HERE name`. */
function markers(file: string): Record<string, number> {
  const lines = readFileSync(file, 'utf8').split('\n');
  return Object.fromEntries(
    lines.flatMap((line, index) => {
      const name = /\/\/ HERE (.+)$/.exec(line)?.[1];
      return name === undefined ? [] : [[name, index + 1]];
    }),
  );
}

function expectMarkers(found: Record<string, Found>, source: string): void {
  const expected = Object.fromEntries(
    Object.entries(markers(source)).map(([name, lineNumber]) => [
      name,
      { functionName: name, filePath: source, lineNumber, origin: 'application' },
    ]),
  );
  expect(Object.keys(expected).length).toBeGreaterThan(0);
  expect(found).toMatchObject(expected);
}

describe('call site', () => {
  it.each(['common.cjs', 'module.mjs', 'stripped.ts'])(
    'is the file, line and function of the caller in %s',
    (name) => {
      const file = join(fixtures, name);
      expectMarkers(captureIn(file), file);
    },
  );

  describe('of compiled TypeScript', () => {
    let folder: string;

    beforeAll(() => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'stillframe-call-sites-')));
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
      cpSync(join(fixtures, 'stripped.ts'), join(folder, 'src', 'stripped.ts'));
      const tsc = createRequire(import.meta.url)
        .resolve('typescript/package.json')
        .replace('package.json', 'bin/tsc');
      for (const [outDir, map] of [
        ['external', '--sourceMap'],
        ['inline', '--inlineSourceMap'],
      ] as const) {
        execFileSync(process.execPath, [
          tsc,
          join(folder, 'src', 'stripped.ts'),
          '--outDir',
          join(folder, outDir),
          map,
          ...[
            '--module',
            'nodenext',
            '--target',
            'es2022',
            '--removeComments',
            '--skipLibCheck',
            '--ignoreConfig',
          ],
        ]);
      }
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each([
      ['external', []],
      ['inline', []],
      ['external', ['--enable-source-maps']],
      ['inline', ['--enable-source-maps']],
    ] as const)('is the original line with an %s source map and %j', (kind, flags) => {
      expectMarkers(captureIn(join(folder, kind, 'stripped.js'), flags), join(folder, 'src', 'stripped.ts'));
    });
  });
});
