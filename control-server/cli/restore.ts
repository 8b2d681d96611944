import { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
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
      const database = await restoreBackup(file, folder);
      context.terminal.print(`Restored: ${database}`);
      context.terminal.note(`Start the server with it: stillframe serve --data-dir ${folder}`);
    });
}
