/** A breakpoint beside Node's own inspector, which is open for a debugger. */
import { open } from 'node:inspector';
import { createLines } from './lines-in-process.ts';
import { lineOf } from './run-lines.ts';

function work(value: number): number {
  const doubled = value * 2;
  return doubled; // BREAKPOINT work
}

const listening = open(0, '127.0.0.1');
const file = import.meta.filename;
const program = createLines();
await program.set([{ id: 'work', file_path: file, line_number: lineOf(file, 'work') }]);
const { state, reason } = program.words[0] ?? {};
work(1);
program.lines.close();
listening[Symbol.dispose]();
process.stdout.write(`${JSON.stringify({ state, reason, captured: program.captured() })}\n`);
