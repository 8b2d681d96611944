import { runProgram } from './cli/program.ts';
import { createTerminal } from './cli/terminal.ts';

/**
 * The `stillframe` command line. Resolves with the exit code: 0 done, 1 failed, 2 wrong usage. Never rejects; what
 * went wrong stands on stderr as one line.
 */
export async function main(args: readonly string[]): Promise<number> {
  const terminal = createTerminal(process.stdout, process.stderr);
  return runProgram(args, { terminal, env: process.env, stdin: process.stdin });
}
