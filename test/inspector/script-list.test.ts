import { describe, expect, it } from 'vitest';
import type { Script } from '../../src/inspector/script.ts';
import { createScriptList } from '../../src/inspector/script-list.ts';
import type { ScriptList } from '../../src/inspector/script-list.ts';

function script(id: string, url: string): Script {
  return {
    id,
    url,
    isModule: true,
    isInMainContext: true,
    sourceMapUrl: '',
    hash: '',
    length: 10,
    startLine: 0,
    startColumn: 0,
    endLine: 0,
  };
}

function listOf(...urls: readonly string[]): ScriptList {
  const list = createScriptList({ roots: ['/app'], isOwn: (path) => path.includes('/stillframe/') });
  urls.forEach((url, index) => list.add(script(String(index), url)));
  return list;
}

describe('scripts of a file', () => {
  it('are all that were loaded from it, under whatever query, the newest first', () => {
    const list = listOf(
      'file:///app/a.mjs',
      'file:///app/b.mjs',
      'file:///app/a.mjs?v=2',
      'file:///app/a.mjs',
    );
    const found = list.find('/app/a.mjs');
    expect(found.kind === 'found' && [found.filePath, found.scripts.map(({ id }) => id)]).toEqual([
      '/app/a.mjs',
      ['3', '2', '0'],
    ]);
  });

  it('are at most four', () => {
    const found = listOf(...Array.from({ length: 6 }, (_, i) => `file:///app/a.mjs?${i}`)).find('a.mjs');
    expect(found.kind === 'found' && found.scripts.map(({ id }) => id)).toEqual(['5', '4', '3', '2']);
  });

  it('are never those of Node, of WebAssembly, of the agent, or of code without a name', () => {
    const list = listOf(
      'node:fs',
      'wasm://wasm/abc',
      'file:///app/node_modules/stillframe/dist/fs',
      '',
      'stillframe:x',
    );
    for (const wanted of ['fs', 'node:fs', 'abc', 'x']) expect(list.find(wanted)).toEqual({ kind: 'none' });
  });

  it('are named when several files fit, up to five', () => {
    const list = listOf(...Array.from({ length: 7 }, (_, i) => `file:///app/${i}/index.js`));
    expect(list.find('index.js')).toEqual({
      kind: 'ambiguous',
      filePaths: Array.from({ length: 5 }, (_, i) => `/app/${i}/index.js`),
    });
  });

  it('are forgotten, and no more than 20,000', () => {
    const list = createScriptList({ roots: ['/app'], isOwn: () => false });
    for (let id = 0; id < 20_001; id++) list.add(script(String(id), `file:///app/${id}.js`));
    expect(list.find('19999.js').kind).toBe('found');
    expect(list.find('20000.js').kind).toBe('none');
    list.clear();
    expect(list.find('1.js').kind).toBe('none');
  });
});
