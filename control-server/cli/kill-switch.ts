import { Command } from 'commander';
import type { AgentSummary, KillSwitch, KillSwitchChange } from '../../src/protocol/api.ts';
import type { ApiClient } from './api-client.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError } from './command-error.ts';
import { findById } from './find-by-id.ts';
import { noteWhenNobodyListens } from './nobody-listens.ts';
import { parseDurationMs } from './option-value.ts';
import { toPlainJson, toPlainLine } from './plain-text.ts';
import { addServerOptions, connect } from './server-options.ts';
import type { ServerOptions } from './server-options.ts';
import { formatTable } from './table.ts';

interface KillSwitchOptions extends ServerOptions {
  readonly service?: string;
  readonly environment?: string;
  readonly agent?: string;
  readonly reason?: string;
  /** Milliseconds. */
  readonly for?: number;
  readonly json?: true;
}

/** `stillframe kill-switch on|off|status`. */
export function createKillSwitchCommand(context: CommandContext): Command {
  const command = new Command('kill-switch').description('stop all captures at once, or let them run again');
  for (const state of ['on', 'off'] as const) {
    const one = command
      .command(state)
      .description(state === 'on' ? 'stop captures, within a second' : 'let captures run again')
      .option('--service <name>', 'only this service; without it, all services')
      .option('--environment <name>', 'only this environment of the service')
      .option(
        '--agent <instance>',
        'only this running instance: its id, or the start of it (stillframe agents)',
      )
      .option('--reason <text>', 'shown beside the switch');
    if (state === 'on')
      one.option('--for <time>', 'until it ends by itself: 90s, 30m, 2h or 1d', parseDurationMs);
    addServerOptions(one).action((options: KillSwitchOptions) =>
      setKillSwitch(context, state === 'on', options),
    );
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
  const wanted = readChange(on, options);
  const { service, environment, agent } = options;
  const api = await connect(context, options);
  const change = agent === undefined ? wanted : { ...wanted, instanceId: await findInstance(api, agent, on) };
  const changed = await api.send<KillSwitch>('PUT', '/api/kill-switch', change);
  const whose = describeScope(changed);
  const { terminal } = context;
  if (on) {
    const until = changed.expiresAt === null ? '' : ` until ${changed.expiresAt}`;
    terminal.print(`${terminal.paint('red', 'Stopped')}: captures of ${whose}${until}.`);
    if (!changed.written) {
      terminal.note(
        'In effect on this server, and not yet written: its database cannot be written now. It is written once it can; the log of the server has the reason.',
      );
    }
    if (service !== undefined) await noteWhenNobodyListens(terminal, api, service, environment);
    return;
  }
  terminal.print(`${terminal.paint('green', 'Released')}: captures of ${whose}.`);
  const remaining = (await api.get<readonly KillSwitch[]>('/api/kill-switch')).filter(
    (killSwitch) => killSwitch.on && concerns(killSwitch, service),
  );
  for (const killSwitch of remaining) {
    terminal.note(
      `Still stopped by its own switch: ${describeScope(killSwitch)}. Release it: stillframe kill-switch off${nameScope(killSwitch)}`,
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
    terminal.print(toPlainJson(killSwitches));
    return;
  }
  const on = killSwitches.filter((killSwitch) => killSwitch.on);
  if (on.length === 0) {
    terminal.print('No kill switch is on: services capture.');
    return;
  }
  const rows = on.map((killSwitch) => [
    terminal.paint('red', killSwitch.written ? 'stopped' : 'stopped, not yet written'),
    killSwitch.scope === 'agent'
      ? `agent ${toPlainLine(killSwitch.instanceId ?? '')}`
      : toPlainLine(killSwitch.serviceName ?? 'all services'),
    toPlainLine(killSwitch.environment ?? 'all'),
    killSwitch.at ?? '',
    killSwitch.expiresAt ?? 'released',
    toPlainLine(killSwitch.by ?? ''),
    toPlainLine(killSwitch.reason ?? ''),
  ]);
  const headings = ['STATE', 'SERVICE', 'ENVIRONMENT', 'SINCE', 'UNTIL', 'BY', 'REASON'];
  for (const line of formatTable(
    headings.map((heading) => ({ heading })),
    rows,
  )) {
    terminal.print(line);
  }
}

const WHOLE_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A whole id is taken as it is: an agent may be stopped before it is there, and released after it is gone. */
async function findInstance(api: ApiClient, id: string, on: boolean): Promise<string> {
  if (WHOLE_ID.test(id)) return id;
  const ids = on
    ? (await api.get<readonly AgentSummary[]>('/api/agents')).map(({ instanceId }) => instanceId)
    : (await api.get<readonly KillSwitch[]>('/api/kill-switch'))
        .filter((killSwitch) => killSwitch.on)
        .map(({ instanceId }) => instanceId ?? '');
  // What an old client without an id is called by cannot be told to it.
  const known = [...new Set(ids)].filter((one) => WHOLE_ID.test(one)).map((one) => ({ id: one }));
  const list = on ? 'stillframe agents' : 'stillframe kill-switch status';
  return findById(known, id, on ? 'agents' : 'stopped agents', list).id;
}

/** The global switch concerns every service. */
function concerns(killSwitch: KillSwitch, service: string | undefined): boolean {
  return service === undefined || killSwitch.serviceName === null || killSwitch.serviceName === service;
}

function describeScope({ scope, serviceName, environment, instanceId }: KillSwitch): string {
  if (scope === 'agent') return `the agent ${toPlainLine(instanceId ?? '')}`;
  const whose = serviceName === null ? 'all services' : toPlainLine(serviceName);
  return environment === null ? whose : `${whose} in ${toPlainLine(environment)}`;
}

/** The options by which a command means this switch. */
function nameScope({ serviceName, environment, instanceId }: KillSwitch): string {
  const options = { service: serviceName, environment, agent: instanceId };
  return Object.entries(options)
    .map(([name, value]) => (value === null ? '' : ` --${name} ${toPlainLine(value)}`))
    .join('');
}

function readChange(on: boolean, options: KillSwitchOptions): KillSwitchChange {
  const { service, environment, agent, reason } = options;
  if (agent !== undefined && (service !== undefined || environment !== undefined)) {
    throw new CommandError(
      'usage',
      '--agent already names one instance',
      'Leave --service and --environment out.',
    );
  }
  return {
    scope: agent !== undefined ? 'agent' : service === undefined ? 'global' : 'service',
    ...(service === undefined ? {} : { serviceName: service }),
    ...(environment === undefined ? {} : { environment }),
    ...(agent === undefined ? {} : { instanceId: agent }),
    ...(reason === undefined ? {} : { reason }),
    ...(options.for === undefined ? {} : { expiresAt: new Date(Date.now() + options.for).toISOString() }),
    on,
  };
}
