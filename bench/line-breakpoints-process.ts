/** One case of `line-breakpoints.ts`, in a process of its own: the state of V8's debugger is the process's. */
import { setImmediate as nextTurn, setTimeout as pass } from 'node:timers/promises';
import { createLines } from '../test/inspector/lines-in-process.ts';
import type { LinesInProcess } from '../test/inspector/lines-in-process.ts';
import { lineOf } from '../test/inspector/run-lines.ts';
import { percentile, verify } from './harness.ts';

const FILE = import.meta.filename;

function hot(value: number, factor: number): number {
  const doubled = (value * factor) | 0;
  const bit = doubled & 1;
  return (doubled + bit) | 0; // BREAKPOINT small
}

interface Item {
  readonly name: string;
  readonly price: number;
  readonly tags: readonly string[];
}

function withItems(items: readonly Item[], byName: Map<string, Item>, seen: Set<string>): number {
  const count = items.length + byName.size + seen.size;
  return count + 1; // BREAKPOINT items
}

function withLarge(large: readonly number[] | string): number {
  const size = large.length;
  return size + 1; // BREAKPOINT large
}

let sink = 0;

/** The fastest of many slices of the hot function, in nanoseconds a call. */
function hotNs(rounds = 60): number {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = process.hrtime.bigint();
    // Small integers throughout: a sum that grows out of them would be slower for that alone.
    for (let i = 0; i < 100_000; i++) sink = (sink + hot(i & 1023, 3)) & 0xffff;
    samples.push(Number(process.hrtime.bigint() - start) / 100_000);
  }
  return percentile(samples, 0.05);
}

const SETTLED = Promise.resolve();

/** The same of `await`. */
async function awaitNs(rounds = 60): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < 5_000; i++) await SETTLED;
    samples.push(Number(process.hrtime.bigint() - start) / 5_000);
  }
  return percentile(samples, 0.05);
}

const at = (marker: string, id: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  id,
  file_path: FILE,
  line_number: lineOf(FILE, marker),
  ...more,
});

const HOUR_MS = 3_600_000;

async function untilIdle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await nextTurn();
}

/** Speed with no breakpoint, and while one rests after its capture; in turn, since a shared machine changes. */
async function between(): Promise<unknown> {
  const plain = { hot: [] as number[], await: [] as number[] };
  const resting = { hot: [] as number[], await: [] as number[] };
  const measure = async (into: typeof plain): Promise<void> => {
    hotNs(5);
    into.hot.push(hotNs());
    into.await.push(await awaitNs());
  };
  let captured = 0;
  for (let round = 0; round < 8; round++) {
    await measure(plain);
    const program = createLines({ rateLimitMs: HOUR_MS });
    await program.set([at('small', `round ${round}`)]);
    hotNs(1);
    await untilIdle();
    captured += program.captured();
    await measure(resting);
    verify(program.captured() === 1, 'the resting breakpoint captures');
    program.lines.close();
  }
  verify(captured === 8, 'not every breakpoint captured');
  return {
    hot: Math.min(...resting.hot) / Math.min(...plain.hot),
    await: Math.min(...resting.await) / Math.min(...plain.await),
    hotNs: Math.min(...plain.hot),
    awaitNs: Math.min(...plain.await),
  };
}

/** What a hit costs its caller, removal included: the call beside one without a breakpoint. */
async function hit(marker: string, call: (i: number) => number, hits: number): Promise<unknown> {
  const program = createLines({ rateLimitMs: 1, share: 1 });
  await program.set([at(marker, marker)]);
  const callMs: number[] = [];
  while (callMs.length < hits) {
    const before = program.captured();
    const isArmed = program.words.length > 0;
    verify(isArmed, 'the breakpoint is not installed');
    const startMs = performance.now();
    sink += call(callMs.length);
    const tookMs = performance.now() - startMs;
    if (program.captured() > before) callMs.push(tookMs);
    program.take();
    // Optimised again before the next hit, as in a hot program.
    for (let i = 0; i < 300; i++) sink += program.captured() === before ? 0 : 1;
    await pass(2);
  }
  program.lines.close();
  return {
    median: percentile(callMs, 0.5),
    low: percentile(callMs, 0.05),
    copyMedian: percentile(program.copyMs, 0.5),
    copyLow: percentile(program.copyMs, 0.05),
  };
}

const items: Item[] = Array.from({ length: 20 }, (_, i) => ({
  name: `item ${i}`,
  price: i * 1.5,
  tags: ['a', 'b'],
}));
const byName = new Map(items.map((item) => [item.name, item]));
const seen = new Set(items.map(({ name }) => name));
const million = Array.from({ length: 1_000_000 }, (_, i) => i);
const text = Buffer.alloc(50_000_000, 'x').toString('latin1');

/** Share of the thread that a false condition takes at 100,000 hits a second, beside the same calls without it. */
async function governor(): Promise<unknown> {
  const run = async (): Promise<{ cpuMs: number; wallMs: number; calls: number }> => {
    const startMs = performance.now();
    const cpuBefore = process.threadCpuUsage();
    let calls = 0;
    while (performance.now() - startMs < 5_000) {
      const due = (performance.now() - startMs) * 100;
      for (; calls < due; calls++) sink += hot(calls & 1023, 3);
      await pass(1);
    }
    const cpu = process.threadCpuUsage(cpuBefore);
    return { cpuMs: (cpu.user + cpu.system) / 1_000, wallMs: performance.now() - startMs, calls };
  };
  await run();
  const shares: number[] = [];
  const hits: number[] = [];
  for (let round = 0; round < 3; round++) {
    const plain = await run();
    const program = createLines({ rateLimitMs: 1_000 });
    await program.set([at('small', `round ${round}`, { condition: 'doubled < 0' })]);
    const governed = await run();
    program.lines.close();
    verify(program.captured() === 0, 'a false condition captured');
    hits.push(program.dropped['condition'] ?? 0);
    verify((program.dropped['condition'] ?? 0) > 4, 'the condition was not looked at');
    verify(governed.calls > 400_000, 'there were not 100,000 calls a second');
    shares.push(governed.cpuMs / governed.wallMs - plain.cpuMs / plain.wallMs);
  }
  return { share: percentile(shares, 0.5), lowest: Math.min(...shares), hits: Math.min(...hits) };
}

/**
 * Memory after 2,000 captures, 6,000, and 10,000 more, the debugger turned on and off for each of them. V8's own garbage of a
 * capture lies in the old space until its next full collection, so memory reaches a level first, and stays there.
 */
async function leak(): Promise<unknown> {
  const program = createLines({ rateLimitMs: 1, share: 1_000, maxPerSecond: 1_000_000 });
  await program.set([at('items', 'leak')]);
  const memory = async (): Promise<{ heap: number; rss: number }> => {
    for (let i = 0; i < 3; i++) {
      globalThis.gc?.();
      await nextTurn();
    }
    const { heapUsed, rss } = process.memoryUsage();
    return { heap: heapUsed / 1e6, rss: rss / 1e6 };
  };
  const runTo = async (captures: number): Promise<void> => {
    while (program.captured() < captures) {
      sink += withItems(items, byName, seen);
      program.take();
      program.words.splice(1);
      program.copyMs.splice(0);
      await pass(1);
    }
  };
  await runTo(2_000);
  const early = await memory();
  await runTo(6_000);
  const level = await memory();
  await runTo(16_000);
  const late = await memory();
  program.lines.close();
  return { early, level, late };
}

/** Speed before, and after a breakpoint was set and removed a thousand times. */
async function churn(): Promise<unknown> {
  const measure = async (): Promise<{ hot: number; await: number }> => {
    hotNs(10);
    return { hot: hotNs(150), await: await awaitNs(150) };
  };
  await measure();
  const before = await measure();
  const program: LinesInProcess = createLines();
  for (let i = 0; i < 1_000; i++) {
    await program.set([at('small', `number ${i}`)]);
    verify(program.words[0]?.state === 'installed', 'the breakpoint is not installed');
    await program.set([]);
    await untilIdle();
  }
  program.lines.close();
  const after = await measure();
  return { hot: after.hot / before.hot, await: after.await / before.await };
}

const cases: Readonly<Record<string, () => Promise<unknown>>> = {
  between,
  small: () => hit('small', (i) => hot(i, 3), 400),
  items: () => hit('items', () => withItems(items, byName, seen), 400),
  array: () => hit('large', () => withLarge(million), 200),
  text: () => hit('large', () => withLarge(text), 200),
  governor,
  leak,
  churn,
};

const result = await cases[process.argv[2] ?? '']?.();
verify(result !== undefined && Number.isFinite(sink), 'there is no such case');
process.stdout.write(`${JSON.stringify(result)}\n`);
