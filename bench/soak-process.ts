/**
 * The program of the soak: turns that do some work, in windows of a second with and without calls of
 * `captureSnapshot`. Prints what it saw: `soak-process.ts <seconds> <endpoint> <key>`.
 */
import { createHistogram } from 'node:perf_hooks';
import type { RecordableHistogram } from 'node:perf_hooks';
import { captureSnapshot, init } from '../src/index.ts';
import type { AgentStatus } from '../src/index.ts';
import { until } from '../test/helpers/until.ts';

/** How long all else waits for a turn of the event loop to end, in all windows of one kind. */
export interface LoopDelay {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What the program saw. */
export interface SoakOutcome {
  readonly calls: number;
  readonly grownBytes: number;
  readonly withCalls: LoopDelay;
  /** The turns build the objects of the calls, and keep the last one. */
  readonly withLiterals: LoopDelay;
  readonly withoutCalls: LoopDelay;
  readonly status: AgentStatus;
}

const CALLS_PER_TURN = 10_000;
const WINDOW_MS = 1_000;
const LABELS = Array.from({ length: 100 }, (_, index) => `place ${index}`);

const [, , seconds = '10', endpoint = '', apiKey = ''] = process.argv;
const agent = init({ endpoint, apiKey, serviceName: 'soak', env: false, logger: { warn() {} } });
await until('the stream', () => agent.status().control.version !== null);

let calls = 0;
let sum = 0;
const delays = {
  withCalls: createHistogram(),
  withLiterals: createHistogram(),
  withoutCalls: createHistogram(),
};
let kept: object = {};

// The first windows compile the code and meet the labels; what a capture leads to is compiled after hundreds of them.
const warmWindows = Math.max(2, Number(seconds) / 6);
for (let window = 0; window < warmWindows; window++) await runWindow(turnWithCalls, createHistogram());
const beforeBytes = collectedHeap();
const endMs = performance.now() + Number(seconds) * 1_000;
while (performance.now() < endMs) {
  await runWindow(turnWithoutCalls, delays.withoutCalls);
  await runWindow(turnWithLiterals, delays.withLiterals);
  await runWindow(turnWithCalls, delays.withCalls);
}
await agent.flush();
const outcome: SoakOutcome = {
  calls,
  grownBytes: collectedHeap() - beforeBytes,
  withCalls: readDelay(delays.withCalls),
  withLiterals: readDelay(delays.withLiterals),
  withoutCalls: readDelay(delays.withoutCalls),
  status: agent.status(),
};
process.stdout.write(JSON.stringify(outcome));
process.exitCode = Number.isNaN(sum) || Object.keys(kept).length !== 2 ? 1 : 0;
await agent.shutdown(0);

async function runWindow(turn: () => void, histogram: RecordableHistogram): Promise<void> {
  const startMs = performance.now();
  let lastMs = startMs;
  while (lastMs < startMs + WINDOW_MS) {
    turn();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    const nowMs = performance.now();
    histogram.record(Math.max(1, Math.round((nowMs - lastMs) * 1e6)));
    lastMs = nowMs;
  }
}

function turnWithCalls(): void {
  for (let index = 0; index < CALLS_PER_TURN; index++) {
    const total = work(index);
    captureSnapshot(LABELS[index % LABELS.length] ?? '', { index, total });
  }
  calls += CALLS_PER_TURN;
}

function turnWithLiterals(): void {
  for (let index = 0; index < CALLS_PER_TURN; index++) {
    const total = work(index);
    kept = { index, total };
  }
}

function turnWithoutCalls(): void {
  for (let index = 0; index < CALLS_PER_TURN; index++) work(index);
}

function work(index: number): number {
  sum = (sum + Math.sqrt(index)) % 1_000;
  return sum;
}

function readDelay(histogram: RecordableHistogram): LoopDelay {
  return {
    p50Ms: histogram.percentile(50) / 1e6,
    p99Ms: histogram.percentile(99) / 1e6,
    maxMs: histogram.max / 1e6,
  };
}

function collectedHeap(): number {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('run with --expose-gc');
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
