import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureStack } from '../../src/capture/call-site.ts';
import type { StackFrame } from '../../src/protocol/snapshot.ts';
import { capturesIn, expectMarks, FIXTURES } from './captures-in.ts';

const ROOT = join(import.meta.dirname, '..', '..');
let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'stillframe-call-sites-')));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A fixture under another name, which says how Node loads it. */
function copy(fixture: string, name: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  copyFileSync(join(FIXTURES, fixture), file);
  return file;
}

/** The fixture of all forms as CommonJS, its lines and columns where they were. */
function formsAsCommonJs(name: string): string {
  const file = copy('forms.js', name);
  const text = readFileSync(file, 'utf8')
    .replace(
      "import { EventEmitter } from 'node:events';",
      "const { EventEmitter } = require('node:events');",
    )
    .replace('export default async function forms', 'module.exports = async function forms');
  writeFileSync(file, text);
  return file;
}

function urlOf(file: string): string {
  return pathToFileURL(file).href;
}

describe('the call site of every form of call', () => {
  it('is right in a module', async () => {
    const file = copy('forms.js', 'forms.mjs');
    expectMarks(await capturesIn(urlOf(file)), file);
  });

  it('is right in CommonJS', async () => {
    const file = formsAsCommonJs('forms.cjs');
    expectMarks(await capturesIn(urlOf(file)), file);
  });

  it('is right in a module whose name has signs of a URL in it, and that is imported with a query', async () => {
    const file = copy('forms.js', 'a b/über 100%25 #1?.mjs');
    expectMarks(await capturesIn(`${urlOf(file)}?v=2#x`), file);
  });

  it('is right in CommonJS whose name has signs of a URL in it', async () => {
    const file = formsAsCommonJs('a b/über 100%25 #1?.cjs');
    expectMarks(await capturesIn(urlOf(file)), file);
  });

  it('is right in a worker thread', async () => {
    const file = copy('forms.js', 'in-worker.mjs');
    expectMarks(await capturesIn(urlOf(file), { worker: true }), file);
  });

  it("has the engine's and Node's own functions in between, as theirs", async () => {
    const found = await capturesIn(urlOf(copy('forms.js', 'between.mjs')));
    expect(found['callback']?.[1]).toEqual({
      functionName: 'Array.map',
      filePath: '<anonymous>',
      lineNumber: 0,
      columnNumber: 0,
      origin: 'node',
      isAsync: false,
    });
    expect(found['all']?.[1]).toMatchObject({ functionName: 'Promise.all', origin: 'node', isAsync: true });
    expect(found['emitter']?.[1]).toMatchObject({
      functionName: 'EventEmitter.emit',
      filePath: 'node:events',
      origin: 'node',
    });
  });
});

describe('the call site in TypeScript', () => {
  it.each([[], ['--enable-source-maps']])(
    'that Node strips the types of is where the call stands, with %j',
    async (...flags) => {
      const file = join(FIXTURES, 'typed.ts');
      expectMarks(await capturesIn(urlOf(file), { flags }), file);
    },
  );

  it('that Node transforms is the original: Node holds the map, no file does', async () => {
    const file = join(FIXTURES, 'transformed.ts');
    const flags = ['--experimental-transform-types'];
    expectMarks(await capturesIn(urlOf(file), { flags }), file);
  });

  describe('that was compiled', () => {
    const KINDS = [
      ['--module', 'nodenext', '--sourceMap'],
      ['--module', 'nodenext', '--inlineSourceMap'],
      ['--module', 'nodenext', '--inlineSourceMap', '--inlineSources'],
      ['--module', 'commonjs', '--sourceMap'],
      ['--module', 'nodenext', '--sourceMap', '--sourceRoot', '../../compiled/src'],
    ];

    function outFolder(kind: readonly string[]): string {
      return join(folder, 'compiled', kind.join('').replaceAll(/\W+/g, '-'));
    }

    beforeAll(() => {
      copy('typed.ts', 'compiled/src/typed.ts');
      copy('forms.js', 'compiled/src/forms.ts');
      const tsc = createRequire(import.meta.url)
        .resolve('typescript/package.json')
        .replace('package.json', 'bin/tsc');
      for (const kind of KINDS) {
        const outDir = outFolder(kind);
        mkdirSync(outDir, { recursive: true });
        const type = kind.includes('commonjs') ? 'commonjs' : 'module';
        writeFileSync(join(outDir, 'package.json'), JSON.stringify({ type }));
        writeFileSync(join(folder, 'compiled', 'src', 'package.json'), JSON.stringify({ type }));
        const sources = ['typed.ts', 'forms.ts'].map((name) => join(folder, 'compiled', 'src', name));
        const options = ['--target', 'es2022', '--removeComments', '--noCheck', '--ignoreConfig'];
        execFileSync(process.execPath, [tsc, ...sources, '--outDir', outDir, ...kind, ...options]);
      }
    });

    it.each(KINDS.flatMap((kind) => [[], ['--enable-source-maps']].map((flags) => ({ kind, flags }))))(
      'is the original: $kind $flags',
      async ({ kind, flags }) => {
        for (const name of ['typed', 'forms']) {
          const found = await capturesIn(urlOf(join(outFolder(kind), `${name}.js`)), { flags });
          expectMarks(found, join(folder, 'compiled', 'src', `${name}.ts`));
        }
      },
    );

    it('stays the generated one when the file changed after the process had started, unless Node holds the map', async () => {
      const kind = KINDS[0] ?? [];
      const out = join(folder, 'compiled', 'changed');
      cpSync(outFolder(kind), out, { recursive: true });
      const file = join(out, 'typed.js');
      const later = new Date(Date.now() + 3_600_000);
      utimesSync(file, later, later);
      const source = join(folder, 'compiled', 'src', 'typed.ts');
      const found = await capturesIn(urlOf(file));
      expect(found['function']?.[0]).toMatchObject({ functionName: 'placeOrder', filePath: file });
      expectMarks(await capturesIn(urlOf(file), { flags: ['--enable-source-maps'] }), source);
    });
  });
});

describe('the call site in a bundle', () => {
  async function bundle(
    entry: string,
    outName: string,
    { minify = false, sourcemap = true as boolean | 'inline' } = {},
  ): Promise<string> {
    const outDir = join(folder, 'bundles', outName);
    await build({
      configFile: false,
      root: dirname(entry),
      logLevel: 'silent',
      resolve: { alias: { 'stillframe-sources': join(ROOT, 'src') } },
      ssr: { noExternal: true, target: 'node' },
      build: {
        ssr: entry,
        outDir,
        minify,
        sourcemap,
        target: 'es2022',
        rolldownOptions: { output: { entryFileNames: 'out.mjs' } },
      },
    });
    return join(outDir, 'out.mjs');
  }

  let entry: string;
  let dependency: string;
  beforeAll(() => {
    entry = copy('bundled.js', 'app/src/bundled.js');
    copy('forms.js', 'app/src/forms.js');
    dependency = join(folder, 'app', 'node_modules', 'dep', 'index.js');
    mkdirSync(dirname(dependency), { recursive: true });
    writeFileSync(
      join(dirname(dependency), 'package.json'),
      '{"name":"dep","type":"module","main":"index.js"}',
    );
    writeFileSync(dependency, '\nexport function throughDependency(callback) {\n  return callback();\n}\n');
  });

  it.each([
    ['an external map', { sourcemap: true }, []],
    ['an inline map', { sourcemap: 'inline' }, []],
    ['an external map', { sourcemap: true }, ['--enable-source-maps']],
  ] as const)(
    'is the original, with %s %j %j, and names the code of dependencies',
    async (_, options, flags) => {
      const file = await bundle(entry, `plain-${options.sourcemap}-${flags.length}`, options);
      const found = await capturesIn(urlOf(file), { flags });
      expectMarks(found, entry);
      expectMarks(found, join(folder, 'app', 'src', 'forms.js'));
      expect(found['throughDependency']?.[1]).toMatchObject({
        functionName: 'throughDependency',
        filePath: dependency,
        lineNumber: 3,
        origin: 'dependency',
      });
    },
  );

  it('is the original in a bundle that was minified into one line; names are what the minifier made of them', async () => {
    const file = await bundle(entry, 'minified', { minify: true });
    expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(5);
    const found = await capturesIn(urlOf(file));
    expectMarks(found, entry, ['functionName']);
    expectMarks(found, join(folder, 'app', 'src', 'forms.js'), ['functionName']);
  });

  it('is never a frame of the agent, also when the agent is in the same file', async () => {
    const source = copy('agent-in-bundle.js', 'app/src/agent-in-bundle.js');
    for (const minify of [false, true]) {
      const file = await bundle(source, `agent-${minify}`, { minify });
      const found = await capturesIn(urlOf(file));
      expectMarks(found, source, ['functionName']);
      const files = found['snapshot']?.map((frame) => frame.filePath) ?? [];
      expect(files.filter((name) => name.startsWith(join(ROOT, 'src')))).toEqual([]);
    }
  });
});

describe('the call site of evaluated code', () => {
  it('is the position in the code, and where it was evaluated', async () => {
    const file = join(FIXTURES, 'evaluated.cjs');
    const lines = readFileSync(file, 'utf8').split('\n');
    const placeOf = (name: string, call: string): string => {
      const at = lines.findIndex((line) => line.endsWith(`// EVAL ${name}`));
      return `${file}:${at + 1}:${(lines[at]?.indexOf(call) ?? -1) + 1}`;
    };
    const found = await capturesIn(urlOf(file));
    const nearest = Object.fromEntries(
      Object.entries(found).map(([name, [frame]]) => [
        name,
        `${frame?.functionName}|${frame?.filePath}:${frame?.lineNumber}:${frame?.columnNumber}|${frame?.origin}`,
      ]),
    );
    expect(nearest).toEqual({
      direct: `eval|eval at direct (${placeOf('direct', 'eval(')}), <anonymous>:3:3|application`,
      indirect: `ruled|eval at evaluated (${placeOf('indirect', "('function")}), <anonymous>:2:10|application`,
      made: `eval|eval at evaluated (${placeOf('made', 'new Function')}), <anonymous>:3:8|application`,
      nested: `eval|eval at <anonymous> (eval at evaluated (${placeOf('nested', 'eval(')})), <anonymous>:1:1|application`,
      named: 'eval|webpack-internal:///./src/order.ts:1:1|application',
      script: '|evalmachine.<anonymous>:1:1|application',
      relative: 'discount|rules/discount.js:2:10|application',
      moved: '|/rules/moved.js:11:1|application',
    });
  });
});

describe('the call site of a snapshot', () => {
  it('is the line of the call by every way into the agent, without a frame of the agent', async () => {
    const file = copy('ways.js', 'ways.mjs');
    const found = await capturesIn(urlOf(file), { program: 'run-agent.ts' });
    expectMarks(found, file);
    for (const [nearest] of Object.values(found)) expect(nearest?.filePath).toBe(file);
  });

  it('has no frame of the agent below it either, when the agent called the program that captures', async () => {
    const file = copy('from-logger.js', 'from-logger.mjs');
    const found = await capturesIn(urlOf(file), { program: 'run-agent.ts' });
    expectMarks(found, file);
    const files = found['fromLogger']?.map((frame) => frame.filePath) ?? [];
    expect(files.filter((name) => name.startsWith(join(ROOT, 'src')))).toEqual([]);
  });
});

describe('a stack', () => {
  function recurse(depth: number, maxFrames: number): readonly StackFrame[] {
    return depth === 0 ? walk(maxFrames) : recurse(depth - 1, maxFrames);
  }
  function walk(maxFrames: number): readonly StackFrame[] {
    return captureStack(walk, maxFrames).frames();
  }

  it.each([1, 20, 50])('that is deeper than %i frames keeps those, the nearest', (maxFrames) => {
    const names = recurse(80, maxFrames).map((frame) => frame.functionName);
    expect(names).toEqual(Array(maxFrames).fill('recurse'));
  });

  it('has at its end what called first', () => {
    const frames = recurse(3, 50);
    expect(frames.slice(0, 4).map((frame) => frame.functionName)).toEqual(Array(4).fill('recurse'));
    expect(frames.length).toBeLessThan(50);
    expect(frames[4]?.filePath).toBe(import.meta.filename);
  });
});
