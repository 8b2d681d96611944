import { Command, CommanderError } from 'commander';
import { VERSION } from '../../src/protocol/version.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError, formatCommandError, splitSentence, toCommandError } from './command-error.ts';
import { loadCommands } from './commands.ts';

/** Done. */
const EXIT_OK = 0;
/** The command was understood and could not be carried out. */
const EXIT_FAILED = 1;
/** The command, or what it was given to read, was not understood. */
const EXIT_USAGE = 2;
const NOT_UNDERSTOOD: ReadonlySet<string> = new Set(['usage', 'bad_input']);

const EXAMPLES = `
Examples:
  $ stillframe demo                                  a shop with traffic, and a server that watches it
  $ stillframe serve                                 a control server on http://127.0.0.1:7070
  $ stillframe tail --service shop                   snapshots as they arrive, one a line
  $ stillframe snapshots list --from 1h              what was captured, and the ids for snapshots show
  $ stillframe kill-switch on --reason "deploying"   stop every capture at once
  $ stillframe scrub < order.json                    what would be sent of a value`;

/** Runs the command that the arguments name, and answers with its exit code. Never rejects. */
export async function runProgram(args: readonly string[], context: CommandContext): Promise<number> {
  try {
    const program = await createProgram(args, context);
    await program.parseAsync(args, { from: 'user' });
    return EXIT_OK;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version come as errors with exit code 0; without any command, help is an answer to a mistake.
      return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
    }
    const failure = toCommandError(error);
    context.terminal.note(formatCommandError(failure));
    return NOT_UNDERSTOOD.has(failure.code) ? EXIT_USAGE : EXIT_FAILED;
  }
}

async function createProgram(args: readonly string[], context: CommandContext): Promise<Command> {
  const program = new Command('stillframe')
    .description('Live debugging for Node.js services: control server and command line.')
    .version(VERSION, '--version')
    .addHelpText('after', EXAMPLES);
  for (const command of await loadCommands(args, context)) program.addCommand(command);
  prepareCommand(program);
  return program;
}

/** commander gives its settings only to subcommands that it makes itself, so each gets them here. */
function prepareCommand(command: Command): void {
  command.exitOverride().configureOutput({
    outputError: (message, write) => {
      // commander writes `error: …`, sometimes with a second sentence, sometimes with a guess on a line of its own.
      const { what, nextStep } = splitSentence(
        message
          .replace(/^error: /, '')
          .trim()
          .replace(/\n\((.*)\)$/, '. $1'),
      );
      const help = `Try ${fullName(command)} --help.`;
      const error = new CommandError('usage', what, `${nextStep} ${help}`.trimStart());
      write(`${formatCommandError(error)}\n`);
    },
  });
  for (const child of command.commands) prepareCommand(child);
}

/** `stillframe breakpoints create`. */
function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
