/** A program that breaks built-ins which the agent works with, while a breakpoint stands on its busiest line. */
import { createLines } from './lines-in-process.ts';
import { lineOf } from './run-lines.ts';

function busy(value: number): number {
  const doubled = value * 2;
  return doubled + 1; // BREAKPOINT busy
}

const file = import.meta.filename;
const breakpoint = { file_path: file, line_number: lineOf(file, 'busy') };
const program = createLines();
const result: Record<string, unknown> = {};

/** Calls the busy line while a method is broken. */
function callWhileBroken(prototype: object, name: string | symbol): number {
  const whole = Object.getOwnPropertyDescriptor(prototype, name);
  if (whole === undefined) throw new Error('no such method');
  Object.defineProperty(prototype, name, {
    ...whole,
    value() {
      throw new Error('broken by the program');
    },
  });
  let sum = 0;
  for (let index = 0; index < 1_000; index++) sum += busy(1);
  Object.defineProperty(prototype, name, whole);
  return sum;
}

for (const [id, prototype, name] of [
  ['set', Set.prototype, Symbol.iterator],
  ['map', Map.prototype, 'get'],
  ['array', Array.prototype, Symbol.iterator],
] as const) {
  await program.set([{ ...breakpoint, id, condition: 'value < 0' }]);
  const errorsBefore = program.dropped['error'] ?? 0;
  const sum = callWhileBroken(prototype, name);
  const { state, reason } = await program.untilWord((word) => word.state === 'error');
  result[id] = [sum, (program.dropped['error'] ?? 0) - errorsBefore, state, reason?.split(':')[0]];
}

await program.set([{ ...breakpoint, id: 'afterwards' }]);
result['afterwards'] = [busy(2), program.captured()];
program.lines.close();
process.stdout.write(`${JSON.stringify(result)}\n`);
