import { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { requestDownload, saveDownload } from './download.ts';
import { addServerOptions, connect } from './server-options.ts';
import type { ServerOptions } from './server-options.ts';

/** `stillframe backup <file>`: everything that a running server keeps. */
export function createBackupCommand(context: CommandContext): Command {
  return addServerOptions(
    new Command('backup')
      .description('copy everything that a running server keeps into a new file')
      .argument(
        '<file>',
        'a file that does not exist yet; it will hold captured values and hashes of passwords',
      ),
  ).action(async (file: string, options: ServerOptions) => {
    const { address } = await connect(context, options);
    await saveDownload(file, () => requestDownload(address, 'POST', '/api/backup'));
    context.terminal.print(`Backup: ${file}`);
    context.terminal.note(
      'Restore it into an empty data folder: stillframe restore <file> --data-dir <folder>',
    );
  });
}
