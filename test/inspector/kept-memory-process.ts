/** What a process still holds of captures after V8 collected its garbage, in bytes a capture. */
import { setImmediate as nextTurn, setTimeout as pass } from 'node:timers/promises';
import { createLines } from './lines-in-process.ts';
import { lineOf } from './run-lines.ts';

const CAPTURES = 30;

function work(items: readonly { readonly name: string }[]): number {
  const count = items.length;
  return count + 1; // BREAKPOINT work
}

const file = import.meta.filename;
const items = Array.from({ length: 20 }, (_, i) => ({ name: `item ${i}` }));
// The share is so large that the debugger is turned on and off for every capture.
const program = createLines({ rateLimitMs: 1, share: 1_000, maxPerSecond: 1_000_000 });
await program.set([{ id: 'work', file_path: file, line_number: lineOf(file, 'work') }]);

async function capture(): Promise<void> {
  const end = program.captured() + CAPTURES;
  while (program.captured() < end) {
    work(items);
    program.take();
    program.words.splice(1);
    program.copyMs.splice(0);
    await pass(1);
  }
}

async function heapBytes(): Promise<number> {
  for (let round = 0; round < 2; round++) {
    globalThis.gc?.();
    await nextTurn();
  }
  return process.memoryUsage().heapUsed;
}

await capture();
const keptBytes: number[] = [];
// A leak is in every round; what V8 compiles meanwhile, on a busy machine, is not.
for (let round = 0; round < 6; round++) {
  const before = await heapBytes();
  await capture();
  keptBytes.push(((await heapBytes()) - before) / CAPTURES);
}
program.lines.close();
process.stdout.write(`${JSON.stringify({ least: Math.min(...keptBytes) })}\n`);
