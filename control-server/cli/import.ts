import { createReadStream } from 'node:fs';
import { Command } from 'commander';
import { readBoundedLines } from './bounded-lines.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError } from './command-error.ts';
import { createImportUpload } from './import-upload.ts';
import { toPlainLine } from './plain-text.ts';
import { addServerOptions, connect } from './server-options.ts';
import type { ServerOptions } from './server-options.ts';

interface ImportOptions extends ServerOptions {
  readonly environment?: string;
}

/** More than any exported snapshot has. */
const MAX_LINE_BYTES = 1024 * 1024;
/** Lines that are named one by one; further ones are counted. */
const MAX_NAMED = 20;

/** `stillframe import <file>`: snapshots that another server exported. */
export function createImportCommand(context: CommandContext): Command {
  return addServerOptions(
    new Command('import')
      .description('take up snapshots that were exported as NDJSON or JSON; again: stored once')
      .argument('<file>', 'the exported file; - for stdin')
      .option('--environment <name>', 'put all of them into this environment, instead of where they were'),
  ).action((file: string, options: ImportOptions) => importSnapshots(context, file, options));
}

async function importSnapshots(context: CommandContext, file: string, options: ImportOptions): Promise<void> {
  const { terminal } = context;
  if (/\.csv$/i.test(file)) {
    throw new CommandError(
      'usage',
      `${file} is CSV, which says too little to be imported`,
      'Export it as .ndjson.',
    );
  }
  const api = await connect(context, options);
  const upload = createImportUpload(api.address, options.environment);
  let number = 0;
  try {
    for await (const line of readBoundedLines(openInput(context, file), MAX_LINE_BYTES)) {
      number += 1;
      // The lines of an array that was exported, without what makes it one.
      const text = line?.trim().replace(/,$/, '') ?? null;
      if (text === '' || text === '[' || text === ']') continue;
      await upload.add(number, text);
    }
  } catch (error) {
    throw toReadError(error, file);
  }
  const { stored, duplicates, rejected } = await upload.finish();
  for (const { line, code } of rejected.slice(0, MAX_NAMED)) {
    terminal.note(`Line ${line} was not taken: ${toPlainLine(code)}`);
  }
  if (rejected.length > MAX_NAMED) terminal.note(`… and ${rejected.length - MAX_NAMED} more.`);
  terminal.print(`${stored} stored, ${duplicates} known already, ${rejected.length} not taken`);
  if (rejected.length > 0) {
    throw new CommandError(
      'not_all_taken',
      `${rejected.length} lines of ${file} were not taken`,
      'The others are stored.',
    );
  }
}

function openInput(context: CommandContext, file: string): AsyncIterable<Uint8Array> {
  return file === '-' ? context.stdin : createReadStream(file);
}

function toReadError(error: unknown, file: string): unknown {
  const isOfFile = error instanceof Error && 'syscall' in error && 'code' in error;
  return isOfFile
    ? new CommandError(
        'bad_input',
        `${file} cannot be read: ${String(error.code)}`,
        'Name an exported file.',
        {
          cause: error,
        },
      )
    : error;
}
