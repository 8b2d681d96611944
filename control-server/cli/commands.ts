import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';

type CreateCommand = (context: CommandContext) => Command;

/** In the order of the help. Each is loaded by itself: `serve` listens the sooner without the others. */
const COMMANDS: ReadonlyMap<string, () => Promise<CreateCommand>> = new Map([
  ['serve', async () => (await import('./serve.ts')).createServeCommand],
  ['demo', async () => (await import('./demo.ts')).createDemoCommand],
  ['tail', async () => (await import('./tail.ts')).createTailCommand],
  ['snapshots', async () => (await import('./snapshots.ts')).createSnapshotsCommand],
  ['services', async () => (await import('./services.ts')).createServicesCommand],
  ['agents', async () => (await import('./agents.ts')).createAgentsCommand],
  ['breakpoints', async () => (await import('./breakpoints.ts')).createBreakpointsCommand],
  ['files', async () => (await import('./files.ts')).createFilesCommand],
  ['source', async () => (await import('./source.ts')).createSourceCommand],
  ['kill-switch', async () => (await import('./kill-switch.ts')).createKillSwitchCommand],
  ['keys', async () => (await import('./keys.ts')).createKeysCommand],
  ['users', async () => (await import('./users.ts')).createUsersCommand],
  ['tokens', async () => (await import('./tokens.ts')).createTokensCommand],
  ['audit', async () => (await import('./audit.ts')).createAuditCommand],
  ['replay', async () => (await import('./replay.ts')).createReplayCommand],
  ['export', async () => (await import('./export.ts')).createExportCommand],
  ['import', async () => (await import('./import.ts')).createImportCommand],
  ['backup', async () => (await import('./backup.ts')).createBackupCommand],
  ['restore', async () => (await import('./restore.ts')).createRestoreCommand],
  ['scrub', async () => (await import('./scrub.ts')).createScrubCommand],
]);

/** The command that the first argument names; all of them when it names none, for the help and for guesses. */
export async function loadCommands(args: readonly string[], context: CommandContext): Promise<Command[]> {
  const named = COMMANDS.get(args[0] ?? '');
  const wanted = named === undefined ? [...COMMANDS.values()] : [named];
  const creators = await Promise.all(wanted.map((load) => load()));
  return creators.map((create) => create(context));
}
