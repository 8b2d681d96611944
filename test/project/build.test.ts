import { execFileSync } from 'node:child_process';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as sources from '../../src/index.ts';
import { buildAgent } from '../helpers/built-agent.ts';
import type { BuiltAgent } from '../helpers/built-agent.ts';

let agent: BuiltAgent;
let folder: string;

beforeAll(() => {
  agent = buildAgent();
  ({ folder } = agent);
});
afterAll(() => agent.remove());

function run(program: string, flags: readonly string[] = []): unknown {
  const file = join(folder, `program-${readdirSync(folder).length}.mjs`);
  writeFileSync(file, program);
  return JSON.parse(execFileSync(process.execPath, [...flags, file], { cwd: folder, encoding: 'utf8' }));
}

describe('the agent as it is published', () => {
  it('exports what the sources export, to import and to require', () => {
    const names = run(`
      import { createRequire } from 'node:module';
      import * as imported from './index.js';
      const required = createRequire(import.meta.url)('./index.js');
      console.log(JSON.stringify([Object.keys(imported).sort(), Object.keys(required).filter((name) => name !== 'module.exports').sort()]));`);
    const expected = Object.keys(sources).toSorted();
    expect(names).toEqual([expected, expected]);
  });

  it('is a few files, the connection among those that are loaded later', () => {
    const files = [...readdirSync(folder), ...readdirSync(join(folder, 'chunks'))];
    const scripts = files.filter((name) => name.endsWith('.js'));
    expect(scripts).toContain('connect-to-server.js');
    expect(scripts.length).toBeLessThan(20);
    const loaded = run(`
      import { init } from './index.js';
      import { createRequire } from 'node:module';
      const agent = init({ apiKey: 'sf_x', endpoint: 'http://127.0.0.1:9', env: false, logger: { warn() {} } });
      const isLoaded = () => Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes('undici'));
      const early = isLoaded();
      while (!isLoaded()) await new Promise((resolve) => setTimeout(resolve, 5));
      console.log(JSON.stringify({ early, state: agent.status().state }));
      process.exit();`);
    expect(loaded).toEqual({ early: false, state: 'running' });
  });

  it('does not load the scrubber for an import', () => {
    const loaded = run(`
      import { readFileSync } from 'node:fs';
      const early = new Set();
      const follow = (file) => {
        if (early.has(file)) return;
        early.add(file);
        const text = readFileSync(new URL(file, import.meta.url), 'utf8');
        for (const [, path] of text.matchAll(/^(?:import|export) .* from "(\\.[^"]+)";$/gm))
          follow(new URL(path, new URL(file, import.meta.url)).href);
      };
      follow(new URL('./index.js', import.meta.url).href);
      console.log(JSON.stringify([...early].map((file) => file.split('/').pop()).filter((name) => /index|scrub/.test(name))));`);
    expect(loaded).toEqual(['index.js']);
  });

  it.each([
    ['scrubber', 'snapshot-scrubber.js', 'scrub', 'STILLFRAME_NO_SCRUBBER'],
    ['connection', 'connect-to-server.js', 'send', 'STILLFRAME_NO_CONNECTION'],
  ])('ends, and says so, when the file of the %s is missing', (_what, name, reason, code) => {
    const file = join(folder, 'chunks', name);
    renameSync(file, `${file}.away`);
    try {
      const seen = run(`
        import { captureSnapshot, init } from './index.js';
        const agent = init({ apiKey: 'sf_x', endpoint: 'http://127.0.0.1:9', env: false, logger: { warn() {} } });
        captureSnapshot('orders', { mail: 'jane@example.com' });
        while (agent.isEnabled()) await new Promise((resolve) => setTimeout(resolve, 5));
        const { state, captured, dropped, problems } = agent.status();
        console.log(JSON.stringify({ state, captured, lost: dropped.${reason}, codes: problems.map(({ code }) => code) }));`);
      expect(seen).toEqual({ state: 'off', captured: 1, lost: 1, codes: [code] });
    } finally {
      renameSync(`${file}.away`, file);
    }
  });

  it('ends, and says what to do, where Node has no WebAssembly: no request would come through', () => {
    const seen = run(
      `
        import { captureSnapshot, init } from './index.js';
        const agent = init({ apiKey: 'sf_x', endpoint: 'http://127.0.0.1:9', env: false, logger: { warn() {} } });
        captureSnapshot('orders', { mail: 'jane@example.com' });
        while (agent.isEnabled()) await new Promise((resolve) => setTimeout(resolve, 5));
        const { state, captured, dropped, problems } = agent.status();
        console.log(JSON.stringify({ state, captured, lost: dropped.send, problems }));`,
      ['--jitless'],
    );
    expect(seen).toEqual({
      state: 'off',
      captured: 1,
      lost: 1,
      problems: [
        {
          code: 'STILLFRAME_NO_CONNECTION',
          message:
            'The connection could not be loaded (its HTTP client needs WebAssembly): nothing is sent and the agent is off. ' +
            'Start Node without --jitless.',
        },
      ],
    });
  });

  it('is off on a Node that is too old, and leaves the service alone', () => {
    // What such a Node lacks, and what the agent or its packages cannot do without.
    const old = `
      Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });
      delete Promise.withResolvers;
      for (const name of ['map', 'filter', 'take', 'toArray']) delete Iterator.prototype[name];
      delete globalThis.Iterator;`;
    const file = join(folder, 'old-node.mjs');
    writeFileSync(file, old);
    const seen = run(
      `
        import { captureSnapshot, capturePoint, init, shutdown } from './index.js';
        const agent = init({ apiKey: 'sf_x', endpoint: 'http://127.0.0.1:9', env: false, logger: { warn() {} } });
        captureSnapshot('orders', { mail: 'jane@example.com' });
        capturePoint('orders').capture({ mail: 'jane@example.com' });
        const { state, captured, problems } = agent.status();
        await shutdown();
        console.log(JSON.stringify({ state, captured, codes: problems.map(({ code }) => code) }));`,
      ['--import', pathToFileURL(file).href],
    );
    expect(seen).toEqual({ state: 'off', captured: 0, codes: ['STILLFRAME_OLD_NODE'] });
  });

  it('scrubs by itself', () => {
    const text = run(`
      import { scrubText } from './scrub/index.js';
      console.log(JSON.stringify(scrubText('mail jane@example.com')));`);
    expect(text).toBe('mail [REDACTED:email]');
  });
});
