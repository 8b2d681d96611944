import { Command, Option } from 'commander';
import type {
  NewPersonalToken,
  NewPersonalTokenSecret,
  PersonalToken,
} from '../../src/protocol/api-people.ts';
import type { CommandContext } from './command-context.ts';
import { findById } from './find-by-id.ts';
import { parseDurationMs, parseWholeNumber } from './option-value.ts';
import { toPlainJson, toPlainLine } from './plain-text.ts';
import { addServerOptions, connect } from './server-options.ts';
import type { ServerOptions } from './server-options.ts';
import { formatTable } from './table.ts';

interface TokenOptions extends ServerOptions {
  readonly role?: NewPersonalToken['role'];
  readonly expiresInDays?: number;
  readonly user?: string;
  readonly everybody?: true;
  readonly grace: number;
  readonly json?: true;
}

const ID_ARGUMENT = ['<id>', 'its id, or the start of it that no other has'] as const;
const LIST = 'stillframe tokens list';

/** `stillframe tokens list|create|rotate|revoke`. */
export function createTokensCommand(context: CommandContext): Command {
  const command = new Command('tokens').description(
    'personal tokens, with which --token and CI act for a person',
  );
  addServerOptions(
    command
      .command('list')
      .description('your tokens, without their secrets')
      .option('--everybody', 'of all people; for administrators')
      .option('--json', 'as JSON'),
  ).action((options: TokenOptions) => listTokens(context, options));

  addServerOptions(
    command
      .command('create')
      .description('make a token; its secret is printed once, alone on stdout')
      .argument('<name>', 'what lists call it')
      .addOption(
        new Option('--role <role>', 'at most that of its owner (default: that one)').choices([
          'viewer',
          'operator',
          'admin',
        ]),
      )
      .option('--expires-in-days <number>', '1 to 365 (default: 90)', parseWholeNumber(1, 365))
      .option('--user <name>', 'whose it is to be; only with the local token, which belongs to nobody')
      .option('--json', 'the answer as JSON'),
  ).action((name: string, options: TokenOptions) => createToken(context, name, options));

  addServerOptions(
    command
      .command('rotate')
      .description('make a token of the same kind; the old one ends once its grace is over')
      .argument(...ID_ARGUMENT)
      .addOption(
        new Option('--grace <duration>', 'for which the old one still works, up to 7d')
          .argParser(parseDurationMs)
          .default(3_600_000, '1h'),
      )
      .option('--json', 'the answer as JSON'),
  ).action((id: string, options: TokenOptions) => rotateToken(context, id, options));

  addServerOptions(
    command
      .command('revoke')
      .description('end a token at once')
      .argument(...ID_ARGUMENT),
  ).action((id: string, options: TokenOptions) => revokeToken(context, id, options));
  return command;
}

async function listTokens(context: CommandContext, options: TokenOptions): Promise<void> {
  const { terminal } = context;
  const api = await connect(context, options);
  const tokens = await api.get<readonly PersonalToken[]>(
    `/api/tokens${options.everybody === true ? '?of=everybody' : ''}`,
  );
  if (options.json === true) {
    terminal.print(toPlainJson(tokens));
    return;
  }
  if (tokens.length === 0) {
    terminal.note('There are no tokens yet. Make one: stillframe tokens create <name>');
    return;
  }
  const headings = ['ID', 'STATE', 'NAME', 'OWNER', 'ROLE', 'LAST USED'];
  const rows = tokens.map((token) => [
    token.id,
    stateOf(token),
    toPlainLine(token.name),
    toPlainLine(token.userName),
    token.role,
    token.lastUsedAt ?? 'never',
  ]);
  for (const line of formatTable(
    headings.map((heading) => ({ heading })),
    rows,
  )) {
    terminal.print(line);
  }
}

function stateOf(token: PersonalToken): string {
  if (token.revokedAt !== null) return 'revoked';
  return Date.parse(token.expiresAt) <= Date.now() ? 'expired' : `until ${token.expiresAt}`;
}

async function createToken(context: CommandContext, name: string, options: TokenOptions): Promise<void> {
  const api = await connect(context, options);
  const { role, expiresInDays, user } = options;
  const wanted: NewPersonalToken = {
    name,
    ...(role === undefined ? {} : { role }),
    ...(expiresInDays === undefined ? {} : { expiresInDays }),
    ...(user === undefined ? {} : { userName: user }),
  };
  const made = await api.send<NewPersonalTokenSecret>('POST', '/api/tokens', wanted);
  const { id, userName, expiresAt } = made.token;
  const note = `Made the token ${toPlainLine(name)} (${id}) of ${toPlainLine(userName)}, until ${expiresAt}. It is not shown again.`;
  show(context, made, options, note);
}

async function rotateToken(context: CommandContext, id: string, options: TokenOptions): Promise<void> {
  const api = await connect(context, options);
  const token = findById(await api.get<readonly PersonalToken[]>('/api/tokens'), id, 'tokens', LIST);
  const path = `/api/tokens/${encodeURIComponent(token.id)}/rotate`;
  const graceSeconds = Math.floor(options.grace / 1_000);
  const made = await api.send<NewPersonalTokenSecret>('POST', path, { graceSeconds });
  const until = new Date(Date.now() + options.grace).toISOString();
  show(context, made, options, `${token.id} works until ${until}; ${made.token.id} takes its place.`);
}

function show(
  { terminal }: CommandContext,
  made: NewPersonalTokenSecret,
  options: TokenOptions,
  note: string,
): void {
  if (options.json === true) {
    terminal.print(toPlainJson(made));
    return;
  }
  terminal.note(note);
  terminal.print(made.secret);
}

async function revokeToken(context: CommandContext, id: string, options: TokenOptions): Promise<void> {
  const api = await connect(context, options);
  const isAdmin = (await api.get<{ readonly role: string }>('/api/me')).role === 'admin';
  const tokens = await api.get<readonly PersonalToken[]>(`/api/tokens${isAdmin ? '?of=everybody' : ''}`);
  const token = findById(tokens, id, 'tokens', `${LIST} --everybody`);
  await api.send('DELETE', `/api/tokens/${encodeURIComponent(token.id)}`);
  context.terminal.print(
    `Revoked: ${toPlainLine(token.name)} of ${toPlainLine(token.userName)} (${token.id}).`,
  );
}
