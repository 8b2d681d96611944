/** Every thread of a program has breakpoints of its own. */
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { createLines } from './lines-in-process.ts';
import { lineOf } from './run-lines.ts';

function work(thread: string): string {
  const name = `thread ${thread}`;
  return name.trim(); // BREAKPOINT work
}

const file = import.meta.filename;

async function captureHere(thread: string): Promise<unknown[]> {
  const program = createLines();
  await program.set([{ id: thread, file_path: file, line_number: lineOf(file, 'work') }]);
  work(thread);
  program.lines.close();
  return program.take().map(({ breakpointId, variables }) => [breakpointId, variables.value]);
}

if (isMainThread) {
  const threads = ['one', 'two'].map(
    (thread) =>
      new Promise((resolve, reject) => {
        const worker = new Worker(file, { workerData: thread });
        worker.once('message', resolve);
        worker.once('error', reject);
      }),
  );
  const captured = await Promise.all([captureHere('main'), ...threads]);
  process.stdout.write(`${JSON.stringify(captured)}\n`);
} else {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(await captureHere(String(workerData)));
}
