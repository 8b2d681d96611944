/**
 * A service that starts, with the agent or without: what its one thread does from the import on, for five seconds.
 * `start-up-process <agent file or nothing> <endpoint> <key>`. Run as plain JavaScript: Node's type stripper would count.
 */
import { createRequire } from 'node:module';

/** What the service saw. */
export interface StartUpOutcome {
  readonly importCpuMs: number;
  readonly importMs: number;
  readonly initCpuMs: number;
  readonly initMs: number;
  /** The most that the thread worked, and that passed, from one tick to the next. */
  readonly longestCpuMs: number;
  readonly longestMs: number;
  readonly rssBytes: number;
  readonly connection: string | null;
  readonly stored: number;
}

type AgentModule = typeof import('../src/index.ts');

const WATCHED_MS = 5_000;
const TICK_MS = 2;
const TICKS_PER_CALL = 25;

const [, , agentFile = '', endpoint = '', apiKey = ''] = process.argv;
// What a web service has loaded before.
const require = createRequire(import.meta.url);
for (const name of ['http', 'fs', 'crypto']) require(name);

const rssBefore = process.memoryUsage.rss();
const begun = read();
const agent = agentFile === '' ? null : ((await import(agentFile)) as AgentModule);
const imported = read();
agent?.init({ endpoint, apiKey, serviceName: 'start-up', env: false, logger: { warn() {} } });
const initialised = read();

let last = read();
let longestCpuMs = 0;
let longestMs = 0;
let ticks = 0;
const ticking = setInterval(() => {
  const now = read();
  longestCpuMs = Math.max(longestCpuMs, now.cpuMs - last.cpuMs);
  longestMs = Math.max(longestMs, now.ms - last.ms);
  if (ticks % TICKS_PER_CALL === 0) {
    const place = `place ${(ticks / TICKS_PER_CALL) % 5}`;
    agent?.captureSnapshot(place, { order: { id: ticks, lines: [{ sku: 'A-1', price: 9.5 }] }, ticks });
  }
  ticks += 1;
  last = now;
}, TICK_MS);

setTimeout(() => {
  clearInterval(ticking);
  const status = agent?.status();
  const outcome: StartUpOutcome = {
    importCpuMs: imported.cpuMs - begun.cpuMs,
    importMs: imported.ms - begun.ms,
    initCpuMs: initialised.cpuMs - imported.cpuMs,
    initMs: initialised.ms - imported.ms,
    longestCpuMs,
    longestMs,
    rssBytes: process.memoryUsage.rss() - rssBefore,
    connection: status?.control.connection ?? null,
    stored: status?.stored ?? 0,
  };
  process.stdout.write(JSON.stringify(outcome), () => process.exit(0));
}, WATCHED_MS);

function read(): { readonly cpuMs: number; readonly ms: number } {
  const { user, system } = process.threadCpuUsage();
  return { cpuMs: (user + system) / 1_000, ms: performance.now() };
}
