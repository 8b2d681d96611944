import { isIPv6 } from 'node:net';
import { ControlServerError } from './control-server-error.ts';
import type { App } from './http/app.ts';
import { isPortInUse, listenOnFirstFree } from './http/listen.ts';
import type { ResolvedOptions } from './options.ts';

const FALLBACK_PORTS = 20;
const MAX_PORT = 65_535;

/** Where a server that has begun to listen is found. */
export interface ServerAddress {
  readonly port: number;
  /** By which this machine reaches it. */
  readonly url: string;
}

/**
 * Listens where the options say. Rejects with `port_in_use`, or with `listen_failed` for an address that is not this
 * machine's or a port that is not this user's.
 */
export async function startListening(app: App, options: ResolvedOptions): Promise<ServerAddress> {
  const { host, port: wanted } = options;
  const attempts = options.portFallback && wanted !== 0 ? FALLBACK_PORTS + 1 : 1;
  const ports = Array.from({ length: attempts }, (_, index) => wanted + index).filter(
    (port) => port <= MAX_PORT,
  );
  try {
    const port = await listenOnFirstFree(app, host, ports);
    if (wanted !== 0 && port !== wanted) {
      options.onNotice(`Port ${wanted} is taken: the server listens on ${port} instead.`);
    }
    return { port, url: `${options.tls === null ? 'http' : 'https'}://${toUrlHost(host)}:${port}` };
  } catch (cause) {
    throw toListenError(cause, host, ports);
  }
}

/** A name for links: one cannot call every address at once. */
function toUrlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return isIPv6(host) ? `[${host}]` : host;
}

function toListenError(cause: unknown, host: string, ports: readonly number[]): ControlServerError {
  if (isPortInUse(cause)) {
    const taken = ports.length === 1 ? `Port ${ports[0]} is` : `Ports ${ports[0]} to ${ports.at(-1)} are`;
    return new ControlServerError(
      'port_in_use',
      `${taken} taken on ${host}. Stop what listens there, or choose another port; 0 takes any free one.`,
      { cause },
    );
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ControlServerError(
    'listen_failed',
    `The server cannot listen on ${host}, port ${ports[0]}: ${reason}. Choose an address of this machine, and a port from 1024 on.`,
    { cause },
  );
}
