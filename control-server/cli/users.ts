import { Command, Option } from 'commander';
import type { InvitedUser, PersonRole, UserResource } from '../../src/protocol/api-people.ts';
import type { ApiClient } from './api-client.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError } from './command-error.ts';
import { toPlainJson, toPlainLine } from './plain-text.ts';
import { addServerOptions, connect } from './server-options.ts';
import type { ServerOptions } from './server-options.ts';
import { formatTable } from './table.ts';

interface UserOptions extends ServerOptions {
  readonly role?: PersonRole;
  readonly json?: true;
}

const ROLES: readonly PersonRole[] = ['viewer', 'operator', 'admin'];
const NAME_ARGUMENT = ['<name>', 'name of the account'] as const;

/** `stillframe users list|create|invite|role|disable|enable|delete`. */
export function createUsersCommand(context: CommandContext): Command {
  const command = new Command('users').description('see and change who may use the server');
  addServerOptions(command.command('list').description('the accounts').option('--json', 'as JSON')).action(
    (options: UserOptions) => listUsers(context, options),
  );

  addServerOptions(
    command
      .command('create')
      .description('make an account; prints the link by which the person chooses a password')
      .argument(...NAME_ARGUMENT)
      .addOption(new Option('--role <role>', 'what the person may do').choices(ROLES).default('viewer'))
      .option('--json', 'the answer as JSON'),
  ).action((name: string, options: UserOptions) => createUser(context, name, options));

  addServerOptions(
    command
      .command('invite')
      .description('a new link, for who lost the first one or forgot the password')
      .argument(...NAME_ARGUMENT)
      .option('--json', 'the answer as JSON'),
  ).action((name: string, options: UserOptions) => inviteUser(context, name, options));

  addServerOptions(
    command
      .command('role')
      .description('give an account another role')
      .argument(...NAME_ARGUMENT)
      .addArgument(command.createArgument('<role>', 'what the person may do').choices(ROLES)),
  ).action((name: string, role: PersonRole, options: UserOptions) =>
    changeUser(context, name, options, { role }, `is ${role} now`),
  );

  for (const [action, disabled] of [
    ['disable', true],
    ['enable', false],
  ] as const) {
    addServerOptions(
      command
        .command(action)
        .description(disabled ? 'sign an account out everywhere, and let it in no more' : 'let it in again')
        .argument(...NAME_ARGUMENT),
    ).action((name: string, options: UserOptions) =>
      changeUser(context, name, options, { disabled }, `is ${action}d`),
    );
  }

  addServerOptions(
    command
      .command('delete')
      .description('remove an account with its sessions and tokens')
      .argument(...NAME_ARGUMENT),
  ).action((name: string, options: UserOptions) => deleteUser(context, name, options));
  return command;
}

async function listUsers(context: CommandContext, options: UserOptions): Promise<void> {
  const { terminal } = context;
  const api = await connect(context, options);
  const users = await api.get<readonly UserResource[]>('/api/users');
  if (options.json === true) {
    terminal.print(toPlainJson(users));
    return;
  }
  if (users.length === 0) {
    terminal.note(
      'There are no accounts yet. Open the set-up link that the server printed, or make one: stillframe users create <name> --role admin',
    );
    return;
  }
  const headings = ['NAME', 'ROLE', 'STATE', 'SIGNS IN BY', 'LAST SIGN-IN'];
  const rows = users.map((user) => [
    toPlainLine(user.name),
    user.role,
    user.disabledAt === null ? 'enabled' : 'disabled',
    user.signIn,
    user.lastSignInAt ?? 'never',
  ]);
  for (const line of formatTable(
    headings.map((heading) => ({ heading })),
    rows,
  )) {
    terminal.print(line);
  }
}

async function createUser(context: CommandContext, name: string, options: UserOptions): Promise<void> {
  const api = await connect(context, options);
  showInvitation(
    context,
    await api.send<InvitedUser>('POST', '/api/users', { name, role: options.role }),
    options,
  );
}

async function inviteUser(context: CommandContext, name: string, options: UserOptions): Promise<void> {
  const api = await connect(context, options);
  const path = `${await pathOf(api, name)}/invitation`;
  showInvitation(context, await api.send<InvitedUser>('POST', path), options);
}

/** The link alone on stdout, so that scripts can hand it on. */
function showInvitation({ terminal }: CommandContext, invited: InvitedUser, options: UserOptions): void {
  if (options.json === true) {
    terminal.print(toPlainJson(invited));
    return;
  }
  const { user, invitation } = invited;
  terminal.note(
    `${toPlainLine(user.name)} chooses a password by this link, once and until ${invitation.expiresAt}:`,
  );
  terminal.print(invitation.link);
}

async function changeUser(
  context: CommandContext,
  name: string,
  options: UserOptions,
  patch: { readonly role?: PersonRole; readonly disabled?: boolean },
  done: string,
): Promise<void> {
  const api = await connect(context, options);
  await api.send('PATCH', await pathOf(api, name), patch);
  context.terminal.print(`${toPlainLine(name)} ${done}.`);
}

async function deleteUser(context: CommandContext, name: string, options: UserOptions): Promise<void> {
  const api = await connect(context, options);
  await api.send('DELETE', await pathOf(api, name));
  context.terminal.print(`Deleted: ${toPlainLine(name)}.`);
}

async function pathOf(api: ApiClient, name: string): Promise<string> {
  const users = await api.get<readonly UserResource[]>('/api/users');
  const found = users.find((user) => user.name === name);
  if (found !== undefined) return `/api/users/${encodeURIComponent(found.id)}`;
  throw new CommandError(
    'user_not_found',
    `There is no account with the name "${toPlainLine(name)}"`,
    'See stillframe users list.',
  );
}
