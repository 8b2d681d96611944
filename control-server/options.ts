import { ControlServerError } from './control-server-error.ts';
import { defaultDataFolder } from './data-folder.ts';
import type { OidcOptions as ResolvedOidc } from './http/oidc-sign-in.ts';
import { resolveOidc, resolveOwnerUnseenMs } from './oidc-options.ts';
import type { OidcOptions } from './oidc-options.ts';
import { HEARTBEAT_RANGE, resolveLimits } from './limit-options.ts';
import type { LimitOptions, Limits } from './limit-options.ts';
import { resolveRetention } from './retention-options.ts';
import type { RetentionOptions } from './retention-options.ts';
import type { Retention } from './store/retention.ts';

/** How much the server writes to its log. */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Options of {@link createControlServer}; all optional. A wrong one is refused with the code `bad_option`. */
export interface ControlServerOptions extends RetentionOptions, LimitOptions {
  /**
   * Address to listen on. Default `127.0.0.1`: only this machine. Any other needs an account first: the server refuses
   * to be open to a network while everybody may make the first one.
   */
  readonly host?: string;
  /** Default 7070; 0 for any free one. */
  readonly port?: number;
  /** Tries the next 20 ports when the wanted one is taken, and says so by `onNotice`. Default false. */
  readonly portFallback?: boolean;
  /** Where everything is kept. Default `STILLFRAME_DATA_DIR`, else `stillframe` in the user's data folder. */
  readonly dataFolder?: string;
  /**
   * `postgres://` URL of a database that this server shares with others. Default `STILLFRAME_DATABASE_URL`; without it
   * everything is in the data folder, in SQLite. A secret, when it holds a password.
   */
  readonly databaseUrl?: string;
  /** PEM file of the certificate, with its chain. Together with `tlsKey`: the server speaks https only. */
  readonly tlsCert?: string;
  /** PEM file of the certificate's key. */
  readonly tlsKey?: string;
  /** Further names by which people and agents reach the server, without scheme and port. */
  readonly allowedHosts?: readonly string[];
  /**
   * The address at a proxy in front, such as `https://stillframe.example.com`. Links show it, its name is allowed, and
   * when it is https people may sign in through the proxy: let nobody but the proxy reach this server then.
   */
  readonly publicUrl?: string;
  /** Lets people sign in over plain http from other machines: passwords cross the network readable. Default false. */
  readonly insecureHttp?: boolean;
  /** Makes this administrator when there is no account yet, instead of by the set-up link: for containers. */
  readonly firstAdmin?: { readonly name: string; readonly password: string };
  /** Lets people sign in at an identity provider too. Default: by password only. */
  readonly oidc?: OidcOptions;
  /**
   * Whether a snapshot whose agent says that it was scrubbed is stored as it is, so that what an operator allowed on
   * purpose stays readable. Default true; all others are scrubbed here in any case.
   */
  readonly trustAgents?: boolean;
  /** Hosts to which webhooks may go although they are not on the public internet, as they stand in the URL. Default: none. */
  readonly webhookAllowPrivate?: readonly string[];
  /**
   * Opens `GET /metrics` from anywhere, as `Authorization: Bearer`, and nothing else: for a monitoring system. At least 16
   * characters without spaces. Default: none; they are open to this machine and to who is signed in.
   */
  readonly metricsToken?: string;
  /** Milliseconds between two heartbeats of a stream, 250 to 30,000. Default 15,000; agents give up after 45 s of silence. */
  readonly heartbeatMs?: number;
  /** Default `warn`. */
  readonly logLevel?: LogLevel;
  /** Takes the lines of the log, each a JSON object. Default: standard error. */
  readonly logDestination?: { write(line: string): void };
  /** Takes what a person should read: another port than wanted, the set-up link. Default: nobody is told. */
  readonly onNotice?: (notice: string) => void;
}

/** Every option with its value. */
export interface ResolvedOptions {
  readonly host: string;
  readonly port: number;
  readonly portFallback: boolean;
  readonly dataFolder: string;
  readonly databaseUrl: string | null;
  /** Paths of two PEM files. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  readonly allowedHosts: readonly string[];
  readonly publicUrl: URL | null;
  readonly insecureHttp: boolean;
  readonly firstAdmin: { readonly name: string; readonly password: string } | null;
  readonly oidc: ResolvedOidc | null;
  /** Of an account of an identity provider: how long its tokens work after its last sign-in. */
  readonly ownerUnseenMs: number;
  readonly trustAgents: boolean;
  /** What is given of it. */
  readonly retention: Partial<Retention>;
  readonly webhookAllowPrivate: readonly string[];
  readonly metricsToken: string | null;
  readonly limits: Limits;
  readonly heartbeatMs: number;
  readonly logLevel: LogLevel;
  readonly logDestination: { write(line: string): void };
  readonly onNotice: (notice: string) => void;
}

const LOG_LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
const DEFAULT_PORT = 7070;
const MAX_PORT = 65_535;
const MIN_PASSWORD_CHARS = 12;
const MAX_PASSWORD_CHARS = 1_024;
const MAX_NAME_CHARS = 100;
const OPTION_NAMES: Readonly<Record<keyof ControlServerOptions, true>> = {
  host: true,
  port: true,
  portFallback: true,
  dataFolder: true,
  databaseUrl: true,
  tlsCert: true,
  tlsKey: true,
  allowedHosts: true,
  publicUrl: true,
  insecureHttp: true,
  firstAdmin: true,
  oidc: true,
  trustAgents: true,
  retentionDays: true,
  retentionPerBreakpoint: true,
  retentionMb: true,
  retentionPinnedMb: true,
  retentionAuditDays: true,
  webhookAllowPrivate: true,
  metricsToken: true,
  maxStreamAgeMs: true,
  drainMs: true,
  diskLimitPercent: true,
  keySnapshotsPerSecond: true,
  keyMbPerDay: true,
  keyAgents: true,
  keyServices: true,
  heartbeatMs: true,
  logLevel: true,
  logDestination: true,
  onNotice: true,
};

/**
 * The options with their defaults.
 * @throws ControlServerError `bad_option`, naming the option, what was received and what is possible
 */
export function resolveOptions(options: ControlServerOptions): ResolvedOptions {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(OPTION_NAMES, name));
  if (unknown !== undefined) {
    throw badOption(`There is no option "${unknown}". Known are: ${Object.keys(OPTION_NAMES).join(', ')}.`);
  }
  const { host = '127.0.0.1', port = DEFAULT_PORT, logLevel = 'warn', firstAdmin = null } = options;
  if (typeof host !== 'string' || !/^[\w.:-]{1,253}$/.test(host)) {
    throw badOption(`host must be an address or a name without port, not ${show(host)}.`);
  }
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT) {
    throw badOption(`port must be a whole number from 0 to ${MAX_PORT}, not ${show(port)}.`);
  }
  const { heartbeatMs = HEARTBEAT_RANGE.standard } = options;
  const { min, max } = HEARTBEAT_RANGE;
  if (!Number.isInteger(heartbeatMs) || heartbeatMs < min || heartbeatMs > max) {
    throw badOption(`heartbeatMs must be a whole number from ${min} to ${max}, not ${show(heartbeatMs)}.`);
  }
  if (!LOG_LEVELS.includes(logLevel)) {
    throw badOption(`logLevel must be one of ${LOG_LEVELS.join(', ')}, not ${show(logLevel)}.`);
  }
  if (firstAdmin !== null && !canSignIn(firstAdmin)) {
    throw badOption(
      `firstAdmin needs a name of 1 to ${MAX_NAME_CHARS} characters without control characters, and a password of ${MIN_PASSWORD_CHARS} to ${MAX_PASSWORD_CHARS} characters.`,
    );
  }
  const { metricsToken = null } = options;
  if (metricsToken !== null && !/^[!-~]{16,512}$/.test(metricsToken)) {
    // Not shown: it may only be too short by one.
    throw badOption('metricsToken needs 16 to 512 printable ASCII characters without spaces.');
  }
  const publicUrl = resolvePublicUrl(options.publicUrl);
  return {
    host,
    port,
    portFallback: options.portFallback ?? false,
    dataFolder: options.dataFolder ?? defaultDataFolder(process.env),
    databaseUrl: resolveDatabaseUrl(options.databaseUrl ?? process.env['STILLFRAME_DATABASE_URL'] ?? ''),
    tls: resolveTls(options),
    allowedHosts: requireHostnames('allowedHosts', options.allowedHosts),
    publicUrl,
    insecureHttp: options.insecureHttp ?? false,
    firstAdmin,
    oidc: resolveOidc(options.oidc, publicUrl),
    ownerUnseenMs: resolveOwnerUnseenMs(options.oidc),
    trustAgents: options.trustAgents ?? true,
    retention: resolveRetention(options),
    webhookAllowPrivate: requireHostnames('webhookAllowPrivate', options.webhookAllowPrivate),
    metricsToken,
    limits: resolveLimits(options),
    heartbeatMs,
    logLevel,
    logDestination: options.logDestination ?? process.stderr,
    onNotice: options.onNotice ?? (() => undefined),
  };
}

/** As the sign-in page takes them: an account that nobody can use would be the only one. */
function canSignIn({ name, password }: { readonly name: string; readonly password: string }): boolean {
  // oxlint-disable-next-line no-control-regex -- what a terminal would obey
  const isName = name !== '' && name.length <= MAX_NAME_CHARS && !/[\u0000-\u001f\u007f]/.test(name);
  return isName && password.length >= MIN_PASSWORD_CHARS && password.length <= MAX_PASSWORD_CHARS;
}

/** Empty counts as unset. What is wrong is not shown: it may hold a password. */
function resolveDatabaseUrl(url: string): string | null {
  if (url === '') return null;
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (protocol === 'postgres:' || protocol === 'postgresql:') return url;
  throw badOption(
    'databaseUrl (STILLFRAME_DATABASE_URL) must be a URL such as postgres://user:password@host:5432/database.',
  );
}

function resolveTls({ tlsCert, tlsKey }: ControlServerOptions): ResolvedOptions['tls'] {
  if (tlsCert === undefined && tlsKey === undefined) return null;
  if (tlsCert !== undefined && tlsKey !== undefined) return { certFile: tlsCert, keyFile: tlsKey };
  throw badOption('tlsCert and tlsKey belong together: give the PEM files of both.');
}

function requireHostnames(option: string, names: readonly string[] = []): readonly string[] {
  for (const name of names) {
    if (/^(?:[\w.-]{1,253}|\[[\da-f:.]+\]|[\da-f:.]+)$/i.test(name)) continue;
    throw badOption(`${option} takes names without scheme, port or wildcard, not ${show(name)}.`);
  }
  return names;
}

function resolvePublicUrl(text: string | undefined): URL | null {
  if (text === undefined) return null;
  const url = URL.parse(text);
  const isBase =
    url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search + url.hash === '';
  if (isBase && url.username + url.password === '') return url;
  throw badOption(`publicUrl must be an http or https address without a path, not ${show(text)}.`);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? typeof value;
}

function badOption(message: string): ControlServerError {
  return new ControlServerError('bad_option', message);
}
