/**
 * A program in a process of its own that sets line breakpoints on itself, runs, and prints what came of it as one line of
 * JSON. Started by `run-lines.ts`; what it is to do stands in `LINE_PROGRAM`.
 */
import { randomFillSync } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { setTimeout as pass } from 'node:timers/promises';
import { compileBreakpoint } from '../../src/breakpoints/compiled-breakpoint.ts';
import { captureStack } from '../../src/capture/call-site.ts';
import { planCapture } from '../../src/capture/capture-plan.ts';
import { isOwnCode } from '../../src/capture/own-code.ts';
import { createRateLimiter } from '../../src/capture/rate-limiter.ts';
import { createTakeSnapshot } from '../../src/capture/take-snapshot.ts';
import { applicationRoots } from '../../src/inspector/application-roots.ts';
import { createLineBreakpoints } from '../../src/inspector/create-line-breakpoints.ts';
import { parseBreakpoint } from '../../src/protocol/breakpoint.ts';
import { DEFAULT_LIMITS } from '../../src/protocol/limits.ts';
import type { LineRun, LineTask } from './run-lines.ts';

const task = JSON.parse(process.env['LINE_PROGRAM'] ?? '') as LineTask;
const result: LineRun = { returned: null, snapshots: [], words: [], dropped: {}, captured: 0 };
const takes: (() => void)[] = [];

const lines = createLineBreakpoints({
  roots: applicationRoots(process.cwd(), process.argv[1]),
  isOwnCode: (filePath) => isOwnCode(filePath),
  rateLimitMs: task.rateLimitMs ?? 1_000,
  share: 0.01,
  rateLimiter: createRateLimiter(25),
  plan: (compiled) => planCapture(compiled, DEFAULT_LIMITS, false),
  take: createTakeSnapshot({
    limits: DEFAULT_LIMITS,
    monotonicNow: () => performance.now(),
    randomBytes: () => randomFillSync(new Uint8Array(10)),
    requests: null,
  }),
  captureStack,
  now: Date.now,
  monotonicNow: () => performance.now(),
  later: (callback, delayMs) => void setTimeout(callback, delayMs).unref(),
  soon: (callback) => void setImmediate(callback),
  breathe: () => Promise.resolve(),
  count: (reason) => (result.dropped[reason] = (result.dropped[reason] ?? 0) + 1),
  submit: (taken) => void takes.push(() => result.snapshots.push(taken.complete())),
  onTaken: () => (result.captured += 1),
  report: ({ breakpointId, state, reason }) => result.words.push({ breakpointId, state, reason }),
});

interface Target {
  readonly run: () => unknown;
}

const load = async (): Promise<Target> => (await import(pathToFileURL(task.file).href)) as Target;
const target = task.isLoadedLate === true ? null : await load();
lines.setOpen(true);
lines.follow(
  task.breakpoints.map((fields) => {
    const breakpoint = parseBreakpoint(fields);
    if (breakpoint === null) throw new Error('not a breakpoint');
    return compileBreakpoint(breakpoint);
  }),
);
const isSettled = (): boolean =>
  task.breakpoints.every(({ id }) => result.words.some((word) => word.breakpointId === id));
while (!isSettled()) await pass(5);

const { run } = target ?? (await load());
for (let round = 0; round < (task.rounds ?? 1); round++) {
  result.returned = await run();
  for (const take of takes.splice(0)) take();
  if (task.pauseMs !== undefined) await pass(task.pauseMs);
}
lines.close();
process.stdout.write(
  `${JSON.stringify(result, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))}\n`,
);
