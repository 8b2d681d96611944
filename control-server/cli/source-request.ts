import type { Command } from 'commander';

/** Which running instances a command asks. */
export interface InstanceOptions {
  readonly environment?: string;
  readonly instance?: string;
}

/** Adds `--environment` and `--instance`. */
export function addInstanceOptions(command: Command): Command {
  return command
    .option('--environment <name>', 'only of this environment')
    .option('--instance <id>', 'only of this running instance');
}

/** Where the list of files is. */
export function filesPath(service: string, options: InstanceOptions): string {
  return pathOf(service, 'files', options, {});
}

/** Where the text of a file is. */
export function sourcePath(service: string, options: InstanceOptions, fileId: string): string {
  return pathOf(service, 'source', options, { file: fileId });
}

function pathOf(
  service: string,
  what: 'files' | 'source',
  { environment, instance }: InstanceOptions,
  more: Readonly<Record<string, string>>,
): string {
  const query = new URLSearchParams(more);
  if (environment !== undefined) query.set('environment', environment);
  if (instance !== undefined) query.set('instance', instance);
  return `/api/services/${encodeURIComponent(service)}/${what}?${query.toString()}`;
}
