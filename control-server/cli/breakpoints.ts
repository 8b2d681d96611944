import { Command, Option } from 'commander';
import type { AgentSummary, BreakpointResource } from '../../src/protocol/api.ts';
import { readAgentWords } from './agent-words.ts';
import type { AgentWords } from './agent-words.ts';
import {
  changeBreakpointOptions,
  createBreakpointOptions,
  toBreakpointPatch,
  toBreakpointRequest,
} from './breakpoint-options.ts';
import type { BreakpointChangeOptions, NewBreakpointOptions } from './breakpoint-options.ts';
import type { CommandContext } from './command-context.ts';
import { findBreakpoint } from './find-breakpoint.ts';
import { noteWhenNobodyListens } from './nobody-listens.ts';
import { toPlainJson, toPlainLine } from './plain-text.ts';
import { addServerOptions, connect } from './server-options.ts';
import type { ServerOptions } from './server-options.ts';
import { formatTable } from './table.ts';
import type { Terminal } from './terminal.ts';

interface ListOptions extends ServerOptions {
  readonly service?: string;
  readonly environment?: string;
  readonly json?: true;
}

const ID_ARGUMENT = ['<id>', 'its id, or the start of it that no other has'] as const;

/** `stillframe breakpoints list|create|change|enable|disable|delete`. */
export function createBreakpointsCommand(context: CommandContext): Command {
  const command = new Command('breakpoints').description('see and change the places where services capture');
  addServerOptions(
    command
      .command('list')
      .description('the breakpoints, with their counts')
      .option('--service <name>', 'only of this service; without it, of all services')
      .option('--environment <name>', 'only of this environment')
      .option('--json', 'as JSON'),
  ).action((options: ListOptions) => listBreakpoints(context, options));

  const create = command.command('create').description('capture at a label, or at a line of a file');
  for (const option of createBreakpointOptions()) create.addOption(option);
  addServerOptions(create.addOption(new Option('--json', 'print the new breakpoint as JSON'))).action(
    (options: NewBreakpointOptions & ListOptions) => createBreakpoint(context, options),
  );

  const change = command
    .command('change')
    .description('set anew what is given, and leave the rest')
    .argument(...ID_ARGUMENT);
  for (const option of changeBreakpointOptions()) change.addOption(option);
  addServerOptions(change.addOption(new Option('--json', 'print what it is now as JSON'))).action(
    (id: string, options: BreakpointChangeOptions & ListOptions) => changeBreakpoint(context, id, options),
  );

  for (const action of ['enable', 'disable', 'delete'] as const) {
    addServerOptions(
      command
        .command(action)
        .description(`${action} a breakpoint`)
        .argument(...ID_ARGUMENT),
    ).action((id: string, options: ServerOptions) => switchBreakpoint(context, action, id, options));
  }
  return command;
}

async function listBreakpoints(context: CommandContext, options: ListOptions): Promise<void> {
  const { terminal } = context;
  const api = await connect(context, options);
  const filter = new URLSearchParams();
  if (options.service !== undefined) filter.set('service', options.service);
  if (options.environment !== undefined) filter.set('environment', options.environment);
  const breakpoints = await api.get<readonly BreakpointResource[]>(`/api/breakpoints?${filter.toString()}`);
  if (options.json === true) {
    terminal.print(toPlainJson(breakpoints));
    return;
  }
  if (breakpoints.length === 0) {
    terminal.note('There are no breakpoints yet: the first captureSnapshot call of a label makes one.');
    return;
  }
  const wordsOn = readAgentWords(await api.get<readonly AgentSummary[]>(`/api/agents?${filter.toString()}`));
  const rows = breakpoints.map((breakpoint) => toRow(breakpoint, wordsOn(breakpoint.id), terminal));
  for (const line of formatTable(COLUMNS, rows)) terminal.print(line);
  for (const breakpoint of breakpoints) {
    for (const reason of wordsOn(breakpoint.id).reasons) terminal.note(`${placeOf(breakpoint)}: ${reason}`);
  }
}

const COLUMNS = [
  { heading: 'ID' },
  { heading: 'STATE' },
  { heading: 'SERVICE' },
  { heading: 'ENVIRONMENT' },
  { heading: 'PLACE' },
  { heading: 'AGENTS' },
  { heading: 'CAPTURES', align: 'right' },
  { heading: 'LAST HIT' },
  { heading: 'CONDITION' },
] as const;

/** As much of a UUID as tells breakpoints apart at a glance; commands take it. */
const SHORT_ID_LENGTH = 8;

function toRow(breakpoint: BreakpointResource, words: AgentWords, terminal: Terminal): string[] {
  const limit = breakpoint.maxCaptures === 0 ? '' : ` of ${breakpoint.maxCaptures}`;
  return [
    breakpoint.id.slice(0, SHORT_ID_LENGTH),
    breakpoint.enabled ? terminal.paint('green', 'enabled') : terminal.paint('dim', 'disabled'),
    toPlainLine(breakpoint.serviceName),
    toPlainLine(breakpoint.environment),
    placeOf(breakpoint),
    words.summary,
    `${breakpoint.captureCount}${limit}`,
    breakpoint.lastHitAt ?? 'never',
    toPlainLine(breakpoint.condition ?? ''),
  ];
}

async function createBreakpoint(
  context: CommandContext,
  options: NewBreakpointOptions & ListOptions,
): Promise<void> {
  const wanted = toBreakpointRequest(options, Date.now());
  const api = await connect(context, options);
  const breakpoint = await api.send<BreakpointResource>('POST', '/api/breakpoints', wanted);
  if (options.json === true) {
    context.terminal.print(toPlainJson(breakpoint));
    return;
  }
  context.terminal.print(`Created: ${describe(breakpoint)}.`);
  await noteWhenNobodyListens(context.terminal, api, breakpoint.serviceName, breakpoint.environment);
}

async function changeBreakpoint(
  context: CommandContext,
  id: string,
  options: BreakpointChangeOptions & ListOptions,
): Promise<void> {
  const patch = toBreakpointPatch(options, Date.now());
  const api = await connect(context, options);
  const former = await findBreakpoint(api, id);
  const path = `/api/breakpoints/${encodeURIComponent(former.id)}`;
  const changed = await api.send<BreakpointResource>('PATCH', path, patch);
  if (options.json === true) {
    context.terminal.print(toPlainJson(changed));
    return;
  }
  context.terminal.print(`Changed: ${describe(changed)}.`);
  if (former.enabled && !changed.enabled && options.disabled !== true) {
    context.terminal.note(
      `It captures no more, with ${changed.captureCount} captures of ${changed.maxCaptures}. To count anew: stillframe breakpoints enable ${changed.id}`,
    );
  }
}

const DONE = { enable: 'Enabled', disable: 'Disabled', delete: 'Deleted' } as const;

async function switchBreakpoint(
  context: CommandContext,
  action: 'enable' | 'disable' | 'delete',
  id: string,
  options: ServerOptions,
): Promise<void> {
  const api = await connect(context, options);
  const breakpoint = await findBreakpoint(api, id);
  const path = `/api/breakpoints/${encodeURIComponent(breakpoint.id)}`;
  if (action === 'delete') await api.send('DELETE', path);
  else await api.send('POST', `${path}/${action}`);
  context.terminal.print(`${DONE[action]}: ${describe(breakpoint)}.`);
}

function placeOf(breakpoint: BreakpointResource): string {
  const { label, filePath, lineNumber, columnNumber } = breakpoint;
  const column = columnNumber === undefined ? '' : `:${columnNumber}`;
  return toPlainLine(label ?? `${filePath}:${lineNumber}${column}`);
}

function describe(breakpoint: BreakpointResource): string {
  return `${placeOf(breakpoint)} of ${toPlainLine(breakpoint.serviceName)} (${breakpoint.id})`;
}
