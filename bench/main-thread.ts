/** What the main thread of a page does, by a trace of the browser: how long each task takes, and how much of that it works. */
import type { Browser, Page } from 'playwright-core';

/** One task of the main thread. */
export interface Task {
  readonly wallMs: number;
  /** Its time on a processor: in the rest of it others had them. */
  readonly threadMs: number;
}

/** An event of a trace, times in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The category with nothing but tasks and their likes: what a trace has to write must not be what is measured. */
const TASKS = 'disabled-by-default-devtools.timeline';

/** Does something with the page. Resolves with the tasks of its main thread meanwhile. */
export async function traceTasks(
  browser: Browser,
  page: Page,
  act: () => Promise<void>,
): Promise<readonly Task[]> {
  await browser.startTracing(page, { categories: [TASKS, '__metadata'] });
  await act();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const placeOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;
  const mainThreads = new Set(
    trace.traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(placeOf),
  );
  return trace.traceEvents
    .filter((event) => event.name === 'RunTask' && mainThreads.has(placeOf(event)))
    .map(({ dur = 0, tdur = 0 }) => ({ wallMs: dur / 1_000, threadMs: tdur / 1_000 }));
}

/** The longest time by the clock and the longest on a processor: not always of the same task. */
export function longestOf(tasks: readonly Task[]): Task {
  let [wallMs, threadMs] = [0, 0];
  for (const task of tasks) {
    wallMs = Math.max(wallMs, task.wallMs);
    threadMs = Math.max(threadMs, task.threadMs);
  }
  return { wallMs, threadMs };
}

/** What the tasks worked together. */
export function sumOf(tasks: readonly Task[]): number {
  return tasks.reduce((sum, { threadMs }) => sum + threadMs, 0);
}

/** `12 ms`. */
export function formatMs(ms: number): string {
  return `${ms.toFixed(0)} ms`;
}
