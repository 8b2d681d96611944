#!/usr/bin/env node
// Parsed by whatever Node runs it, also one that is far too old: nothing newer than ES2019 and no node: names in here.
import { existsSync } from 'fs';
import { fileURLToPath } from 'url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `stillframe: Node ${process.versions.node} is too old (node_too_old). Use Node 22.19 or newer.\n`,
  );
  process.exit(1);
}

// The sources are there on a clone only, where a build of yesterday would be what runs.
const built = new URL('../dist/control-server/main.js', import.meta.url);
const source = new URL('../main.ts', import.meta.url);

async function run() {
  const { main } = await import(existsSync(fileURLToPath(source)) ? source.href : built.href);
  process.exitCode = await main(process.argv.slice(2));
}
void run();
