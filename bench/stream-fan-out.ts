/**
 * What does a server pay for ten thousand streams: for telling all of them, beside a plain TCP server that writes the same
 * bytes; in memory; and when all of them come back at once? `node bench/stream-fan-out.ts [<streams>]`: a minute. Each
 * process needs two files more than twice the streams: `ulimit -n`.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atMost, formatRatio } from './goal.ts';
import type { Section } from './goal.ts';
import { formatTable, percentile, verify } from './harness.ts';
import type { StreamMessage, StreamOrder } from './stream-fan-out-process.ts';

const STREAMS = 10_000;
const CLIENT_PROCESSES = 2;
const ROUNDS = 20;
const WARM_UP_ROUNDS = 4;
const SERVICE = 'fan-out';
const MAX_RATIO = 1.2;
const MAX_STREAM_KB = 25;
const MAX_RECONNECT_SECONDS = 5;
const PROGRAM = join(import.meta.dirname, 'stream-fan-out-process.ts');

type Told<Kind extends StreamMessage['kind']> = Extract<StreamMessage, { readonly kind: Kind }>;

/** A server and its clients. */
interface Side {
  readonly server: ChildProcess;
  readonly clients: readonly ChildProcess[];
  readonly info: Told<'serving'>;
  readonly rssBytesPerStream: number;
}

interface Round {
  readonly cpuUsPerClient: number;
  readonly lastMs: number;
}

/** The control server and the plain one side by side, their broadcasts in turn. */
export async function benchStreamFanOut(streams: number = STREAMS): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-streams-'));
  const children: ChildProcess[] = [];
  try {
    const ours = await openSide(children, streams, ['server', folder], 2);
    const plain = await openSide(children, streams, ['plain'], 4);
    const rounds: { ours: Round; plain: Round }[] = [];
    for (let round = 0; round < ROUNDS + WARM_UP_ROUNDS; round++) {
      const { frameBytes, ...told } = await broadcast(ours, streams, () =>
        turnSwitch(ours.info, round % 2 === 0),
      );
      const bytes = frameBytes;
      const { frameBytes: plainBytes, ...plainTold } = await broadcast(plain, streams, () =>
        order(plain.server, { kind: 'broadcast', bytes }),
      );
      verify(plainBytes === frameBytes, `${plainBytes} bytes instead of ${frameBytes}`);
      if (round >= WARM_UP_ROUNDS) rounds.push({ ours: told, plain: plainTold });
    }
    const reconnects = { ours: await reconnect(ours), plain: await reconnect(plain) };
    return sectionOf(streams, { ours, plain }, rounds, reconnects);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

function sectionOf(
  streams: number,
  sides: Readonly<Record<'ours' | 'plain', Side>>,
  rounds: readonly Readonly<Record<'ours' | 'plain', Round>>[],
  reconnectSeconds: Readonly<Record<'ours' | 'plain', number>>,
): Section {
  const cpuUs = (side: 'ours' | 'plain', share: number): number =>
    percentile(
      rounds.map((round) => round[side].cpuUsPerClient),
      share,
    );
  const lastMs = (side: 'ours' | 'plain'): number =>
    percentile(
      rounds.map((round) => round[side].lastMs),
      0.5,
    );
  const row = (name: string, side: 'ours' | 'plain'): string[] => [
    name,
    `${cpuUs(side, 0.05).toFixed(1)} µs`,
    `${cpuUs(side, 0.5).toFixed(1)} µs`,
    `${lastMs(side).toFixed(0)} ms`,
    formatKb(sides[side].rssBytesPerStream / 1_024),
    formatSeconds(reconnectSeconds[side]),
  ];
  return {
    goals: [
      atMost(
        `CPU to tell one of ${streams} streams, beside a plain TCP server`,
        cpuUs('ours', 0.05) / cpuUs('plain', 0.05),
        MAX_RATIO,
        formatRatio,
      ),
      atMost('memory of the server a stream', sides.ours.rssBytesPerStream / 1_024, MAX_STREAM_KB, formatKb),
      atMost(
        `${streams} streams that come back at once`,
        reconnectSeconds.ours,
        MAX_RECONNECT_SECONDS,
        formatSeconds,
      ),
    ],
    text: `## ${streams} streams

From ${CLIENT_PROCESSES} processes on the same machine. ${ROUNDS} times a turn of the kill switch through the API, and in turn with it a
plain \`node:net\` server that writes the same bytes to as many sockets. CPU is of the whole server process.

${formatTable(
  [
    'server',
    'CPU a stream, 5th percentile',
    'median',
    'last stream heard, median',
    'memory a stream',
    'all come back in',
  ],
  [row('Stillframe', 'ours'), row('plain TCP', 'plain')],
)}
`,
  };
}

/** @param firstHost the last byte of the loopback address of the first clients: each process has the ports of one to itself */
async function openSide(
  children: ChildProcess[],
  streams: number,
  args: readonly string[],
  firstHost: number,
): Promise<Side> {
  const start = (...values: readonly string[]): ChildProcess => {
    const child = fork(PROGRAM, values, { execArgv: ['--expose-gc'] });
    children.push(child);
    return child;
  };
  const server = start(...args);
  const info = await told(server, 'serving');
  const before = await measure(server, true);
  const clients = Array.from({ length: CLIENT_PROCESSES }, (_, index) =>
    start(
      'clients',
      String(streams / CLIENT_PROCESSES),
      new URL(info.url).port,
      `127.0.0.${firstHost + index}`,
      info.secret,
      SERVICE,
    ),
  );
  await Promise.all(clients.map((client) => told(client, 'open')));
  const after = await measure(server, true);
  return { server, clients, info, rssBytesPerStream: (after.rssBytes - before.rssBytes) / streams };
}

async function broadcast(
  { server, clients }: Side,
  streams: number,
  send: () => void | Promise<void>,
): Promise<Round & { readonly frameBytes: number }> {
  const before = await measure(server);
  const heard = Promise.all(clients.map((client) => told(client, 'heard')));
  const startMs = performance.now();
  await send();
  const [first] = await heard;
  const lastMs = performance.now() - startMs;
  const after = await measure(server);
  return {
    cpuUsPerClient: (after.cpuUs - before.cpuUs) / streams,
    lastMs,
    frameBytes: first?.frameBytes ?? 0,
  };
}

async function reconnect({ clients }: Side): Promise<number> {
  const open = Promise.all(clients.map((client) => told(client, 'open')));
  const startMs = performance.now();
  for (const client of clients) order(client, { kind: 'reconnect' });
  await open;
  return (performance.now() - startMs) / 1_000;
}

async function turnSwitch({ url, localToken }: Told<'serving'>, on: boolean): Promise<void> {
  const answer = await fetch(`${url}/api/kill-switch`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${localToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ scope: 'service', serviceName: SERVICE, on }),
  });
  verify(answer.ok, `the kill switch answered ${answer.status}`);
  await answer.body?.cancel();
}

function measure(server: ChildProcess, isCollecting = false): Promise<Told<'measured'>> {
  const measured = told(server, 'measured');
  order(server, { kind: 'measure', isCollecting });
  return measured;
}

function order(child: ChildProcess, wanted: StreamOrder): void {
  child.send(wanted);
}

function told<Kind extends StreamMessage['kind']>(child: ChildProcess, kind: Kind): Promise<Told<Kind>> {
  return new Promise((resolve, reject) => {
    const fail = (code: number | null): void => reject(new Error(`a process ended with ${code}`));
    child.once('exit', fail);
    child.once('message', (message) => {
      child.off('exit', fail);
      const heard = message as StreamMessage;
      if (heard.kind === kind) resolve(heard as Told<Kind>);
      else reject(new Error(`${heard.kind} instead of ${kind}`));
    });
  });
}

function formatKb(kb: number): string {
  return `${kb.toFixed(1)} KB`;
}

function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

if (process.argv[1] === import.meta.filename) {
  const { text, goals } = await benchStreamFanOut(Number(process.argv[2] ?? STREAMS));
  process.stdout.write(`${text}\n`);
  for (const { what, measured, promised, isKept } of goals) {
    process.stdout.write(`${isKept ? 'kept' : 'NOT KEPT'}: ${what} ${measured} (${promised})\n`);
  }
  process.exitCode = goals.every(({ isKept }) => isKept) ? 0 : 1;
}
