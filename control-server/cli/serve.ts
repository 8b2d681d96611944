import { Command, Option } from 'commander';
import { isLoopbackHost } from '../http/loopback.ts';
import { readOidcEnvironment } from '../oidc-environment.ts';
import type { ControlServerOptions, LogLevel } from '../options.ts';
import type { RetentionOptions } from '../retention-options.ts';
import type { CommandContext } from './command-context.ts';
import { chooseDataFolder } from './find-server.ts';
import { collect, parseWholeNumber } from './option-value.ts';
import { HEARTBEAT_RANGE } from '../limit-options.ts';
import type { LimitOptions } from '../limit-options.ts';
import { addLimitFlags, readLimits } from './limit-flags.ts';
import { describePlainHttp } from './plain-http.ts';
import { addRetentionFlags, readRetention } from './retention-flags.ts';
import { toServeError } from './serve-error.ts';
import { waitForStopSignal } from './stop-signal.ts';

interface ServeOptions extends RetentionOptions, LimitOptions {
  readonly host?: string;
  readonly port?: number;
  readonly dataDir?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly publicUrl?: string;
  readonly insecureHttp?: true;
  readonly allowedHost?: readonly string[];
  readonly webhookAllowPrivate?: readonly string[];
  readonly heartbeatMs?: number;
  readonly logLevel?: LogLevel;
}

const MAX_PORT = 65_535;
const LOG_LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'];

/** `stillframe serve`: the control server, until a signal ends it. */
export function createServeCommand(context: CommandContext): Command {
  const command = new Command('serve')
    .description('run the control server: API, storage and dashboard')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1, this machine only)')
    .option('--port <number>', 'port (default: 7070; 0 for any free one)', parseWholeNumber(0, MAX_PORT))
    .option(
      '--data-dir <folder>',
      'where everything is kept (STILLFRAME_DATA_DIR; default: ~/.local/share/stillframe)',
    )
    .option('--tls-cert <file>', 'PEM file of the certificate, for https')
    .option('--tls-key <file>', 'PEM file of its key')
    .option('--public-url <url>', 'address at a proxy in front, which links then show')
    .option('--insecure-http', 'let people sign in over plain http from other machines')
    .option('--allowed-host <name>', 'a further name that the server is reached by; repeatable', collect)
    .option(
      '--webhook-allow-private <host>',
      'a host of a private network that webhooks may go to; repeatable',
      collect,
    )
    .option(
      '--heartbeat-ms <number>',
      `between two heartbeats of a stream, ${HEARTBEAT_RANGE.min} to ${HEARTBEAT_RANGE.max} (default: ${HEARTBEAT_RANGE.standard})`,
      parseWholeNumber(HEARTBEAT_RANGE.min, HEARTBEAT_RANGE.max),
    )
    .addOption(
      new Option('--log-level <level>', 'what the log on stderr holds (default: warn)').choices(LOG_LEVELS),
    )
    .addHelpText(
      'after',
      '\nWithout an account yet, STILLFRAME_ADMIN_NAME and STILLFRAME_ADMIN_PASSWORD make the first one.' +
        '\nSTILLFRAME_DATABASE_URL=postgres://… keeps everything in PostgreSQL, which several servers may share.' +
        '\nSTILLFRAME_OIDC_ISSUER and its kin let people sign in by an identity provider: docs/operating.md.' +
        '\nSTILLFRAME_METRICS_TOKEN is a Bearer token for /metrics, and for nothing else.',
    )
    .action((options: ServeOptions) => serve(context, options));
  return addLimitFlags(addRetentionFlags(command));
}

async function serve({ terminal, env }: CommandContext, options: ServeOptions): Promise<void> {
  // Loaded here, so that the other commands start without a server's code.
  const { createControlServer } = await import('../server.ts');
  const dataFolder = chooseDataFolder(options.dataDir, env);
  const notices: string[] = [];
  const server = await createControlServer({
    dataFolder,
    ...pickListening(options),
    ...readRetention(options, env),
    ...readLimits(options, env),
    ...readFirstAdmin(env),
    ...readOidc(env),
    ...readMetricsToken(env),
    onNotice: (notice) => notices.push(notice),
  }).catch((error: unknown) => {
    throw toServeError(error);
  });
  const hurried = Promise.withResolvers<void>();
  let isDraining = false;
  const stopped = waitForStopSignal(() => {
    const wasDraining = isDraining;
    isDraining = false;
    hurried.resolve();
    return wasDraining;
  });
  terminal.print(`Stillframe runs at ${server.url}`);
  terminal.print(`Data folder: ${dataFolder}`);
  for (const notice of notices) terminal.print(notice);
  if (isOpenPlainHttp(options)) terminal.note(describePlainHttp(options.host, options.insecureHttp === true));
  terminal.note(`${await stopped}: closing …`);
  isDraining = true;
  await Promise.race([server.drain(), hurried.promise]);
  isDraining = false;
  await server.close();
}

/** True where other machines reach the server over http, and no proxy is named that ends TLS. */
function isOpenPlainHttp(options: ServeOptions): options is ServeOptions & { readonly host: string } {
  const { host, tlsCert, publicUrl } = options;
  if (host === undefined || isLoopbackHost(host) || tlsCert !== undefined) return false;
  return publicUrl === undefined || URL.parse(publicUrl)?.protocol !== 'https:';
}

function pickListening(options: ServeOptions): ControlServerOptions {
  const {
    host,
    port,
    tlsCert,
    tlsKey,
    publicUrl,
    insecureHttp,
    allowedHost,
    webhookAllowPrivate,
    heartbeatMs,
    logLevel,
  } = options;
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(tlsCert === undefined ? {} : { tlsCert }),
    ...(tlsKey === undefined ? {} : { tlsKey }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(insecureHttp === undefined ? {} : { insecureHttp }),
    ...(allowedHost === undefined ? {} : { allowedHosts: allowedHost }),
    ...(webhookAllowPrivate === undefined ? {} : { webhookAllowPrivate }),
    ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
    ...(logLevel === undefined ? {} : { logLevel }),
  };
}

/** By the environment only, like the password. */
function readMetricsToken(env: NodeJS.ProcessEnv): ControlServerOptions {
  const metricsToken = env['STILLFRAME_METRICS_TOKEN'] ?? '';
  return metricsToken === '' ? {} : { metricsToken };
}

/** By the environment only: an argument would show the password in the list of processes. */
function readFirstAdmin(env: NodeJS.ProcessEnv): ControlServerOptions {
  const password = env['STILLFRAME_ADMIN_PASSWORD'] ?? '';
  if (password === '') return {};
  const name = env['STILLFRAME_ADMIN_NAME'] ?? '';
  return { firstAdmin: { name: name === '' ? 'admin' : name, password } };
}

/** By the environment only, as what belongs together: the secret must not be an argument. */
function readOidc(env: NodeJS.ProcessEnv): ControlServerOptions {
  const oidc = readOidcEnvironment(env);
  return oidc === undefined ? {} : { oidc };
}
