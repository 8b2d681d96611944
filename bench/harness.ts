/**
 * Times cases against each other in one process: every case is calibrated to the same slice of time, and all of them
 * run once in each round, in a new order. A shared machine disturbs all cases alike, so ratios hold where times do not.
 */
export interface Case {
  readonly name: string;
  /** Does the work `times` times and returns something that depends on it. */
  readonly run: (times: number) => number;
}

/** A case that leaves a part of its work to later turns. */
export interface DeferringCase extends Case {
  /** Resolves when what `run` left to later turns is done. It is timed apart from `run`. */
  readonly settle?: () => Promise<void>;
}

/** What one case came to, in nanoseconds a call. */
export interface Timing {
  readonly name: string;
  /** 5th percentile over the rounds: the cost when nothing disturbed. */
  readonly quietNs: number;
  readonly medianNs: number;
}

/** What one deferring case came to: `quietNs` is what its caller paid. */
export interface DeferringTiming extends Timing {
  /** 5th percentile of the caller's part and the deferred part together. */
  readonly wholeQuietNs: number;
}

/** How long the cases are timed. */
export interface TimingOptions {
  readonly rounds?: number;
  readonly sliceMs?: number;
  /** How long each case runs beforehand: long enough for the optimising compiler to be done with it. */
  readonly warmMs?: number;
}

interface PreparedCase extends DeferringCase {
  times: number;
  readonly samples: number[];
  readonly wholeSamples: number[];
}

/** Results are added up here, so that no engine can leave the work out. */
let sink = 0;

/** Times all cases; more than a few seconds are rarely needed. */
export function timeCases(cases: readonly Case[], options: TimingOptions = {}): Timing[] {
  const prepared = prepare(cases);
  const slices = runSlices(prepared, options);
  while (slices.next().done !== true) continue;
  return prepared.map(toTiming);
}

/** As `timeCases`, for cases that may leave work to later turns: it is done, and timed apart, before the next slice. */
export async function timeDeferringCases(
  cases: readonly DeferringCase[],
  options: TimingOptions = {},
): Promise<DeferringTiming[]> {
  const prepared = prepare(cases);
  for (const { entry, callerNs } of runSlices(prepared, options)) {
    const start = process.hrtime.bigint();
    if (entry.settle !== undefined) await entry.settle();
    const settleNs = entry.settle === undefined ? 0 : Number(process.hrtime.bigint() - start);
    if (callerNs !== null) entry.wholeSamples.push((callerNs + settleNs) / entry.times);
  }
  return prepared.map((entry) => ({
    ...toTiming(entry),
    wholeQuietNs: percentile(entry.wholeSamples, 0.05),
  }));
}

/** The timing of the case with this name. */
export function timingOf<T extends Timing>(timings: readonly T[], name: string): T {
  const found = timings.find((timing) => timing.name === name);
  if (found === undefined) throw new Error(`no case is called "${name}"`);
  return found;
}

/** Fails the bench: a figure of something that did not happen is worth nothing. */
export function verify(condition: boolean, what: string): void {
  if (!condition) throw new Error(`the outcome is wrong: ${what}`);
}

/** `1.25 ns`, `12 µs`. */
export function formatNs(ns: number): string {
  if (Math.abs(ns) < 10) return `${ns.toFixed(2)} ns`;
  if (Math.abs(ns) < 1_000) return `${ns.toFixed(0)} ns`;
  return Math.abs(ns) < 1e6 ? `${(ns / 1e3).toFixed(1)} µs` : `${(ns / 1e6).toFixed(2)} ms`;
}

/** A table in Markdown. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

function prepare(cases: readonly DeferringCase[]): PreparedCase[] {
  return cases.map((entry) => ({ ...entry, times: 1, samples: [], wholeSamples: [] }));
}

/** Every slice of work in turn; those of the calibration come without a time, being of changing length. */
function* runSlices(
  prepared: readonly PreparedCase[],
  { rounds = 60, sliceMs = 1, warmMs = 300 }: TimingOptions,
): Generator<{ readonly entry: PreparedCase; readonly callerNs: number | null }> {
  for (const entry of prepared) {
    const endMs = performance.now() + warmMs;
    while (performance.now() < endMs) {
      calibrate(entry, measureNs(entry), sliceMs);
      yield { entry, callerNs: null };
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of shuffle(prepared)) {
      const callerNs = measureNs(entry);
      entry.samples.push(callerNs / entry.times);
      yield { entry, callerNs };
    }
  }
}

function measureNs(entry: PreparedCase): number {
  const start = process.hrtime.bigint();
  sink = (sink + entry.run(entry.times)) | 0;
  return Number(process.hrtime.bigint() - start);
}

function calibrate(entry: PreparedCase, ns: number, sliceMs: number): void {
  const sliceNs = sliceMs * 1e6;
  if (ns < sliceNs) {
    entry.times = Math.max(entry.times + 1, Math.ceil(entry.times * Math.min(4, sliceNs / Math.max(ns, 1))));
  } else if (ns > 2 * sliceNs) entry.times = Math.max(1, entry.times >> 1);
}

function toTiming({ name, samples }: PreparedCase): Timing {
  return { name, quietNs: percentile(samples, 0.05), medianNs: percentile(samples, 0.5) };
}

function shuffle<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

/** The sample below which this share of them lies. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}
