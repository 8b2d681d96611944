import { Option } from 'commander';
import type { Command } from 'commander';
import { parseWholeNumber } from './option-value.ts';
import { toPlainLine } from './plain-text.ts';
import type { Terminal } from './terminal.ts';

/** Which page of a long list a command shows, the newest first. */
export interface PageOptions {
  readonly limit: number;
  readonly before?: string;
}

/** What one answer of the API holds at most. */
const MAX_LIMIT = 500;
const DEFAULT_LIMIT = 20;

/** Adds `--limit` and `--before`. */
export function addPageOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--limit <number>', `how many, 1 to ${MAX_LIMIT}`)
        .argParser(parseWholeNumber(1, MAX_LIMIT))
        .default(DEFAULT_LIMIT),
    )
    .option('--before <cursor>', 'older ones, from where the list before has ended');
}

/** Says how the list goes on, unless it has ended. */
export function noteOlder(terminal: Terminal, nextCursor: string | null): void {
  if (nextCursor !== null) terminal.note(`For older ones, add --before ${toPlainLine(nextCursor)}`);
}
