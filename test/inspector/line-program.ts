/**
 * A program in a process of its own that sets line breakpoints on itself, runs, and prints what came of it as one line of
 * JSON. Started by `run-lines.ts`; what it is to do stands in `LINE_PROGRAM`.
 */
import { setTimeout as pass } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createLines } from './lines-in-process.ts';
import type { LineRun, LineTask } from './run-lines.ts';

interface Target {
  readonly run: () => unknown;
}

const task = JSON.parse(process.env['LINE_PROGRAM'] ?? '') as LineTask;
const load = async (): Promise<Target> => (await import(pathToFileURL(task.file).href)) as Target;

const early = task.isLoadedLate === true ? null : await load();
const program = createLines({
  ...(task.rateLimitMs === undefined ? {} : { rateLimitMs: task.rateLimitMs }),
  // A machine that is busy takes the thread away for longer than a copy may take, whose rest is cut then.
  copyNow: () => 0,
});
await program.set(task.breakpoints);
const words = program.words;
const { run } = early ?? (await load());

const result: LineRun = { returned: null, snapshots: [], words, dropped: program.dropped, captured: 0 };
for (let round = 0; round < (task.rounds ?? 1); round++) {
  result.returned = await run();
  result.snapshots.push(...program.take());
  if (task.pauseMs !== undefined) await pass(task.pauseMs);
}
result.captured = program.captured();
program.lines.close();
process.stdout.write(`${JSON.stringify(result)}\n`);
