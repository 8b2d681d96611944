/** How long after a click does the last of a thousand agents know of the kill switch? */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewSdkKey } from '../src/protocol/api.ts';
import { startControlServerProcess } from '../test/helpers/control-server-process.ts';
import type { ControlServerProcess } from '../test/helpers/control-server-process.ts';
import { atMost } from './goal.ts';
import type { Section } from './goal.ts';
import { formatTable, verify } from './harness.ts';
import type { FanOutMessage } from './kill-fan-out-process.ts';

const AGENTS = 1_000;
const PROCESSES = 4;
const ROUNDS = 20;
const SERVICE = 'fan-out';
const PROGRAM = join(import.meta.dirname, 'kill-fan-out-process.ts');
const MAX_LAST_RECEIPT_MS = 250;

/** From the request to one receipt each, in milliseconds. */
interface Receipts {
  readonly firstMs: number;
  readonly medianMs: number;
  readonly lastMs: number;
}

/** What some kills and releases came to. */
export interface FanOut {
  readonly kills: readonly Receipts[];
  readonly releases: readonly Receipts[];
}

/** One control server, a thousand streams on the same machine, twenty kills and releases by the API. */
export async function benchKillFanOut(): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-fan-out-'));
  const server = await startControlServerProcess(folder);
  let fanOut: FanOut;
  try {
    fanOut = await measureFanOut(server, server, ROUNDS);
  } finally {
    await server.end('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    goals: goalsOf(fanOut, MAX_LAST_RECEIPT_MS),
    text: `## The kill switch

${AGENTS} open streams from ${PROCESSES} processes, one of each a real agent, on one control server and all on the same machine.
${ROUNDS} times a kill and its release through the API; from the moment before the request to the moment at which an agent has
read the event. Every stream hears of every change once.

${tableOf(fanOut)}
`,
  };
}

/** A thousand agents at one server, and kills and releases that are asked of another, or of the same. */
export async function measureFanOut(
  asked: ControlServerProcess,
  serving: ControlServerProcess,
  rounds: number,
): Promise<FanOut> {
  const children: ChildProcess[] = [];
  const kills: Receipts[] = [];
  const releases: Receipts[] = [];
  try {
    const { secret } = (await asked.api('POST', '/api/keys', { name: 'fan-out' })).body as NewSdkKey;
    for (let index = 0; index < PROCESSES; index++) {
      children.push(fork(PROGRAM, [String(AGENTS / PROCESSES), serving.url, secret, SERVICE]));
    }
    await Promise.all(children.map(nextMessage));
    for (let round = 0; round < rounds; round++) {
      kills.push(await throwSwitch(asked, children, true));
      releases.push(await throwSwitch(asked, children, false));
    }
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
  return { kills, releases };
}

/** How soon the last agent has to hear of a change. */
export function goalsOf({ kills, releases }: FanOut, maxLastReceiptMs: number): Section['goals'] {
  const goal = (name: string, receipts: readonly Receipts[]): Section['goals'][number] =>
    atMost(
      `the last of 1,000 agents has heard of a ${name}, 99th percentile`,
      rank(
        receipts.map(({ lastMs }) => lastMs),
        0.99,
      ),
      maxLastReceiptMs,
      formatMs,
    );
  return [goal('kill', kills), goal('release', releases)];
}

/** The receipts as a table. */
export function tableOf({ kills, releases }: FanOut): string {
  const row = (name: string, samples: readonly number[]): string[] => [
    name,
    ...[0.5, 0.99, 1].map((share) => formatMs(rank(samples, share))),
  ];
  const rows = [['kill', kills] as const, ['release', releases] as const].flatMap(([name, receipts]) => [
    row(
      `${name}, the first agent`,
      receipts.map(({ firstMs }) => firstMs),
    ),
    row(
      `${name}, half of the agents`,
      receipts.map(({ medianMs }) => medianMs),
    ),
    row(
      `${name}, the last agent`,
      receipts.map(({ lastMs }) => lastMs),
    ),
  ]);
  return formatTable(['from the request to', 'median', '99th percentile', 'longest'], rows);
}

async function throwSwitch(
  server: ControlServerProcess,
  children: readonly ChildProcess[],
  enabled: boolean,
): Promise<Receipts> {
  const heard = Promise.all(children.map(nextMessage));
  const startMs = Number(process.hrtime.bigint()) / 1e6;
  const { status } = await server.api('POST', `/api/services/${SERVICE}/kill-switch`, { enabled });
  verify(status === 200, `the kill switch answered ${status}`);
  const messages = await heard;
  const delays = messages
    .flatMap((message) => {
      verify(message.kind === 'heard' && message.enabled === enabled, `heard ${JSON.stringify(message)}`);
      return message.kind === 'heard' ? message.atMs : [];
    })
    .map((atMs) => atMs - startMs);
  verify(delays.length === AGENTS, `${delays.length} of ${AGENTS} agents heard of it`);
  return { firstMs: rank(delays, 0), medianMs: rank(delays, 0.5), lastMs: rank(delays, 1) };
}

function nextMessage(child: ChildProcess): Promise<FanOutMessage> {
  return new Promise((resolve, reject) => {
    const fail = (code: number | null): void => reject(new Error(`the agents ended with ${code}`));
    child.once('exit', fail);
    child.once('message', (message) => {
      child.off('exit', fail);
      resolve(message as FanOutMessage);
    });
  });
}

/** By nearest rank, upwards: of twenty samples the 99th percentile is the largest. */
function rank(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

function formatMs(ms: number): string {
  return `${ms.toFixed(0)} ms`;
}

if (process.argv[1] === import.meta.filename) process.stdout.write((await benchKillFanOut()).text);
