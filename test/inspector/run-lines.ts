import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CapturedSnapshot } from '../../src/copy/captured-snapshot.ts';
import type { BreakpointStatusEvent } from '../../src/protocol/agent-event.ts';

/** What the program is to do. */
export interface LineTask {
  /** A module that exports `run`. */
  readonly file: string;
  /** In wire names. */
  readonly breakpoints: readonly ({ readonly id: string } & Readonly<Record<string, unknown>>)[];
  readonly rateLimitMs?: number;
  readonly rounds?: number;
  readonly pauseMs?: number;
  /** True: the file is loaded after its breakpoints were set. */
  readonly isLoadedLate?: boolean;
}

/** What came of it. */
export interface LineRun {
  returned: unknown;
  readonly snapshots: CapturedSnapshot[];
  readonly words: BreakpointStatusEvent[];
  readonly dropped: Record<string, number>;
  captured: number;
}

const PROGRAM = join(import.meta.dirname, 'line-program.ts');
const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'lines');

/** The path of a program with markers. */
export function fixture(name: string): string {
  return join(FIXTURES, name);
}

/** The line, counted from 1, on which `// BREAKPOINT <name>` stands. */
export function lineOf(file: string, name: string): number {
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((text) => text.trimEnd().endsWith(`// BREAKPOINT ${name}`));
  if (line === -1) throw new Error(`${file} has no marker ${name}`);
  return line + 1;
}

/** Runs a task in a process of its own. */
export function runLines(task: LineTask, flags: readonly string[] = []): Promise<LineRun> {
  return runProgram<LineRun>(PROGRAM, flags, { LINE_PROGRAM: JSON.stringify(task) });
}

/** Runs a program, and gives what its last line of output says in JSON. */
export async function runProgram<T>(
  program: string,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<T> {
  const output = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      [...flags, program],
      { env: { PATH: process.env['PATH'], ...env }, timeout: 110_000 },
      (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stderr}`)),
    );
  });
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as T;
}

/** Sets a breakpoint at every marker of a fixture, each under the name of its marker, and runs it. */
export function runAtAll(name: string, task: Partial<LineTask> = {}): Promise<LineRun> {
  const file = fixture(name);
  const markers = [...readFileSync(file, 'utf8').matchAll(/\/\/ BREAKPOINT (\S+)/g)].map(
    ([, marker = '']) => marker,
  );
  return runLines({
    file,
    breakpoints: markers.map((id) => ({ id, file_path: file, line_number: lineOf(file, id) })),
    ...task,
  });
}

/** Runs a fixture without any breakpoint. */
export function runPlain(name: string): Promise<LineRun> {
  return runLines({ file: fixture(name), breakpoints: [] });
}

/** The variables of the snapshots, by breakpoint. */
export function variablesOf({ snapshots }: LineRun): Record<string, unknown> {
  return Object.fromEntries(snapshots.map(({ breakpointId, variables }) => [breakpointId, variables.value]));
}

/** Sets one breakpoint at a marker of a fixture, and runs it. */
export function runAt(
  name: string,
  marker: string,
  more: Partial<LineTask> & { readonly breakpoint?: Readonly<Record<string, unknown>> } = {},
): Promise<LineRun> {
  const { breakpoint, ...task } = more;
  const file = fixture(name);
  return runLines({
    file,
    breakpoints: [{ id: marker, file_path: file, line_number: lineOf(file, marker), ...breakpoint }],
    ...task,
  });
}
