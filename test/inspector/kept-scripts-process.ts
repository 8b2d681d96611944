/** What a process still holds of the scripts it runs after its line breakpoint is gone, in bytes of their source maps. */
import { Session } from 'node:inspector';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createLines } from './lines-in-process.ts';

const SCRIPTS = 40;
const MAP_BYTES = 100_000;

const folder = mkdtempSync(join(tmpdir(), 'stillframe-kept-'));
const load = createRequire(join(folder, 'main.cjs'));
const map = Buffer.alloc(MAP_BYTES, 'a').toString('latin1');
for (let index = 0; index < SCRIPTS; index++) {
  const name = `./script-${index}.cjs`;
  const text = `exports.run = (x) => {\n  return x;\n};\n//# sourceMappingURL=data:application/json;base64,${map}\n`;
  writeFileSync(join(folder, name), text);
  load(name);
}

async function heapBytes(): Promise<number> {
  // V8 lets go of the texts that it compiled after some collections.
  for (let round = 0; round < 4; round++) {
    globalThis.gc?.();
    await nextTurn();
  }
  return process.memoryUsage().heapUsed;
}

// A debugger makes V8 let go of some texts for good.
const session = new Session();
session.connect();
session.post('Debugger.enable');
session.disconnect();

const program = createLines();
const before = await heapBytes();
await program.set([{ id: 'a', file_path: 'script-7.cjs', line_number: 2 }]);
const [word] = program.words;
await program.set([]);
// The debugger is turned off in a turn of its own.
await nextTurn();
await nextTurn();
const kept = (await heapBytes()) - before;
program.lines.close();
rmSync(folder, { recursive: true });
process.stdout.write(`${JSON.stringify({ state: word?.state, share: kept / (SCRIPTS * MAP_BYTES) })}\n`);
