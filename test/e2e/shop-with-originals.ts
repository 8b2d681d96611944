import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const REGISTER = join(import.meta.dirname, '..', '..', 'src', 'register.ts');

/** A key that no issuer gave; the scrubber cannot know that. */
export const SECRET: string = ['AKIA', 'Z7Q2M4X8B1C6D3F5'].join('');

/** What the map of the bundle carries of an original that is on no disk. */
export const BUNDLED: string = `export const bundled: number = 1;\nconst key = '${SECRET}';\n`;
/** An original on the disk. */
export const PLAIN = 'export const plain: boolean = true;\n';
/** TypeScript that Node strips. */
export const ORDER = `export interface Order {
  readonly total: number;
}
export function place(order: Order): number {
  const total: number = order.total * 2;
  return total;
}
`;

function mapOf(sources: readonly string[], contents?: readonly string[]): string {
  return JSON.stringify({
    version: 3,
    sources,
    ...(contents === undefined ? {} : { sourcesContent: contents }),
    names: [],
    mappings: 'AAAA',
  });
}

function compiled(name: string, code: string): string {
  return `${code}\n//# sourceMappingURL=${name}.map\n`;
}

const FILES: Readonly<Record<string, string>> = {
  'app/package.json': '{ "name": "shop", "type": "module" }\n',
  'app/main.mjs': `import { place } from './src/order.ts';
import './dist/bundle.js';
import './dist/plain.js';
import './dist/leak.js';
import './.hidden.mjs';
import 'dep';
import '../outside/shared.mjs';
setInterval(() => place({ total: 3 }), 20);
`,
  'app/src/order.ts': ORDER,
  'app/dist/bundle.js': compiled('bundle.js', 'export const bundled = 1;'),
  'app/dist/bundle.js.map': mapOf(
    ['../src/bundled.ts', '../node_modules/dep/index.ts', '../../outside/secret.ts'],
    [BUNDLED, 'dependency', 'secret'],
  ),
  'app/src/plain.ts': PLAIN,
  'app/dist/plain.js': compiled('plain.js', 'export const plain = true;'),
  'app/dist/plain.js.map': mapOf(['../src/plain.ts']),
  'app/dist/leak.js': compiled('leak.js', 'export const leak = 1;'),
  'app/dist/leak.js.map': mapOf(['../src/link.ts', '../.env', '../../outside/secret.ts']),
  'app/.env': 'KEY=1\n',
  'app/.hidden.mjs': 'export const hidden = 1;\n',
  'app/node_modules/dep/package.json': '{ "name": "dep", "type": "module", "exports": "./index.js" }\n',
  'app/node_modules/dep/index.js': 'export const dep = 1;\n',
  'outside/shared.mjs': 'export const shared = 1;\n',
  'outside/secret.ts': 'secret\n',
};

/** A service with originals of every kind, and with files that nobody is to see. */
export interface ShopWithOriginals {
  /** The whole path of one of its files. */
  path(name: string): string;
  write(name: string, text: string): void;
  /** Starts a process against a control server. */
  start(url: string, key: string, environment?: Readonly<Record<string, string>>): void;
  /** Ends the processes and takes the files away. */
  close(): Promise<void>;
}

/** Writes the files; the caller closes it. */
export function writeShopWithOriginals(): ShopWithOriginals {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'stillframe-originals-')));
  const ends: (() => Promise<void>)[] = [];
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  for (const [name, text] of Object.entries(FILES)) write(name, text);
  symlinkSync(join(folder, 'outside/secret.ts'), join(folder, 'app/src/link.ts'));
  return {
    path: (name) => join(folder, 'app', name),
    write: (name, text) => write(`app/${name}`, text),
    start(url, key, environment = {}) {
      const child = spawn(process.execPath, ['--import', REGISTER, 'main.mjs'], {
        cwd: join(folder, 'app'),
        stdio: ['ignore', 'ignore', 'inherit'],
        env: {
          PATH: process.env['PATH'],
          STILLFRAME_API_KEY: key,
          STILLFRAME_ENDPOINT: url,
          STILLFRAME_SERVICE_NAME: 'shop',
          ...environment,
        },
      });
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      ends.push(() => {
        child.kill('SIGKILL');
        return ended;
      });
    },
    async close() {
      await Promise.all(ends.map((end) => end()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
