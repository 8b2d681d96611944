import { Command } from 'commander';
import type { ServiceFiles, SourceFile } from '../../src/protocol/api-source.ts';
import { countOf } from '../wording/quantity.ts';
import type { CommandContext } from './command-context.ts';
import { toPlainJson, toPlainLine } from './plain-text.ts';
import { addServerOptions, connect } from './server-options.ts';
import type { ServerOptions } from './server-options.ts';
import { addInstanceOptions, filesPath } from './source-request.ts';
import type { InstanceOptions } from './source-request.ts';
import { formatTable } from './table.ts';

interface FilesOptions extends ServerOptions, InstanceOptions {
  readonly compiled?: true;
  readonly json?: true;
}

/** `stillframe files <service>`. */
export function createFilesCommand(context: CommandContext): Command {
  const command = new Command('files')
    .description('the files of a service that its running instances have loaded')
    .argument('<service>', 'its name');
  addInstanceOptions(command)
    .option('--compiled', 'also the files that run in the stead of their originals')
    .option('--json', 'as JSON');
  return addServerOptions(command).action((service: string, options: FilesOptions) =>
    listFiles(context, service, options),
  );
}

const COLUMNS = [
  { heading: 'FILE' },
  { heading: 'KIND' },
  { heading: 'RUNS AS' },
  { heading: 'CODE' },
] as const;

async function listFiles(context: CommandContext, service: string, options: FilesOptions): Promise<void> {
  const { terminal } = context;
  const api = await connect(context, options);
  const found = await api.get<ServiceFiles>(filesPath(service, options));
  if (options.json === true) {
    terminal.print(toPlainJson(found));
    return;
  }
  const shown = found.files.filter(({ kind }) => options.compiled === true || kind !== 'compiled');
  const rows = shown.map((file) => [
    toPlainLine(file.path),
    file.kind,
    toPlainLine(file.compiledPath ?? ''),
    describeVersions(file),
  ]);
  for (const line of formatTable(COLUMNS, rows)) terminal.print(line);
  if (found.omittedFiles > 0)
    terminal.note(
      `At least ${countOf(found.omittedFiles, 'further file is', 'further files are')} not listed.`,
    );
  if (found.unreadMaps > 0) {
    terminal.note(`${found.unreadMaps} source maps were not looked at: what they name is not listed.`);
  }
  for (const { instanceId, host, detail } of found.instances) {
    if (detail !== null) terminal.note(`${toPlainLine(host ?? instanceId)}: ${toPlainLine(detail)}`);
  }
  if (found.hasDifferentCode) {
    terminal.note('Instances run different code: see it with --json, and one of them with --instance.');
  }
}

function describeVersions({ versions }: SourceFile): string {
  const known = versions.filter(({ hash }) => hash !== null).length;
  if (known > 1) return `${known} versions`;
  return known === versions.length ? 'same everywhere' : 'not known';
}
