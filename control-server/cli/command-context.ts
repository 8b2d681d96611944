import type { Readable } from 'node:stream';
import type { Terminal } from './terminal.ts';

/** What every command is given: nothing reads the process behind its back. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: Readable & { readonly isTTY?: boolean };
}
