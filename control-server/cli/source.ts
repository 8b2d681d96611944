import { Command } from 'commander';
import type { FileSource, ServiceFiles, SourceFile } from '../../src/protocol/api-source.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError } from './command-error.ts';
import { toPlainJson, toPlainLine } from './plain-text.ts';
import { addServerOptions, connect } from './server-options.ts';
import type { ServerOptions } from './server-options.ts';
import { addInstanceOptions, filesPath, sourcePath } from './source-request.ts';
import type { InstanceOptions } from './source-request.ts';

interface SourceOptions extends ServerOptions, InstanceOptions {
  readonly json?: true;
}

/** `stillframe source <service> <file>`. */
export function createSourceCommand(context: CommandContext): Command {
  const command = new Command('source')
    .description('the code of a loaded file, as it runs, with secrets taken out')
    .argument('<service>', 'its name')
    .argument('<file>', 'the path of a file, or the end of it that no other has');
  addInstanceOptions(command).option('--json', 'as JSON');
  return addServerOptions(command).action((service: string, file: string, options: SourceOptions) =>
    showSource(context, service, file, options),
  );
}

async function showSource(
  context: CommandContext,
  service: string,
  wanted: string,
  options: SourceOptions,
): Promise<void> {
  const { terminal } = context;
  const api = await connect(context, options);
  const { files } = await api.get<ServiceFiles>(filesPath(service, options));
  const { id } = findFile(files, wanted);
  const found = await api.get<FileSource>(sourcePath(service, options, id));
  if (options.json === true) {
    terminal.print(toPlainJson(found));
    return;
  }
  const lines = found.source.split('\n');
  const width = String(lines.length).length;
  const isTerminal = terminal.columns() !== null;
  for (const [index, line] of lines.entries()) {
    // Bare where it goes into a file or another program; there an escape sequence is only text.
    const number = terminal.paint('dim', String(index + 1).padStart(width));
    terminal.print(isTerminal ? `${number}  ${toPlainLine(line.replaceAll('\t', '  '))}` : line);
  }
  terminal.note(`${toPlainLine(found.path)} of instance ${toPlainLine(found.instanceId)}`);
  if (found.redacted.length > 0) terminal.note(`Taken out: ${found.redacted.map(toPlainLine).join(', ')}.`);
  if (found.cutLines > 0) terminal.note(`${found.cutLines} lines are too long to be shown whole.`);
  if (found.isStale) {
    terminal.note(
      'The file changed after the process had started: its lines may be others than those that run.',
    );
  }
}

/** Originals first: of two files whose paths end alike, people mean the one that they wrote. */
function findFile(files: readonly SourceFile[], wanted: string): SourceFile {
  const end = wanted.replaceAll('\\', '/');
  const fits = files.filter(({ path }) => {
    const own = path.replaceAll('\\', '/');
    return own === end || own.endsWith(`/${end.replace(/^\/+/, '')}`);
  });
  const exact = fits.find(({ path }) => path === wanted);
  const written = fits.filter(({ kind }) => kind !== 'compiled');
  const [only, ...others] = exact !== undefined ? [exact] : written.length > 0 ? written : fits;
  if (only === undefined) {
    throw new CommandError(
      'unknown_file',
      `No loaded file has the path "${toPlainLine(wanted)}"`,
      'See stillframe files.',
    );
  }
  if (others.length === 0) return only;
  throw new CommandError(
    'ambiguous_file',
    `${others.length + 1} loaded files have a path that ends with "${toPlainLine(wanted)}"`,
    'Give more of it.',
  );
}
