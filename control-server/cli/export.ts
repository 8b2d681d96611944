import { extname } from 'node:path';
import { Command, Option } from 'commander';
import type { CommandContext } from './command-context.ts';
import { CommandError } from './command-error.ts';
import { requestDownload, saveDownload, toIncomplete } from './download.ts';
import { addServerOptions, connect } from './server-options.ts';
import type { ServerOptions } from './server-options.ts';

const FILTERS = [
  ['service', '--service <name>', 'only of this service'],
  ['environment', '--environment <name>', 'only of this environment'],
  ['label', '--label <label>', 'only of this label'],
  ['breakpoint', '--breakpoint <id>', 'only of this breakpoint'],
  ['instance', '--instance <id>', 'only of this process'],
  ['file', '--file <path>', 'only of this file, its path as a list shows it'],
  ['trace', '--trace <id>', 'only of this trace'],
  ['flag', '--flag <type>', 'only where this scrub type acted'],
  ['mode', '--mode <mode>', 'only snapshots, or only logpoints'],
  ['q', '--search <words>', 'only with all of these words'],
  ['from', '--from <instant>', 'received at this time or later, such as 2026-11-21T10:00:00Z'],
  ['to', '--to <instant>', 'received before this time'],
] as const;

type FilterName = (typeof FILTERS)[number][0];
type Format = 'ndjson' | 'json' | 'csv';
type ExportOptions = ServerOptions & {
  readonly format?: Format;
  readonly pinned?: true;
  readonly search?: string;
} & {
  readonly [Name in Exclude<FilterName, 'q'>]?: string;
};

const BY_EXTENSION: Readonly<Record<string, Format>> = {
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.json': 'json',
  '.csv': 'csv',
};

/** `stillframe export [file]`: snapshots as a file. */
export function createExportCommand(context: CommandContext): Command {
  const command = new Command('export')
    .description('write snapshots into a file, the oldest first')
    .argument('[file]', 'a file that does not exist yet; without it, or with -, to stdout')
    .addOption(
      new Option('--format <format>', 'else by the name of the file, else ndjson').choices([
        'ndjson',
        'json',
        'csv',
      ]),
    )
    .option('--pinned', 'only pinned ones');
  for (const [, flag, description] of FILTERS) command.option(flag, description);
  return addServerOptions(command).action((file: string | undefined, options: ExportOptions) =>
    exportSnapshots(context, file === '-' ? undefined : file, options),
  );
}

async function exportSnapshots(
  context: CommandContext,
  file: string | undefined,
  options: ExportOptions,
): Promise<void> {
  const query = new URLSearchParams({ format: chooseFormat(file, options.format) });
  for (const [name] of FILTERS) {
    const value = name === 'q' ? options.search : options[name];
    if (value !== undefined) query.set(name, value);
  }
  if (options.pinned === true) query.set('pinned', 'true');
  const { address } = await connect(context, options);
  const ask = () => requestDownload(address, 'GET', `/api/snapshots/export?${query.toString()}`);
  if (file !== undefined) {
    await saveDownload(file, ask);
    context.terminal.note(`Exported: ${file}`);
    return;
  }
  const answer = await ask();
  await context.terminal.printAll(answer).catch((error: unknown) => {
    throw toIncomplete(error, 'The export');
  });
}

function chooseFormat(file: string | undefined, wanted: Format | undefined): Format {
  if (wanted !== undefined) return wanted;
  if (file === undefined) return 'ndjson';
  const format = BY_EXTENSION[extname(file).toLowerCase()];
  if (format !== undefined) return format;
  throw new CommandError(
    'usage',
    `The name ${file} does not say what the file is to be`,
    'End it in .ndjson, .json or .csv, or give --format.',
  );
}
