import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../../control-server/bin/stillframe.js', import.meta.url));

/** A `stillframe` process that runs, with what it has said so far. */
export interface CliProcess extends AsyncDisposable {
  readonly pid: number;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** Resolves with the first line, of stdout or stderr, that fits; rejects when the process ends or time runs out. */
  waitForLine(stream: 'stdout' | 'stderr', pattern: RegExp, from?: number): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Closes the reading end of its stdout, as `head` does. */
  closeStdout(): void;
}

/** The tests that start several programs have a minute: what they wait for is said before that. */
const LINE_TIMEOUT_MS = 50_000;

/**
 * Starts the command line as a user would, with nothing of this process's settings.
 * @param limits what the shell is told first: `ulimit -f 4096`
 */
export function startCli(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  nodeArgs: readonly string[] = [],
  limits = 'true',
): CliProcess {
  const command = [process.execPath, ...nodeArgs, BIN, ...args];
  const child = spawn('/bin/sh', ['-c', `${limits} && exec "$@"`, 'sh', ...command], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = { stdout: [] as string[], stderr: [] as string[] };
  const waiting = new Set<() => void>();
  for (const stream of ['stdout', 'stderr'] as const) {
    createInterface({ input: child[stream] }).on('line', (line) => {
      lines[stream].push(line);
      for (const look of waiting) look();
    });
  }
  let isOver = false;
  const ended = once(child, 'close').then(([code, signal]: (number | NodeJS.Signals | null)[]) => {
    isOver = true;
    for (const look of waiting) look();
    return code ?? signal ?? 0;
  });

  return {
    pid: child.pid ?? 0,
    ...lines,
    ended,
    kill: (signal) => void child.kill(signal),
    closeStdout: () => child.stdout.destroy(),
    waitForLine(stream, pattern, from = 0) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => finish('in time'), LINE_TIMEOUT_MS);
        function finish(why: string): void {
          clearTimeout(timer);
          waiting.delete(look);
          reject(
            new Error(`No line ${pattern.source} ${why}:\n${[...lines.stdout, ...lines.stderr].join('\n')}`),
          );
        }
        function look(): void {
          const line = lines[stream].slice(from).find((text) => pattern.test(text));
          if (line === undefined) {
            if (isOver) finish('before the end');
            return;
          }
          clearTimeout(timer);
          waiting.delete(look);
          resolve(line);
        }
        waiting.add(look);
        look();
      });
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs a command to its end. */
export async function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  nodeArgs: readonly string[] = [],
): Promise<{ readonly code: number | NodeJS.Signals; readonly stdout: string; readonly stderr: string }> {
  const child = startCli(args, env, nodeArgs);
  const code = await child.ended;
  return { code, stdout: child.stdout.join('\n'), stderr: child.stderr.join('\n') };
}
