import type { Command } from 'commander';
import { createApiClient } from './api-client.ts';
import type { ApiClient } from './api-client.ts';
import type { CommandContext } from './command-context.ts';
import { findServer } from './find-server.ts';

/** How a command finds the control server. */
export interface ServerOptions {
  readonly url?: string;
  readonly token?: string;
  readonly dataDir?: string;
}

/** Adds the options that every command has which talks to a server. */
export function addServerOptions(command: Command): Command {
  return command
    .option('--url <url>', 'address of the control server (STILLFRAME_URL); else the one that runs here')
    .option(
      '--token <token>',
      'a personal token, or its local one (STILLFRAME_TOKEN); else the one in its data folder',
    )
    .option('--data-dir <folder>', 'data folder to look for a running server in (STILLFRAME_DATA_DIR)');
}

/** The API of the server that the options, the environment or the data folder name. */
export async function connect(context: CommandContext, options: ServerOptions): Promise<ApiClient> {
  return createApiClient(await findServer(options, context.env, (line) => context.terminal.note(line)));
}
