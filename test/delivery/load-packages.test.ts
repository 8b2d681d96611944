import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = join(import.meta.dirname, '..', '..', 'src');
const at = (file: string): string => JSON.stringify(pathToFileURL(join(src, file)).href);

describe('loading the packages of the connection', () => {
  it('leaves nothing of them for the turn of the connection, and takes a turn for each piece', () => {
    const program = `
      import { createRequire } from 'node:module';
      const { cache } = createRequire(${at('index.ts')});
      const { loadPackages } = await import(${at('delivery/load-packages.ts')});
      let turns = 0;
      const count = () => { turns += 1; counting = setImmediate(count); };
      let counting = setImmediate(count);
      await loadPackages();
      clearImmediate(counting);
      const loaded = Object.keys(cache).length;
      await import(${at('connect-to-server.ts')});
      const more = Object.keys(cache).slice(loaded).map((file) => file.split('node_modules').pop());
      console.log(JSON.stringify({ isLoaded: loaded > 20, more, hasTakenTurns: turns >= 8 }));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
    });
    expect(JSON.parse(output)).toEqual({ isLoaded: true, more: [], hasTakenTurns: true });
  });
});
