/** How much does a control server compute before it listens? `node bench/server-start.ts`. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atMost, formatGoals } from './goal.ts';
import type { Section } from './goal.ts';
import { formatTable, percentile, verify } from './harness.ts';
import { writePlainProgram } from './plain-program.ts';
import type { ServerStart } from './server-start-probe.ts';

const RUNS = 15;
/** What is promised is that it listens within a second; computing all of it is the part that no idle machine takes away. */
const MAX_SOURCES_MS = 1_000;
const MAX_BUILT_MS = 700;
const ROOT = join(import.meta.dirname, '..');
const SERVER = join(ROOT, 'control-server');

/** Fresh processes on empty folders and on one that was filled before, from the sources and built, in turn. */
export function benchServerStart(): Section {
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.server-start-'));
  const data = mkdtempSync(join(tmpdir(), 'stillframe-start-'));
  const probe = writePlainProgram(join(import.meta.dirname, 'server-start-probe.ts'), folder);
  const programs = { sources: join(SERVER, 'bin', 'stillframe.js'), built: buildServer(folder) };
  const seen: Record<string, ServerStart[]> = { sources: [], built: [], 'built, again': [] };
  try {
    start(probe, programs.built, join(data, 'again'));
    for (let run = 0; run < RUNS; run++) {
      seen['sources']?.push(start(probe, programs.sources, join(data, `sources-${run}`)));
      seen['built']?.push(start(probe, programs.built, join(data, `built-${run}`)));
      seen['built, again']?.push(start(probe, programs.built, join(data, 'again')));
    }
  } finally {
    rmSync(folder, { recursive: true });
    rmSync(data, { recursive: true });
  }
  const rows = Object.entries(seen).map(([name, starts]) => [
    name,
    cell(starts, ({ cpuMs }) => cpuMs),
    cell(starts, ({ threadMs }) => threadMs),
    cell(starts, ({ wallMs }) => wallMs),
  ]);
  const median = (name: string): number =>
    percentile(
      (seen[name] ?? []).map(({ cpuMs }) => cpuMs),
      0.5,
    );
  const head = ['median (5th percentile)', 'processor, all threads', 'processor, main thread', 'time'];
  return {
    goals: [
      atMost('processor time until a server listens, built', median('built'), MAX_BUILT_MS, formatMs),
      atMost(
        'processor time until a server listens, from its sources',
        median('sources'),
        MAX_SOURCES_MS,
        formatMs,
      ),
    ],
    text: `## The start of a server

\`stillframe serve\` on SQLite, ${RUNS} fresh processes each, in turn: on an empty folder, and once more on one that was killed
there before. Measured within the process, from its start to its listening.

${formatTable(head, rows)}
`,
  };
}

function start(probe: string, program: string, folder: string): ServerStart {
  const args = ['--import', probe, program, 'serve', '--port', '0', '--data-dir', folder];
  const { stdout, stderr, signal } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  verify(signal === 'SIGKILL', `a server did not listen: ${stderr}`);
  return JSON.parse(stdout) as ServerStart;
}

/** Within the repository, where it finds what it depends on; never into the package itself. */
function buildServer(folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  execFileSync(join(ROOT, 'node_modules', '.bin', 'tsc'), [
    '-p',
    join(SERVER, 'tsconfig.build.json'),
    '--outDir',
    join(folder, 'dist'),
  ]);
  const dashboard = join(SERVER, 'dashboard', 'dist');
  if (existsSync(dashboard)) cpSync(dashboard, join(folder, 'dist', 'dashboard'), { recursive: true });
  cpSync(join(SERVER, 'package.json'), join(folder, 'package.json'));
  cpSync(join(SERVER, 'bin', 'stillframe.js'), join(bin, 'stillframe.js'));
  return join(bin, 'stillframe.js');
}

function cell(starts: readonly ServerStart[], read: (start: ServerStart) => number): string {
  const samples = starts.map(read);
  return `${formatMs(percentile(samples, 0.5))} (${formatMs(percentile(samples, 0.05))})`;
}

function formatMs(ms: number): string {
  return `${ms.toFixed(0)} ms`;
}

if (process.argv[1] === import.meta.filename) {
  const { text, goals } = benchServerStart();
  process.stdout.write(`${text}\n${formatGoals(goals)}\n`);
}
