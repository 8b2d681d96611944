import { Command } from 'commander';
import type { KillSwitch, KillSwitchChange } from '../../src/protocol/api.ts';
import type { CommandContext } from './command-context.ts';
import { noteWhenNobodyListens } from './nobody-listens.ts';
import { toPlainLine } from './plain-text.ts';
import { addServerOptions, connect } from './server-options.ts';
import type { ServerOptions } from './server-options.ts';
import { formatTable } from './table.ts';

interface KillSwitchOptions extends ServerOptions {
  readonly service?: string;
  readonly environment?: string;
  readonly reason?: string;
  readonly json?: true;
}

/** `stillframe kill-switch on|off|status`. */
export function createKillSwitchCommand(context: CommandContext): Command {
  const command = new Command('kill-switch').description('stop all captures at once, or let them run again');
  for (const state of ['on', 'off'] as const) {
    addServerOptions(
      command
        .command(state)
        .description(state === 'on' ? 'stop captures, within a second' : 'let captures run again')
        .option('--service <name>', 'only this service; without it, all services')
        .option('--environment <name>', 'only this environment of the service')
        .option('--reason <text>', 'shown beside the switch'),
    ).action((options: KillSwitchOptions) => setKillSwitch(context, state === 'on', options));
  }
  addServerOptions(
    command
      .command('status', { isDefault: false })
      .description('which kill switches are on')
      .option('--service <name>', 'only what concerns this service')
      .option('--json', 'as JSON'),
  ).action((options: KillSwitchOptions) => showKillSwitches(context, options));
  return command;
}

async function setKillSwitch(
  context: CommandContext,
  on: boolean,
  options: KillSwitchOptions,
): Promise<void> {
  const api = await connect(context, options);
  const { service, environment, reason } = options;
  const change: KillSwitchChange = {
    scope: service === undefined ? 'global' : 'service',
    ...(service === undefined ? {} : { serviceName: service }),
    ...(environment === undefined ? {} : { environment }),
    ...(reason === undefined ? {} : { reason }),
    on,
  };
  await api.send<KillSwitch>('PUT', '/api/kill-switch', change);
  const whose = describeScope(service ?? null, environment ?? null);
  const { terminal } = context;
  if (on) {
    terminal.print(`${terminal.paint('red', 'Stopped')}: captures of ${whose}.`);
    if (service !== undefined) await noteWhenNobodyListens(terminal, api, service, environment);
    return;
  }
  terminal.print(`${terminal.paint('green', 'Released')}: captures of ${whose}.`);
  const remaining = (await api.get<readonly KillSwitch[]>('/api/kill-switch')).filter(
    (killSwitch) => killSwitch.on && concerns(killSwitch, service),
  );
  for (const killSwitch of remaining) {
    const other = describeScope(killSwitch.serviceName, killSwitch.environment);
    const named = killSwitch.serviceName === null ? '' : ` --service ${toPlainLine(killSwitch.serviceName)}`;
    terminal.note(
      `Still stopped by its own switch: ${other}. Release it: stillframe kill-switch off${named}`,
    );
  }
}

async function showKillSwitches(context: CommandContext, options: KillSwitchOptions): Promise<void> {
  const { terminal } = context;
  const api = await connect(context, options);
  const killSwitches = (await api.get<readonly KillSwitch[]>('/api/kill-switch')).filter((killSwitch) =>
    concerns(killSwitch, options.service),
  );
  if (options.json === true) {
    terminal.print(JSON.stringify(killSwitches, null, 2));
    return;
  }
  const on = killSwitches.filter((killSwitch) => killSwitch.on);
  if (on.length === 0) {
    terminal.print('No kill switch is on: services capture.');
    return;
  }
  const rows = on.map((killSwitch) => [
    terminal.paint('red', 'stopped'),
    toPlainLine(killSwitch.serviceName ?? 'all services'),
    toPlainLine(killSwitch.environment ?? 'all'),
    killSwitch.at ?? '',
    toPlainLine(killSwitch.by ?? ''),
    toPlainLine(killSwitch.reason ?? ''),
  ]);
  const headings = ['STATE', 'SERVICE', 'ENVIRONMENT', 'SINCE', 'BY', 'REASON'];
  for (const line of formatTable(
    headings.map((heading) => ({ heading })),
    rows,
  )) {
    terminal.print(line);
  }
}

/** The global switch concerns every service. */
function concerns(killSwitch: KillSwitch, service: string | undefined): boolean {
  return service === undefined || killSwitch.serviceName === null || killSwitch.serviceName === service;
}

function describeScope(service: string | null, environment: string | null): string {
  const whose = service === null ? 'all services' : toPlainLine(service);
  return environment === null ? whose : `${whose} in ${toPlainLine(environment)}`;
}
