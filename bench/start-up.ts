/** What does a service wait for when it starts with the agent, and what stalls it in its first seconds? */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildAgent } from '../test/helpers/built-agent.ts';
import { startFakeControlServer } from '../test/helpers/fake-control-server.ts';
import { atMost } from './goal.ts';
import type { Goal, Section } from './goal.ts';
import { formatTable, percentile, verify } from './harness.ts';
import { writePlainProgram } from './plain-program.ts';
import type { StartUpOutcome } from './start-up-process.ts';

const RUNS = 15;
const RUNS_ALONE = 5;
const ROOT = join(import.meta.dirname, '..');
const NODES = [process.execPath, join(ROOT, 'test', 'node-22', 'node_modules', 'node', 'bin', 'node')];
const MAX_BLOCKED_MS = 30;
const MAX_STALL_MS = 60;

/** Fresh processes one after the other, on both supported lines of Node; the first run of each warms the disk's cache. */
export async function benchStartUp(): Promise<Section> {
  const server = await startFakeControlServer();
  const built = buildAgent();
  const program = writePlainProgram(join(import.meta.dirname, 'start-up-process.ts'), built.folder);
  const run = async (node: string, agentFile: string): Promise<StartUpOutcome> => {
    const { stdout } = await promisify(execFile)(node, [program, agentFile, server.url, server.apiKey]);
    return JSON.parse(stdout) as StartUpOutcome;
  };
  const goals: Goal[] = [];
  const rows: string[][] = [];
  try {
    for (const node of NODES) {
      const { stdout: version } = await promisify(execFile)(node, ['--version']);
      await run(node, join(built.folder, 'index.js'));
      const alone = await repeat(RUNS_ALONE, () => run(node, ''));
      const seen = await repeat(RUNS, () => run(node, join(built.folder, 'index.js')));
      for (const { connection, stored } of seen) {
        verify(connection === 'open' && stored >= 5, `${connection} after 5 s, ${stored} stored`);
      }
      const name = `Node ${version.trim().slice(1)}`;
      const blocked = seen.map(({ importCpuMs, initCpuMs }) => importCpuMs + initCpuMs);
      const stalls = seen.map(({ longestCpuMs }) => longestCpuMs);
      goals.push(
        atMost(`import and init, ${name}, the thread's work`, median(blocked), MAX_BLOCKED_MS, formatMs),
        atMost(`the longest stall in the first 5 s, ${name}`, median(stalls), MAX_STALL_MS, formatMs),
      );
      rows.push(toRow(name, seen), toRow(`${name}, without the agent`, alone));
    }
  } finally {
    built.remove();
    await server.close();
  }
  const head = [
    'median (5th percentile) of fresh processes',
    'import, work',
    'import, time',
    '`init`, work',
    '`init`, time',
    'longest stall, work',
    'longest stall, time',
    'resident memory added in 5 s',
  ];
  return {
    goals,
    text: `## A start

The agent as it is published, in a process that has loaded \`http\`, \`fs\` and \`crypto\` before, as every web service has:
${RUNS} fresh processes with it and ${RUNS_ALONE} without, one after the other. Twenty calls a second over five labels, a real stream. Work is
the processor time of the main thread, which other work on the machine does not touch; a stall is what passes between two
ticks of 2 ms.

${formatTable(head, rows)}
`,
  };
}

async function repeat(times: number, run: () => Promise<StartUpOutcome>): Promise<StartUpOutcome[]> {
  const outcomes: StartUpOutcome[] = [];
  for (let index = 0; index < times; index++) outcomes.push(await run());
  return outcomes;
}

function toRow(name: string, outcomes: readonly StartUpOutcome[]): string[] {
  const cell = (read: (outcome: StartUpOutcome) => number, format: (value: number) => string): string => {
    const samples = outcomes.map(read);
    return `${format(median(samples))} (${format(percentile(samples, 0.05))})`;
  };
  return [
    name,
    cell(({ importCpuMs }) => importCpuMs, formatMs),
    cell(({ importMs }) => importMs, formatMs),
    cell(({ initCpuMs }) => initCpuMs, formatMs),
    cell(({ initMs }) => initMs, formatMs),
    cell(({ longestCpuMs }) => longestCpuMs, formatMs),
    cell(({ longestMs }) => longestMs, formatMs),
    cell(
      ({ rssBytes }) => rssBytes,
      (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MB`,
    ),
  ];
}

function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

function formatMs(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}

if (process.argv[1] === import.meta.filename) process.stdout.write((await benchStartUp()).text);
