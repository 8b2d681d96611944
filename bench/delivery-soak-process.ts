/**
 * A web service that answers a hundred requests a second, and calls `captureSnapshot` ten times in each if it is given an
 * agent: `delivery-soak-process <agent file or nothing>`. Answers its parent. Run as plain JavaScript.
 */
import { once } from 'node:events';
import { Agent, createServer, request as sendRequest } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import timers from 'node:timers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What the service sees of itself. */
export interface SoakReport {
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** 99th percentile since the last report of how late the event loop was, and of what the thread did from tick to tick. */
  readonly delayP99Ms: number;
  readonly busyP99Ms: number;
  readonly exceptions: readonly string[];
  readonly maxControlTimers: number;
  /** Calls made while the gate was open: each has to be accounted for. */
  readonly calls: number;
  readonly status: AgentStatus | null;
}

/** What the parent may ask for; `stop` sends what waits, and collects the garbage before it reports. */
export type SoakCommand = 'report' | 'stop';

type AgentModule = typeof import('../src/index.ts');
type AgentStatus = ReturnType<AgentModule['status']>;

const TICK_MS = 10;
const CALLS_PER_REQUEST = 10;
const REQUESTS_IN_FLIGHT = 500;
/** 2 KB. */
const REQUEST = JSON.stringify({
  id: 0,
  customer: { email: 'ada@example.com', note: 'Please ring twice.', since: '2026-01-01' },
  lines: Array.from({ length: 25 }, (_, index) => ({
    sku: `A-${index}`,
    price: 9.5,
    text: 'A line of an order',
  })),
});
/** So many that the cap on all captures is what limits them, and none reaches the thousand that a server keeps of one. */
const LABELS = Array.from({ length: 400 }, (_, index) => `place ${index}`);

const exceptions: string[] = [];
process.on('uncaughtException', (error) => exceptions.push(`uncaught: ${error.stack}`));
process.on('unhandledRejection', (error) => exceptions.push(`rejected: ${String(error)}`));

// The agent imports its timers: they are replaced where it takes them from, before it does.
const controlTimers = new Set<unknown>();
let maxControlTimers = 0;
const realSetTimeout = timers.setTimeout;
const realClearTimeout = timers.clearTimeout;
timers.setTimeout = ((callback: (...args: unknown[]) => void, ...rest: [number]) => {
  // By the function that sets it; there are a few of them a minute.
  const isControl = new Error('where from').stack?.split('\n')[2]?.includes('at setUnrefTimer') === true;
  if (!isControl) return realSetTimeout(callback, ...rest);
  const timer: NodeJS.Timeout = realSetTimeout(
    () => {
      controlTimers.delete(timer);
      callback();
    },
    ...rest,
  );
  controlTimers.add(timer);
  maxControlTimers = Math.max(maxControlTimers, controlTimers.size);
  return timer;
}) as never;
timers.clearTimeout = ((timer: NodeJS.Timeout) => {
  controlTimers.delete(timer);
  realClearTimeout(timer);
}) as never;
syncBuiltinESMExports();

const [, , agentFile] = process.argv;
const agent = agentFile === undefined ? null : ((await import(agentFile)) as AgentModule);
let isOpen = false;
// The gate closes between two turns, and says so: asking for the status on every turn would be most of the work.
agent?.init({
  debug: true,
  logger: {
    warn() {},
    debug(line) {
      if (line.includes('capture is now')) isOpen = line.endsWith('running');
    },
  },
});

let calls = 0;
let turns = 0;
/** Requests that are not answered yet. */
const unanswered = new Set<Promise<unknown>>();
/** Requests that wait for a database, say: with them the young heap of either service has the size of a busy one's. */
const inFlight: object[] = [];
let busyUs: number[] = [];
let before = process.threadCpuUsage();
const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
  request.on('end', () => {
    serve(body);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ turns }));
  });
});
// A connection that is closed for its idleness just when it is used again would be an error of this program.
server.keepAliveTimeout = 0;
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
const connections = new Agent({ keepAlive: true, maxSockets: 8 });
const delay = monitorEventLoopDelay({ resolution: TICK_MS });
delay.enable();
const work = setInterval(() => {
  const { user, system } = process.threadCpuUsage(before);
  before = process.threadCpuUsage();
  busyUs.push(user + system);
  post();
}, TICK_MS);

function serve(body: string): void {
  for (let index = 0; index < CALLS_PER_REQUEST; index++) {
    const request = JSON.parse(body) as { id: number };
    request.id = turns++;
    inFlight[turns % REQUESTS_IN_FLIGHT] = request;
    agent?.captureSnapshot(LABELS[turns % LABELS.length] ?? '', { request });
    if (isOpen || agent === null) calls += 1;
  }
}

/** It is its own client: what a service loads to serve and to call others is not for the agent to answer for. */
function post(): void {
  const posted = sendRequest(
    { agent: connections, port, host: '127.0.0.1', method: 'POST' },
    (response) => void response.resume(),
  );
  posted.on('error', (error) => exceptions.push(`request: ${error.stack}`));
  const closed = once(posted, 'close').finally(() => unanswered.delete(closed));
  unanswered.add(closed);
  posted.end(REQUEST);
}

function report(): SoakReport {
  const busyP99Us = busyUs.toSorted((a, b) => a - b)[Math.floor(busyUs.length * 0.99)] ?? 0;
  const delayP99Ms = delay.percentile(99) / 1e6;
  busyUs = [];
  delay.reset();
  const { rss, heapUsed } = process.memoryUsage();
  const status = agent?.status() ?? null;
  before = process.threadCpuUsage();
  return {
    rssBytes: rss,
    heapBytes: heapUsed,
    delayP99Ms,
    busyP99Ms: busyP99Us / 1_000,
    exceptions,
    maxControlTimers,
    calls: inFlight.length === 0 ? 0 : calls,
    status,
  };
}

async function stop(): Promise<void> {
  clearInterval(work);
  await Promise.allSettled(unanswered);
  await agent?.flush(10_000);
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const measured = report();
  // Nothing may leave behind the back of its books.
  await agent?.shutdown(0);
  const last: SoakReport = { ...measured, status: agent?.status() ?? null };
  process.send?.(last, () => process.exit(0));
}

process.on('message', (command: SoakCommand) => {
  if (command === 'report') process.send?.(report());
  else void stop();
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
