import { Command } from 'commander';
import type { ServiceSummary } from '../../src/protocol/api.ts';
import type { CommandContext } from './command-context.ts';
import { toPlainJson, toPlainLine } from './plain-text.ts';
import { addServerOptions, connect } from './server-options.ts';
import type { ServerOptions } from './server-options.ts';
import { formatTable } from './table.ts';
import type { Terminal } from './terminal.ts';

interface ServicesOptions extends ServerOptions {
  readonly json?: true;
}

/** `stillframe services`. */
export function createServicesCommand(context: CommandContext): Command {
  return addServerOptions(
    new Command('services')
      .description('the services in each environment, with what runs and what is captured')
      .option('--json', 'as JSON'),
  ).action((options: ServicesOptions) => listServices(context, options));
}

const COLUMNS = [
  { heading: 'SERVICE' },
  { heading: 'ENVIRONMENT' },
  { heading: 'AGENTS', align: 'right' },
  { heading: 'BREAKPOINTS', align: 'right' },
  { heading: 'LAST HOUR', align: 'right' },
  { heading: 'CAPTURE' },
  { heading: 'RELEASE' },
  { heading: 'LAST SEEN' },
] as const;

async function listServices(context: CommandContext, options: ServicesOptions): Promise<void> {
  const { terminal } = context;
  const api = await connect(context, options);
  const services = await api.get<readonly ServiceSummary[]>('/api/services');
  if (options.json === true) {
    terminal.print(toPlainJson(services));
    return;
  }
  if (services.length === 0) {
    terminal.note(
      'No service has been here yet. Make a key (stillframe keys create <name>), and start a service with it: STILLFRAME_API_KEY=<key> node --import stillframe/register app.js',
    );
    return;
  }
  const rows = services.map((service) => toRow(service, terminal));
  for (const line of formatTable(COLUMNS, rows)) terminal.print(line);
}

function toRow(service: ServiceSummary, terminal: Terminal): string[] {
  const { breakpoints, killed } = service;
  const stopped = [killed.global ? 'all' : '', killed.service ? 'service' : ''].filter((who) => who !== '');
  return [
    toPlainLine(service.name),
    toPlainLine(service.environment),
    String(service.agentsOnline),
    `${breakpoints.enabled} of ${breakpoints.total}`,
    String(service.snapshotsLastHour),
    stopped.length === 0
      ? terminal.paint('green', 'on')
      : terminal.paint('red', `stopped (${stopped.join(', ')})`),
    toPlainLine(service.release ?? ''),
    service.lastSeenAt,
  ];
}
