import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ControlServer } from '../../control-server/index.ts';
import { MAX_SOURCE_CHARACTERS } from '../../src/protocol/source.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const AGENT = pathToFileURL(join(ROOT, 'src', 'index.ts')).href;

/** A key that no issuer gave; the scrubber cannot know that. */
export const SECRET: string = ['AKIA', 'Z7Q2M4X8B1C6D3F5'].join('');

/** What would run if a page took the name of a file, or a line of it, for more than text. */
export const HOSTILE_NAME: string = '<img src=x onerror=globalThis.hit=1>.mjs';

/** In one piece it would be taken for that of this file. */
const MAP_COMMENT = ['source', 'MappingURL'].join('');

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "shop", "type": "module" }\n',
  'main.mjs': `import { captureSnapshot } from '${AGENT}';
import { add } from './dist/cart.js';
import { place } from './orders/order.mjs';
import './large.mjs';
import './${encodeURIComponent(HOSTILE_NAME)}';

const timer = setInterval(() => {
  const order = place({ total: add(20, 5) });
  captureSnapshot('placed', { order });
}, 20);
process.on('message', () => {
  clearInterval(timer);
  process.disconnect();
});
process.send('running');
`,
  'orders/order.mjs': `const key = '${SECRET}';

/** Places an order. */
export function place(order) {
  const total = order.total * 2;
  return { ...order, total, hasKey: key !== '' };
}
`,
  [HOSTILE_NAME]: `export const text = '<script>globalThis.hit = 2</script><img src=x onerror=globalThis.hit=3>';\n`,
  'large.mjs': `// ${'x'.repeat(MAX_SOURCE_CHARACTERS)}\nexport const large = true;\n`,
  'src/cart.ts': `export function add(a: number, b: number): number {
  const sum: number = a + b;
  return sum;
}
`,
  'dist/cart.js': `export function add(a, b) {
  const sum = a + b;
  return sum;
}
//# ${MAP_COMMENT}=cart.js.map
`,
  'dist/cart.js.map': JSON.stringify({
    version: 3,
    file: 'cart.js',
    sources: ['../src/cart.ts'],
    names: [],
    // Line by line the same.
    mappings: 'AAAA;AACA;AACA;AACA',
  }),
};

/** A service in files of its own, which a test may change between two of its processes. */
export interface ShopInFiles {
  readonly folder: string;
  /** The whole path of one of its files. */
  path(name: string): string;
  write(name: string, text: string): void;
  /** Starts a process; resolves once it runs. */
  start(
    server: ControlServer,
    secret: string,
    serviceName: string,
    environment?: NodeJS.ProcessEnv,
  ): Promise<ChildProcess>;
  /** Ends the processes and takes the files away. */
  close(): Promise<void>;
}

/** Writes the files; the caller closes it. */
export function writeShop(): ShopInFiles {
  // V8 knows files by their real paths.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'stillframe-shop-')));
  const processes: ChildProcess[] = [];
  const path = (name: string): string => join(folder, ...name.split('/'));
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
  };
  for (const [name, text] of Object.entries(FILES)) write(name, text);
  return {
    folder,
    path,
    write,
    async start(server, secret, serviceName, environment = {}) {
      const child = fork(path('main.mjs'), {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        execArgv: ['--import', join(ROOT, 'src', 'register.ts')],
        env: {
          PATH: process.env['PATH'],
          STILLFRAME_API_KEY: secret,
          STILLFRAME_ENDPOINT: server.url,
          STILLFRAME_SERVICE_NAME: serviceName,
          STILLFRAME_STATUS_INTERVAL_MS: '1000',
          // Else a machine with much to do throttles a breakpoint for having turned the debugger on.
          STILLFRAME_LINE_BREAKPOINT_PERCENT: '50',
          ...environment,
        },
      });
      processes.push(child);
      await new Promise((resolve, reject) => {
        child.once('message', resolve);
        child.once('exit', (code) => reject(new Error(`the service ended with ${code}`)));
      });
      return child;
    },
    async close() {
      await Promise.all(
        processes.map(async (child) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          const ended = new Promise((resolve) => child.once('exit', resolve));
          child.kill('SIGKILL');
          await ended;
        }),
      );
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
