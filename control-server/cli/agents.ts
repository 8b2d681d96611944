import { Command } from 'commander';
import type { AgentSummary } from '../../src/protocol/api.ts';
import type { CommandContext } from './command-context.ts';
import { toPlainJson, toPlainLine } from './plain-text.ts';
import { addServerOptions, connect } from './server-options.ts';
import type { ServerOptions } from './server-options.ts';
import { formatTable } from './table.ts';
import type { Terminal } from './terminal.ts';

interface AgentsOptions extends ServerOptions {
  readonly service?: string;
  readonly environment?: string;
  readonly json?: true;
}

/** `stillframe agents`. */
export function createAgentsCommand(context: CommandContext): Command {
  return addServerOptions(
    new Command('agents')
      .description('the running instances of services, with what each does')
      .option('--service <name>', 'only of this service; without it, of all services')
      .option('--environment <name>', 'only of this environment')
      .option('--json', 'as JSON'),
  ).action((options: AgentsOptions) => listAgents(context, options));
}

const COLUMNS = [
  { heading: 'INSTANCE' },
  { heading: 'SERVICE' },
  { heading: 'ENVIRONMENT' },
  { heading: 'HOST' },
  { heading: 'PID', align: 'right' },
  { heading: 'STREAM' },
  { heading: 'CAPTURE' },
  { heading: 'CAPTURED', align: 'right' },
  { heading: 'LAST SEEN' },
  { heading: 'LAST ERROR' },
] as const;

async function listAgents(context: CommandContext, options: AgentsOptions): Promise<void> {
  const { terminal } = context;
  const api = await connect(context, options);
  const filter = new URLSearchParams();
  if (options.service !== undefined) filter.set('service', options.service);
  if (options.environment !== undefined) filter.set('environment', options.environment);
  const agents = await api.get<readonly AgentSummary[]>(`/api/agents?${filter.toString()}`);
  if (options.json === true) {
    terminal.print(toPlainJson(agents));
    return;
  }
  if (agents.length === 0) {
    terminal.note(
      'No agent was here within the last minute. Make a key (stillframe keys create <name>), and start a service with it: STILLFRAME_API_KEY=<key> node --import stillframe/register app.js',
    );
    return;
  }
  for (const line of formatTable(
    COLUMNS,
    agents.map((agent) => toRow(agent, terminal)),
  )) {
    terminal.print(line);
  }
}

function streamOf({ unknown, connectionLostAt, streaming }: AgentSummary): string {
  if (unknown) return 'unknown';
  // A server of an earlier version does not say it.
  if (typeof connectionLostAt === 'string') return 'lost';
  return streaming ? 'open' : 'none';
}

function toRow(agent: AgentSummary, terminal: Terminal): string[] {
  const { status } = agent;
  const isGone = agent.unknown || !agent.streaming;
  const stream = streamOf(agent);
  return [
    agent.instanceId,
    toPlainLine(agent.serviceName),
    toPlainLine(agent.environment),
    toPlainLine(status?.host ?? agent.address),
    String(status?.pid ?? ''),
    isGone ? terminal.paint('dim', stream) : terminal.paint('green', stream),
    status?.capture ?? '',
    String(status?.captured ?? ''),
    agent.lastSeenAt,
    toPlainLine(status?.lastError ?? ''),
  ];
}
