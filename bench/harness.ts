/**
 * Times cases against each other in one process: every case is calibrated to the same slice of time, and all of them
 * run once in each round, in a new order. A shared machine disturbs all cases alike, so ratios hold where times do not.
 */
export interface Case {
  readonly name: string;
  /** Does the work `times` times and returns something that depends on it. */
  readonly run: (times: number) => number;
}

/** What one case came to, in nanoseconds a call. */
export interface Timing {
  readonly name: string;
  /** 5th percentile over the rounds: the cost when nothing disturbed. */
  readonly quietNs: number;
  readonly medianNs: number;
}

/** Results are added up here, so that no engine can leave the work out. */
let sink = 0;

/** Times all cases; more than a few seconds are rarely needed. */
export function timeCases(
  cases: readonly Case[],
  { rounds = 60, sliceMs = 1 }: { readonly rounds?: number; readonly sliceMs?: number } = {},
): Timing[] {
  const prepared = cases.map((entry) => ({
    ...entry,
    times: calibrate(entry, sliceMs),
    samples: [] as number[],
  }));
  for (let round = 0; round < rounds; round++) {
    for (const entry of shuffle(prepared)) entry.samples.push(measureNs(entry, entry.times) / entry.times);
  }
  return prepared.map(({ name, samples }) => ({
    name,
    quietNs: percentile(samples, 0.05),
    medianNs: percentile(samples, 0.5),
  }));
}

/** The timing of the case with this name. */
export function timingOf(timings: readonly Timing[], name: string): Timing {
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

function measureNs(entry: Case, times: number): number {
  const start = process.hrtime.bigint();
  sink = (sink + entry.run(times)) | 0;
  return Number(process.hrtime.bigint() - start);
}

function calibrate(entry: Case, sliceMs: number): number {
  let times = 1;
  // Long enough for the optimising compiler to be done with it.
  const endMs = performance.now() + 300;
  while (performance.now() < endMs) {
    const ns = measureNs(entry, times);
    if (ns < sliceMs * 1e6)
      times = Math.max(times + 1, Math.ceil(times * Math.min(4, (sliceMs * 1e6) / Math.max(ns, 1))));
    else if (ns > 2 * sliceMs * 1e6) times = Math.max(1, times >> 1);
  }
  return times;
}

function shuffle<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}
