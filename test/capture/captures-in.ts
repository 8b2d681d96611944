import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { StackFrame } from '../../src/protocol/snapshot.ts';

const run = promisify(execFile);

/** Where the programs are that capture. */
export const FIXTURES: string = join(import.meta.dirname, '..', 'fixtures', 'call-sites');

/** The stack of every capture in a program, by the capture's name. */
export type Captures = Readonly<Record<string, readonly StackFrame[]>>;

/** The captures of a fixture, found in a process of its own. */
export async function capturesIn(
  fixture: string,
  {
    flags = [],
    worker = false,
    program = 'run.ts',
  }: { readonly flags?: readonly string[]; readonly worker?: boolean; readonly program?: string } = {},
): Promise<Captures> {
  const { stdout } = await run(
    process.execPath,
    [...flags, join(FIXTURES, program), fixture, worker ? 'worker' : 'main'],
    {
      env: { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' },
      maxBuffer: 16 * 1024 * 1024,
    },
  );
  return JSON.parse(stdout) as Captures;
}

/** A frame as a comment in the source says it. */
interface Mark {
  readonly capture: string;
  /** Which of the application's frames in the capture, the nearest is 0. */
  readonly index: number;
  readonly frame: Pick<StackFrame, 'functionName' | 'filePath' | 'lineNumber' | 'origin' | 'isAsync'> & {
    readonly columnNumber?: number;
  };
}

/** What `// HERE capture[index] = function` says, a nearest frame with the column of its `capture(`. */
function marksIn(source: string): Mark[] {
  const lines = readFileSync(source, 'utf8').split('\n');
  return lines.flatMap((line, at) => {
    const [, capture, index, isAsync, functionName] =
      /\/\/ HERE (\w+)(?:\[(\d+)\])? = (async )?(.+)$/.exec(line) ?? [];
    if (capture === undefined || functionName === undefined) return [];
    const column = line.search(/(?<![\w.])capture\(/);
    const frame = {
      functionName: functionName === '(top level)' ? '' : functionName,
      filePath: source,
      lineNumber: at + 1,
      origin: 'application' as const,
      isAsync: isAsync !== undefined,
      ...(index === undefined && column !== -1 ? { columnNumber: column + 1 } : {}),
    };
    return [{ capture, index: Number(index ?? 0), frame }];
  });
}

/**
 * Fails unless every marked place was captured there.
 * @param without parts of a frame that this kind of code cannot keep
 */
export function expectMarks(
  found: Captures,
  source: string,
  without: readonly (keyof StackFrame)[] = [],
): void {
  const marks = marksIn(source);
  expect(marks.length).toBeGreaterThan(0);
  const kept = (frame: object): object =>
    Object.fromEntries(Object.entries(frame).filter(([name]) => !without.includes(name as keyof StackFrame)));
  const nameOf = (mark: Mark): string => `${mark.capture} ${mark.index}`;
  const foundAt = (mark: Mark): StackFrame | undefined =>
    found[mark.capture]?.filter((frame) => frame.origin === 'application')[mark.index];
  expect(Object.fromEntries(marks.map((mark) => [nameOf(mark), foundAt(mark)]))).toMatchObject(
    Object.fromEntries(marks.map((mark) => [nameOf(mark), kept(mark.frame)])),
  );
}
