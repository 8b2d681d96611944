/** What is left of a service, and of its snapshots, when the control server behind a bad network comes and goes? */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewSdkKey, Page, SnapshotSummary } from '../src/protocol/api.ts';
import { buildAgent } from '../test/helpers/built-agent.ts';
import { startControlServerProcess } from '../test/helpers/control-server-process.ts';
import type { ControlServerProcess } from '../test/helpers/control-server-process.ts';
import { startFaultProxy } from '../test/helpers/fault-proxy.ts';
import type { FaultProxy } from '../test/helpers/fault-proxy.ts';
import { mulberry32 } from '../test/helpers/mulberry32.ts';
import { NETWORK_FAULTS, QUICK_TIMES } from '../test/helpers/network-faults.ts';
import { until } from '../test/helpers/until.ts';
import type { SoakCommand, SoakReport } from './delivery-soak-process.ts';
import { atMost } from './goal.ts';
import type { Goal, Section } from './goal.ts';
import { formatTable, percentile, verify } from './harness.ts';
import { writePlainProgram } from './plain-program.ts';

const SERVICE = 'soak';
const SEED = 20_260_101;
const SAMPLE_MS = 3_000;
const MEBIBYTE = 1024 * 1024;
/** From this length on with the times that apply when nothing is configured. */
const REAL_TIME_SECONDS = 1_800;
const MAX_SHARE_MB = 35;
const MAX_GROWTH_MB = 3;
const MAX_HEAP_MB = 10;
const MAX_DELAY_MS = 20;
const MANY_PER_SECOND = 100;
/** What applies when nothing is configured. */
const USUAL_PER_SECOND = 25;

/** How long the network is good, then bad: a random part between the two bounds. */
interface Pace {
  readonly goodMs: readonly [number, number];
  readonly badMs: readonly [number, number];
}

const QUICK_PACE: Pace = { goodMs: [3_000, 6_000], badMs: [1_000, 3_000] };
/** The first round is over within the first quarter: the others, which are compared, have all seen every fault. */
const FIRST_PACE: Pace = { goodMs: [500, 1_000], badMs: [1_000, 1_500] };
const REAL_PACE: Pace = { goodMs: [30_000, 90_000], badMs: [5_000, 60_000] };

/**
 * V8 lets the young heap of every process grow to three times this, as objects survive its collections, and gives it back
 * when it likes: a matter of luck of 100 MB, which an agent of a tenth of that would drown in. Here it has one size.
 */
const YOUNG_HEAP = ['--min-semi-space-size=16', '--max-semi-space-size=16'];

/** All services, at the same moment. */
interface Sample {
  readonly host: SoakReport;
  /** With the agent as it is when nothing is configured: 25 captures a second. */
  readonly usual: SoakReport;
  readonly alone: SoakReport;
}

/** A service with the agent behind a flapping network, one with less to capture, and one without. */
export async function soakDelivery(seconds: number): Promise<Section> {
  const isRealTime = seconds >= REAL_TIME_SECONDS;
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-soak-'));
  const built = buildAgent();
  const program = writePlainProgram(join(import.meta.dirname, 'delivery-soak-process.ts'), built.folder);
  const server = await startControlServerProcess(folder, 0, isRealTime ? [] : ['--heartbeat-ms', '250']);
  const target = { port: Number(new URL(server.url).port) };
  const [proxy, usualProxy] = await Promise.all([startFaultProxy(target), startFaultProxy(target)]);
  const children: ChildProcess[] = [];
  try {
    const { secret } = (await server.api('POST', '/api/keys', { name: 'soak' })).body as NewSdkKey;
    const settings = (endpoint: string, service: string, perSecond: number): Record<string, string> => ({
      ...(isRealTime ? {} : QUICK_TIMES),
      // A report tells of every label and is answered with every breakpoint: fifteen times as many are another load.
      STILLFRAME_STATUS_INTERVAL_MS: '15000',
      STILLFRAME_MAX_CAPTURES_PER_SECOND: String(perSecond),
      STILLFRAME_ENDPOINT: endpoint,
      STILLFRAME_API_KEY: secret,
      STILLFRAME_SERVICE_NAME: service,
    });
    const agentFile = join(built.folder, 'index.js');
    const [host, usual, alone] = await Promise.all([
      startService(program, [agentFile], settings(proxy.url, SERVICE, MANY_PER_SECOND), children),
      startService(program, [agentFile], settings(usualProxy.url, 'usual', USUAL_PER_SECOND), children),
      startService(program, [], {}, children),
    ]);
    await until('the first snapshots', async () => ((await host('report')).status?.stored ?? 0) > 0);
    const flapping = flap([proxy, usualProxy], seconds * 1_000, isRealTime ? REAL_PACE : QUICK_PACE);
    const samples: Sample[] = [];
    const ended = flapping.then(() => true);
    while (!(await Promise.race([ended, pause(SAMPLE_MS)]))) {
      const [ofHost, ofUsual, ofAlone] = await Promise.all([
        host('report'),
        usual('report'),
        alone('report'),
      ]);
      samples.push({ host: ofHost, usual: ofUsual, alone: ofAlone });
    }
    const faults = await flapping;
    await until(
      'the agent is back',
      async () => {
        const { status } = await host('report');
        return status?.control.connection === 'open' && status.breaker === 'closed';
      },
      isRealTime ? 400_000 : 20_000,
    );
    const last = { host: await host('stop'), usual: await usual('stop'), alone: await alone('stop') };
    return describe({ seconds, faults, samples, last, proxy, ids: await listIds(server) });
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all([proxy.close(), usualProxy.close()]);
    await server.end('SIGKILL');
    built.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Ask = (command: SoakCommand) => Promise<SoakReport>;

async function startService(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
  children: ChildProcess[],
): Promise<Ask> {
  const child = fork(program, args, { execArgv: YOUNG_HEAP, env: { PATH: process.env['PATH'], ...env } });
  children.push(child);
  const next = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const fail = (code: number | null): void => reject(new Error(`a service ended with ${code}`));
      child.once('exit', fail);
      child.once('message', (message) => {
        child.off('exit', fail);
        resolve(message);
      });
    });
  await next();
  return async (command) => {
    const answer = next();
    child.send(command);
    return (await answer) as SoakReport;
  };
}

/** Every fault once in a random order, and again, with good phases between. Resolves to how many there were. */
async function flap(proxies: readonly FaultProxy[], lengthMs: number, pace: Pace): Promise<number> {
  const random = mulberry32(SEED);
  const between = ([from, to]: readonly [number, number]): number => from + random() * (to - from);
  const endMs = performance.now() + lengthMs;
  const faults = Object.values(NETWORK_FAULTS);
  let order: typeof faults = [];
  let count = 0;
  for (;;) {
    const { goodMs, badMs } = count < faults.length ? FIRST_PACE : pace;
    await pause(between(goodMs));
    if (performance.now() > endMs) return count;
    if (order.length === 0) {
      order = faults
        .map((fault) => ({ fault, rank: random() }))
        .toSorted((a, b) => a.rank - b.rank)
        .map(({ fault }) => fault);
    }
    const fault = order.pop() ?? null;
    await Promise.all(proxies.map((proxy) => proxy.set(fault)));
    await pause(between(badMs));
    await Promise.all(proxies.map((proxy) => proxy.set(null)));
    count += 1;
  }
}

async function listIds(server: ControlServerProcess): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ service: SERVICE, limit: '200' });
    if (cursor !== null) query.set('before', cursor);
    const page = (await server.api('GET', `/api/snapshots?${query.toString()}`))
      .body as Page<SnapshotSummary>;
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return ids;
}

function describe({
  seconds,
  faults,
  samples,
  last,
  proxy,
  ids,
}: {
  readonly seconds: number;
  readonly faults: number;
  readonly samples: readonly Sample[];
  readonly last: Sample;
  readonly proxy: FaultProxy;
  readonly ids: readonly string[];
}): Section {
  const { status, calls } = last.host;
  verify(status !== null && faults > 0, `${faults} faults`);
  if (status === null) throw new Error('the service has no agent');
  verify(last.host.maxControlTimers > 0, 'the timers of the control connection are counted');
  verify(status.captured >= seconds * 10, `${status.captured} captures in ${seconds} seconds`);

  const lost = Object.values(status.dropped).reduce((sum, count) => sum + count, 0);
  const unaccounted = Math.abs(calls - (status.stored + lost + status.held + status.queued));
  const strays =
    Math.max(0, status.stored - ids.length) + Math.max(0, ids.length - status.stored - status.unconfirmed);

  // The first quarter warms up: code is compiled, the young heap finds its size.
  const quarter = (index: number): readonly Sample[] =>
    samples.slice(Math.floor((samples.length * index) / 4), Math.floor((samples.length * (index + 1)) / 4));
  const shareOf = (who: 'host' | 'usual', some: readonly Sample[]): number =>
    median(some.map((sample) => sample[who].rssBytes - sample.alone.rssBytes)) / MEBIBYTE;
  const memory = (['usual', 'host'] as const).flatMap((who) => {
    const rate = who === 'host' ? MANY_PER_SECOND : USUAL_PER_SECOND;
    const share = shareOf(who, quarter(3));
    const name = `flapping, at most ${rate} captures a second`;
    return [
      atMost(`${name}: the agent’s share of resident memory`, share, MAX_SHARE_MB, formatMb),
      atMost(
        `${name}: its growth from the second quarter to the last`,
        share - shareOf(who, quarter(1)),
        MAX_GROWTH_MB,
        formatMb,
      ),
    ];
  });
  const delayOf = (read: (report: SoakReport) => number): number =>
    median(samples.map(({ host }) => read(host))) - median(samples.map(({ alone }) => read(alone)));
  const heapMb = (last.host.heapBytes - last.alone.heapBytes) / MEBIBYTE;

  const none = (what: string, count: number): Goal => atMost(what, count, 0, String);
  const rows = [0, 1, 2, 3].map((index) => toRow(`quarter ${index + 1}`, quarter(index)));
  const reasons = Object.entries(status.dropped).filter(([, count]) => count > 0);
  return {
    goals: [
      ...memory,
      atMost('flapping: its share of the heap at the end', heapMb, MAX_HEAP_MB, formatMb),
      atMost(
        'flapping: the thread’s work from tick to tick, 99th percentile, above the service alone',
        delayOf(({ busyP99Ms }) => busyP99Ms),
        MAX_DELAY_MS,
        formatMs,
      ),
      atMost(
        'flapping: event loop delay, 99th percentile, above the service alone',
        delayOf(({ delayP99Ms }) => delayP99Ms),
        MAX_DELAY_MS,
        formatMs,
      ),
      none('flapping: calls that are not accounted for', unaccounted),
      none('flapping: snapshots stored twice', ids.length - new Set(ids).size),
      none(
        'flapping: snapshots that the server has and the agent does not account for, or the reverse',
        strays,
      ),
      none('flapping: exceptions', last.host.exceptions.length),
      atMost('flapping: streams at the same time', proxy.maxOpenStreams, 1, String),
      atMost('flapping: control timers at the same time', last.host.maxControlTimers, 1, String),
    ],
    text: `## A flapping network

${seconds} seconds, ${faults} faults of ${Object.keys(NETWORK_FAULTS).length} kinds in a random order with good phases between, the first round a quick one. 1,000 calls a second over 400 labels,
at most ${MANY_PER_SECOND} captures a second: ${calls} calls while capture was on, ${status.captured} captures, ${status.stored} stored, ${ids.length} on the server; the others:
${reasons.map(([reason, count]) => `${reason} ${count}`).join(', ')}. Beside it the same
web service with at most ${USUAL_PER_SECOND} captures a second, the default, and one without an agent; the young heap of all has the same
size, 3 × 16 MB at most. Medians of samples every ${SAMPLE_MS / 1_000} s.
${last.host.exceptions.map((exception) => `\n    ${exception}\n`).join('')}
${formatTable(['', 'resident, with the agent', 'without', 'the agent’s share', `the same, ${USUAL_PER_SECOND} a second`, 'work from tick to tick, p99, with', 'without', 'event loop delay, p99, with', 'without'], rows)}
`,
  };
}

function toRow(name: string, samples: readonly Sample[]): string[] {
  const of = (who: keyof Sample, read: (report: SoakReport) => number): number =>
    median(samples.map((sample) => read(sample[who])));
  const rss = ({ rssBytes }: SoakReport): number => rssBytes / MEBIBYTE;
  return [
    name,
    formatMb(of('host', rss)),
    formatMb(of('alone', rss)),
    formatMb(of('host', rss) - of('alone', rss)),
    formatMb(of('usual', rss) - of('alone', rss)),
    formatMs(of('host', ({ busyP99Ms }) => busyP99Ms)),
    formatMs(of('alone', ({ busyP99Ms }) => busyP99Ms)),
    formatMs(of('host', ({ delayP99Ms }) => delayP99Ms)),
    formatMs(of('alone', ({ delayP99Ms }) => delayP99Ms)),
  ];
}

function pause(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, ms, false));
}

function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

function formatMb(mb: number): string {
  return `${mb.toFixed(1)} MB`;
}

function formatMs(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}
