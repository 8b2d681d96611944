/**
 * The only place that loads undici, and only three modules from inside it. Its entry point installs a global dispatcher
 * when it is imported: on Node 22 that replaces the one of the host and reroutes the host's own `fetch`. These modules
 * touch no global, and load in half the time and memory. They are private, so the dependency is pinned to one exact
 * version; test/delivery/undici.test.ts fails when they move or begin to touch a global.
 */
import type { Socket } from 'node:net';
import type { Dispatcher, buildConnector } from 'undici';
import requestThrough from 'undici/lib/api/api-request.js';
import connectWith from 'undici/lib/core/connect.js';
import Pool from 'undici/lib/dispatcher/pool.js';

/** A pool of connections to one origin. */
export interface ConnectionPool {
  /** Resolves at the response's headers. Never follows a redirect. The body must be read or destroyed. */
  request(options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData<unknown>>;
  /** Aborts what is in flight. */
  destroy(): Promise<void>;
}

/**
 * Connections that never keep the host's process alive: not while connecting, idle or in use.
 * @param options.maxSockets connections open at the same time
 * @param options.keepAliveMs how long an idle connection stays open; 0 means one request a connection
 * @param options.connectTimeoutMs for name, TCP and TLS together, to within half a second
 */
export function createConnectionPool(
  origin: string,
  options: {
    readonly maxSockets: number;
    readonly keepAliveMs: number;
    readonly connectTimeoutMs: number;
  },
): ConnectionPool {
  const connect = connectWith({ timeout: options.connectTimeoutMs, allowH2: false });
  const pool = new Pool(origin, {
    connections: options.maxSockets,
    pipelining: options.keepAliveMs === 0 ? 0 : 1,
    ...(options.keepAliveMs === 0 ? {} : { keepAliveTimeout: options.keepAliveMs }),
    connect: (target: buildConnector.Options, callback: buildConnector.Callback) => {
      releaseProcess(connect(target, callback));
    },
    // The callers have deadlines of their own, exact ones.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    request: (requestOptions) => requestThrough.call(pool, requestOptions),
    destroy: () => pool.destroy(),
  };
}

/**
 * Takes a socket out of what keeps a process alive, for good: undici takes a socket back in with every request that
 * reuses it, and Node makes a new handle for each address that it tries.
 */
function releaseProcess(socket: Socket): void {
  socket.unref();
  socket.ref = () => socket;
  socket.on('connectionAttempt', () => socket.unref());
}
