import { Command, InvalidArgumentError, Option } from 'commander';
import type { NewSdkKey, SdkKey } from '../../src/protocol/api.ts';
import type { CommandContext } from './command-context.ts';
import { findById } from './find-by-id.ts';
import { parseDurationMs } from './option-value.ts';
import { toPlainJson, toPlainLine } from './plain-text.ts';
import { addServerOptions, connect } from './server-options.ts';
import type { ServerOptions } from './server-options.ts';
import { formatTable } from './table.ts';

interface KeyOptions extends ServerOptions {
  readonly environment?: string;
  readonly service?: string;
  readonly scope?: readonly string[];
  readonly expiresIn?: number;
  readonly grace: number;
  readonly json?: true;
}

const ID_ARGUMENT = ['<id>', 'its id, or the start of it that no other has'] as const;
const LIST = 'stillframe keys list';

/** `stillframe keys list|create|rotate|revoke`. */
export function createKeysCommand(context: CommandContext): Command {
  const command = new Command('keys').description('see, make, rotate and revoke the keys of agents');
  addServerOptions(
    command.command('list').description('the keys, without their secrets').option('--json', 'as JSON'),
  ).action((options: KeyOptions) => listKeys(context, options));

  addServerOptions(
    command
      .command('create')
      .description('make a key; its secret is printed once, alone on stdout')
      .argument('<name>', 'what lists call it')
      .option('--environment <name>', 'environment of its services (default: default)')
      .option('--service <name>', 'only for this service; without it, for any of the environment')
      .option('--scope <scope>', 'ingest or control:read; repeatable (default: both)', collectScope)
      .option('--expires-in <duration>', 'such as 90d; without it, until it is revoked', parseDurationMs)
      .option('--json', 'the answer as JSON'),
  ).action((name: string, options: KeyOptions) => createKey(context, name, options));

  addServerOptions(
    command
      .command('rotate')
      .description('make a key of the same kind; the old one ends once its grace is over')
      .argument(...ID_ARGUMENT)
      .addOption(
        new Option('--grace <duration>', 'for which the old one still works, up to 30d')
          .argParser(parseDurationMs)
          .default(86_400_000, '24h'),
      )
      .option('--json', 'the answer as JSON'),
  ).action((id: string, options: KeyOptions) => rotateKey(context, id, options));

  addServerOptions(
    command
      .command('revoke')
      .description('end a key and its streams at once')
      .argument(...ID_ARGUMENT),
  ).action((id: string, options: KeyOptions) => revokeKey(context, id, options));
  return command;
}

function collectScope(text: string, earlier: readonly string[] = []): readonly string[] {
  if (text === 'ingest' || text === 'control:read') return [...earlier, text];
  throw new InvalidArgumentError('It must be ingest or control:read.');
}

async function listKeys(context: CommandContext, options: KeyOptions): Promise<void> {
  const { terminal } = context;
  const api = await connect(context, options);
  const keys = await api.get<readonly SdkKey[]>('/api/keys');
  if (options.json === true) {
    terminal.print(toPlainJson(keys));
    return;
  }
  if (keys.length === 0) {
    terminal.note('There are no keys yet. Make one: stillframe keys create <name>');
    return;
  }
  const headings = ['ID', 'STATE', 'NAME', 'ENVIRONMENT', 'SERVICE', 'SCOPES', 'LAST USED'];
  const rows = keys.map((key) => [
    key.id,
    stateOf(key),
    toPlainLine(key.name),
    toPlainLine(key.environment),
    toPlainLine(key.serviceName ?? 'any'),
    key.scopes.join(', '),
    key.lastUsedAt ?? 'never',
  ]);
  for (const line of formatTable(
    headings.map((heading) => ({ heading })),
    rows,
  )) {
    terminal.print(line);
  }
}

function stateOf(key: SdkKey): string {
  if (key.revokedAt !== null) return 'revoked';
  if (key.expiresAt === null) return 'valid';
  return Date.parse(key.expiresAt) <= Date.now() ? 'expired' : `until ${key.expiresAt}`;
}

async function createKey(context: CommandContext, name: string, options: KeyOptions): Promise<void> {
  const api = await connect(context, options);
  const { environment, service, scope, expiresIn } = options;
  const made = await api.send<NewSdkKey>('POST', '/api/keys', {
    name,
    ...(environment === undefined ? {} : { environment }),
    ...(service === undefined ? {} : { serviceName: service }),
    ...(scope === undefined ? {} : { scopes: scope }),
    ...(expiresIn === undefined ? {} : { expiresAt: new Date(Date.now() + expiresIn).toISOString() }),
  });
  show(context, made, options, `Made the key ${toPlainLine(name)} (${made.key.id}). It is not shown again.`);
}

async function rotateKey(context: CommandContext, id: string, options: KeyOptions): Promise<void> {
  const api = await connect(context, options);
  const key = findById(await api.get<readonly SdkKey[]>('/api/keys'), id, 'keys', LIST);
  const graceSeconds = Math.floor(options.grace / 1_000);
  const made = await api.send<NewSdkKey>('POST', `/api/keys/${encodeURIComponent(key.id)}/rotate`, {
    graceSeconds,
  });
  const until = new Date(Date.now() + options.grace).toISOString();
  show(context, made, options, `${key.id} works until ${until}; ${made.key.id} takes its place.`);
}

function show({ terminal }: CommandContext, made: NewSdkKey, options: KeyOptions, note: string): void {
  if (options.json === true) {
    terminal.print(toPlainJson(made));
    return;
  }
  terminal.note(note);
  terminal.print(made.secret);
}

async function revokeKey(context: CommandContext, id: string, options: KeyOptions): Promise<void> {
  const api = await connect(context, options);
  const key = findById(await api.get<readonly SdkKey[]>('/api/keys'), id, 'keys', LIST);
  await api.send('DELETE', `/api/keys/${encodeURIComponent(key.id)}`);
  context.terminal.print(`Revoked: ${toPlainLine(key.name)} (${key.id}).`);
}
