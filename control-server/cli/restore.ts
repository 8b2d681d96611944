import { access, constants, stat } from 'node:fs/promises';
import { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { CommandError } from './command-error.ts';
import { chooseDataFolder } from './find-server.ts';

/** `stillframe restore <file>`: a data folder from a backup. */
export function createRestoreCommand(context: CommandContext): Command {
  return new Command('restore')
    .description('make a backup the data of a folder that has none, for a server to be started with')
    .argument('<file>', 'what stillframe backup has written')
    .option('--data-dir <folder>', 'folder without data (STILLFRAME_DATA_DIR)')
    .action(async (file: string, { dataDir }: { readonly dataDir?: string }) => {
      // Loaded here, so that the other commands start without a store's code.
      const { restoreBackup } = await import('../restore-backup.ts');
      const folder = chooseDataFolder(dataDir, context.env);
      await requireFile(file);
      const database = await restoreBackup(file, folder);
      context.terminal.print(`Restored: ${database}`);
      context.terminal.note(`Start the server with it: stillframe serve --data-dir ${folder}`);
    });
}

/** Before anything is made in the data folder. */
async function requireFile(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
    if ((await stat(file)).isFile()) return;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw unreadable(file, code, { cause: error });
  }
  throw unreadable(file, 'it is no file');
}

function unreadable(file: string, why: string, options?: ErrorOptions): CommandError {
  const nextStep = 'Name a file that stillframe backup has written.';
  return new CommandError('bad_input', `${file} cannot be read: ${why}`, nextStep, options);
}
