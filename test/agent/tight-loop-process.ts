/**
 * Calls `captureSnapshot` in a loop that never lets the event loop turn, as `--expose-gc` host of an agent, and prints
 * what it came to: `tight-loop-process.ts <scenario> <endpoint> <key>`.
 */
import { captureSnapshot, init } from '../../src/index.ts';
import type { AgentStatus, SnapshotAgent } from '../../src/index.ts';
import { until } from '../helpers/until.ts';

/** What a scenario came to. */
export interface TightLoopOutcome {
  readonly calls: number;
  /** Heap after the loop above heap before it, both after a collection. */
  readonly grownBytes: number;
  /** Heap that one call takes, and that its object takes when nobody is called with it. */
  readonly bytesPerCall: number;
  readonly bytesPerObject: number;
  /** Calls of the function that was given for the variables. */
  readonly asked: number;
  readonly warnings: readonly string[];
  readonly status: AgentStatus;
}

const [, , scenario = '', endpoint = '', apiKey = ''] = process.argv;

const warnings: string[] = [];
const agent = init({
  endpoint,
  apiKey,
  serviceName: 'shop',
  env: false,
  enabled: scenario !== 'off',
  // Longer than any machine needs for the loop.
  rateLimitMs: 3_600_000,
  logger: { warn: (message) => void warnings.push(message) },
});
let calls = 0;
let asked = 0;
let kept: object = {};

/** Each makes ready what the loop finds, and returns the loop. */
const SCENARIOS: Readonly<Record<string, () => Promise<() => void>>> = {
  async off() {
    return () => callOften(10_000_000);
  },
  async killed() {
    await untilStatus('the kill', ({ state }) => state === 'killed');
    return () => callOften(10_000_000);
  },
  async resting() {
    callOften(1);
    await untilStatus('the first capture', ({ stored }) => stored === 1);
    return () => callOften(10_000_000);
  },
  async 'a function'() {
    await untilStatus('the stream', ({ control }) => control.version !== null);
    return () => {
      for (; calls < 1_000_000; calls++) captureSnapshot('lazy', askOnce);
    };
  },
  async 'a million labels'() {
    await untilStatus('the stream', ({ control }) => control.version !== null);
    for (; calls < 1_000; calls++) captureSnapshot(`order ${calls}`, { calls });
    return () => {
      for (; calls < 1_000_000; calls++) captureSnapshot(`order ${calls}`, { calls });
    };
  },
  async 'long labels'() {
    await untilStatus('the stream', ({ control }) => control.version !== null);
    return () => {
      const tail = 'x'.repeat(10_000);
      for (; calls < 10_000; calls++) captureSnapshot(`order ${calls} ${tail}`, { calls });
    };
  },
};

const prepare = SCENARIOS[scenario];
if (prepare === undefined) throw new Error(`no scenario is called "${scenario}"`);
const loop = await prepare();
const beforeBytes = collectedHeap();
loop();
const grownBytes = collectedHeap() - beforeBytes;
const status = agent.status();
const outcome: TightLoopOutcome = {
  calls,
  grownBytes,
  bytesPerCall: bytesOf((index) => captureSnapshot('hot', { index, twice: index * 2 })),
  bytesPerObject: bytesOf((index) => (kept = { index, twice: index * 2 })),
  asked,
  warnings,
  status,
};
if (Object.keys(kept).length !== 2) throw new Error('the objects were left out');
process.stdout.write(JSON.stringify(outcome));
await agent.shutdown(0);

function callOften(times: number): void {
  for (let index = 0; index < times; index++) captureSnapshot('hot', { index, half: index / 2 });
  calls += times;
}

/** Of 20,000 calls; a collection in between shows as less than nothing and is left out. */
function bytesOf(call: (index: number) => unknown): number {
  const samples: number[] = [];
  for (let round = 0; round < 15; round++) {
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 20_000; index++) call(index);
    const taken = process.memoryUsage().heapUsed - before;
    if (taken >= 0) samples.push(taken / 20_000);
  }
  return samples.toSorted((left, right) => left - right)[samples.length >> 1] ?? Number.NaN;
}

function askOnce(): Record<string, unknown> {
  asked += 1;
  return { asked };
}

function untilStatus(
  what: string,
  isWanted: (status: ReturnType<SnapshotAgent['status']>) => boolean,
): Promise<boolean> {
  return until(what, () => isWanted(agent.status()));
}

function collectedHeap(): number {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('run with --expose-gc');
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
