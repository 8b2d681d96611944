import { extname } from 'node:path';
import { Command, Option } from 'commander';
import type { CommandContext } from './command-context.ts';
import { CommandError } from './command-error.ts';
import { requestDownload, saveDownload, toIncomplete } from './download.ts';
import { addServerOptions, connect } from './server-options.ts';
import type { ServerOptions } from './server-options.ts';
import { addSnapshotFilters, toSnapshotQuery } from './snapshot-filters.ts';
import type { SnapshotFilterOptions } from './snapshot-filters.ts';

type Format = 'ndjson' | 'json' | 'csv';
type ExportOptions = ServerOptions & SnapshotFilterOptions & { readonly format?: Format };

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
    );
  return addServerOptions(addSnapshotFilters(command)).action(
    (file: string | undefined, options: ExportOptions) =>
      exportSnapshots(context, file === '-' ? undefined : file, options),
  );
}

async function exportSnapshots(
  context: CommandContext,
  file: string | undefined,
  options: ExportOptions,
): Promise<void> {
  const format = chooseFormat(file, options.format);
  const api = await connect(context, options);
  const { address } = api;
  const query = await toSnapshotQuery(options, api, Date.now());
  query.set('format', format);
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
